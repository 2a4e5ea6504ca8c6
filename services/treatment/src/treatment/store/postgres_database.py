"""A database on a server, of which no answer is waited for without end."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import psycopg
from eventsourcing.postgres import PostgresDatastore

from treatment.store.database import LOCK_TIMEOUT_SECONDS, Row, Statement, T, Transaction, Value
from treatment.store.watch import Watch

STATEMENT_TIMEOUT_SECONDS = 30
UNANSWERED_MILLISECONDS = 10_000
"""After this long without any sign of the other machine, a connection is given up."""
_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


class PostgresDatabase:
    """A pool of connections to one address, each statement and each wait for a lock with an end."""

    is_postgres = True

    def __init__(self, url: str, schema: str, *, pool_size: int = 5) -> None:
        parts = urlsplit(url)
        self.datastore = PostgresDatastore(
            dbname=unquote(parts.path.lstrip("/")),
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 5432,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            schema=schema,
            pool_size=1,
            max_overflow=pool_size,
            pre_ping=True,
            lock_timeout=LOCK_TIMEOUT_SECONDS,
            idle_in_transaction_session_timeout=10,
        )
        # The library has no parameter for these; its pool reads them at each new connection.
        settings = cast("dict[str, str | int]", self.datastore.pool.kwargs)
        settings["options"] = (
            f"-c search_path={schema} -c lock_timeout={LOCK_TIMEOUT_SECONDS}s "
            f"-c statement_timeout={STATEMENT_TIMEOUT_SECONDS}s"
        )
        settings |= {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        settings["tcp_user_timeout"] = UNANSWERED_MILLISECONDS
        self._watch = Watch()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Committed at the end."""
        with self.datastore.get_connection() as connection, connection.transaction():
            yield _PostgresTransaction(connection.cursor())

    @contextmanager
    def appending(self, seconds: float) -> Iterator[Transaction]:
        """Committed at the end. A server that does not answer within `seconds` is cut off."""
        with self.datastore.get_connection() as connection, self._watch.over(connection, seconds):
            try:
                # BEGIN travels with the first question, what is inserted with COMMIT; when a statement
                # fails, the server passes over the ones behind it. The driver's own `transaction` would
                # wait for one answer more.
                with connection.pipeline():
                    connection.execute("BEGIN")
                    yield _PostgresTransaction(connection.cursor())
                    connection.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.Error):
                    connection.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Rolled back at the end."""
        with self.datastore.transaction(commit=False) as cursor:
            yield _PostgresTransaction(cursor)

    def ask(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        """The rows of one query: the server makes a transaction of it by itself."""
        with self.datastore.get_connection() as connection:
            return _PostgresTransaction(connection.cursor()).run(sql, parameters)

    def ask_for_many(
        self, sql: str, parameters: Mapping[str, Value], make: Callable[[Iterable[Any]], T]
    ) -> list[T]:
        """The rows of one query, each as `make` makes it."""
        with self.datastore.get_connection() as connection:
            # As text, bytes travel as twice as many digits, which both sides must convert.
            cursor = connection.cursor(binary=True, row_factory=lambda _: make)
            return list(cursor.execute(_as_psycopg(sql), dict(parameters)).fetchall())

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()


class _PostgresTransaction:
    is_postgres = True

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def run(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        self._cursor.execute(_as_psycopg(sql), dict(parameters or {}))
        return list(self._cursor.fetchall()) if self._cursor.description else []

    def run_together(self, statements: Sequence[Statement]) -> list[list[Row]]:
        connection = self._cursor.connection
        with connection.pipeline():
            asked = [connection.execute(_as_psycopg(sql), dict(values)) for sql, values in statements]
        return [list(cursor.fetchall()) if cursor.description else [] for cursor in asked]

    def run_many(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> None:
        if rows:
            self._cursor.executemany(_as_psycopg(sql), [dict(row) for row in rows])

    def add_many(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        with self._cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def script(self, sql: str) -> None:
        self._cursor.execute(sql.encode())


@cache
def _as_psycopg(sql: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
