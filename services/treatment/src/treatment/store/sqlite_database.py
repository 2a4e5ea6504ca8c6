"""A database in one file."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from eventsourcing.persistence import IntegrityError, OperationalError
from eventsourcing.sqlite import SQLiteConnection, SQLiteDatastore

from treatment.store.database import LOCK_TIMEOUT_SECONDS, Row, Statement, T, Transaction, Value


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
