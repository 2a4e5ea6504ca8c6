"""One way to speak SQL to both databases: named parameters, dict rows, transactions that say what they do.

The connections and pools are `eventsourcing`'s; what differs between SQLite and PostgreSQL ends here.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError

LOCK_TIMEOUT_SECONDS = 5
"""How long a writer waits for another one before it gives up. The library's default is for ever."""

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
