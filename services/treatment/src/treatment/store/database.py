"""One way to speak SQL to both databases: named parameters, dict rows, transactions that say what they do.

The connections and pools are `eventsourcing`'s; what differs between SQLite and PostgreSQL ends here.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import unquote, urlsplit

import psycopg
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.sqlite import SQLiteConnection, SQLiteDatastore

from treatment.fault import Fault
from treatment.store.watch import Watch

LOCK_TIMEOUT_SECONDS = 5
"""How long a writer waits for another one before it gives up. The library's default is for ever."""
STATEMENT_TIMEOUT_SECONDS = 30
UNANSWERED_MILLISECONDS = 10_000
"""After this long without any sign of the other machine, a connection is given up."""

AWAY_ERRORS: tuple[type[Exception], ...] = (
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    OperationalError,
    InterfaceError,
)
"""The database is away or busy: try again. The driver's errors, and what the library makes of them."""

Value = str | int | bytes | bool | None
Row = dict[str, Any]
T = TypeVar("T")
Statement = tuple[str, Mapping[str, Value]]
"""SQL with `:name` parameters, and their values."""
_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


class Transaction(Protocol):
    """Runs statements inside one transaction."""

    @property
    def is_postgres(self) -> bool:
        """Whether the database is PostgreSQL."""

    def run(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        """Run one statement with `:name` parameters; its rows, or an empty list."""

    def run_together(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run several statements in this order, on one trip to the server; the rows of each."""

    def run_many(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Run one statement once for each of these; nothing when there are none."""

    def add_many(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Add new rows in the quickest way that the database knows. A row that exists is an error."""

    def script(self, sql: str) -> None:
        """Run several statements, without parameters."""


class Database(Protocol):
    """A database that this process has opened."""

    @property
    def is_postgres(self) -> bool:
        """Whether this is PostgreSQL."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction that commits at its end, and rolls back when an exception leaves it."""

    def appending(self, seconds: float) -> AbstractContextManager[Transaction]:
        """Like `writing`, with as few trips to the server as can be.

        What a statement breaks may be told only at the end. No answer is waited for longer than `seconds`:
        then it is not known whether it was committed.
        """

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads."""

    def ask(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        """The rows of one query, which needs no transaction around it: half of the trips of `reading`."""

    def ask_for_many(
        self, sql: str, parameters: Mapping[str, Value], make: Callable[[Iterable[Any]], T]
    ) -> list[T]:
        """Like `ask`, for many rows: what `make` makes of the values of each, in the order of its columns."""

    def close(self) -> None:
        """Close all connections."""


class SqliteDatabase:
    """One file in write-ahead mode, every commit synced to disk.

    Not `synced`, the file stays whole whatever happens, but with the machine's power the newest commits may
    go: for what can be done again, while nobody else acts on it. Closing syncs all of them.
    """

    is_postgres = False

    def __init__(self, file: Path, *, synced: bool = True) -> None:
        self._synchronous = "FULL" if synced else "NORMAL"
        file.parent.mkdir(parents=True, exist_ok=True)
        self.datastore = SQLiteDatastore(str(file), lock_timeout=LOCK_TIMEOUT_SECONDS)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Take the write lock at once: a read that turns into a write would fail as `locked`."""
        with self.datastore.get_connection(commit=True) as connection:
            connection.cursor().execute(f"PRAGMA synchronous = {self._synchronous}")
            with _begun(connection, "IMMEDIATE") as run:
                yield run

    def appending(self, seconds: float) -> AbstractContextManager[Transaction]:
        """Like `writing`: there is no server, so no answer can be lost."""
        return self.writing()

    @contextmanager
    def writing_one_file(self) -> Iterator[Transaction]:
        """Like `writing`, but of attached files none is locked: others may write to them meanwhile.

        The first statement must write to this file.
        """
        with self.datastore.get_connection(commit=True) as connection:
            connection.cursor().execute(f"PRAGMA synchronous = {self._synchronous}")
            with _begun(connection, "DEFERRED") as run:
                yield run

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A snapshot; no writer waits for it."""
        with self.datastore.get_connection(commit=False) as connection, _begun(connection, "DEFERRED") as run:
            yield run

    def ask(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        """The rows of one query."""
        with self.reading() as read:
            return read.run(sql, parameters)

    def ask_for_many(
        self, sql: str, parameters: Mapping[str, Value], make: Callable[[Iterable[Any]], T]
    ) -> list[T]:
        """The rows of one query, each as `make` makes it."""
        with self.datastore.get_connection(commit=False) as connection:
            cursor = connection.cursor()
            cursor.execute(sql, dict(parameters))
            return [make(row) for row in cursor.fetchall()]

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()


class _SqliteTransaction:
    is_postgres = False

    def __init__(self, connection: SQLiteConnection) -> None:
        self._cursor = connection.cursor()

    def run(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        self._cursor.execute(sql, dict(parameters or {}))
        return [dict(row) for row in self._cursor.fetchall()]

    def run_together(self, statements: Sequence[Statement]) -> list[list[Row]]:
        return [self.run(sql, parameters) for sql, parameters in statements]

    def run_many(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> None:
        for row in rows:
            self._cursor.execute(sql, dict(row))

    def add_many(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        places = ", ".join("?" for _ in columns)
        self._cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)

    def script(self, sql: str) -> None:
        # Not executescript: it would commit the transaction first.
        statement = ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self._cursor.execute(statement)
                statement = ""


@contextmanager
def _begun(connection: SQLiteConnection, kind: str) -> Iterator[Transaction]:
    transaction = _SqliteTransaction(connection)
    transaction.run(f"BEGIN {kind}")
    try:
        yield transaction
        connection.commit()
    except BaseException as error:
        connection.rollback()
        match error:
            case sqlite3.IntegrityError():
                raise IntegrityError(str(error)) from error
            case sqlite3.OperationalError():
                raise OperationalError(str(error)) from error
        raise


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


class AddressUnusable(Fault):
    """The address of a database has a form that is not known."""


def open_database(url: str, schema: str, *, synced: bool = True) -> SqliteDatabase | PostgresDatabase:
    """Open `postgresql://user:password@host:port/name`, or `sqlite:///folder` (one file per schema).

    PostgreSQL is always synced.
    """
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")) / f"{schema}.db", synced=synced)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresDatabase(url, schema)
    raise AddressUnusable("a database address starts with postgresql:// or sqlite:///")
