"""One way to speak SQL to SQLite and PostgreSQL: named parameters, dict rows, one writer at a time."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

import psycopg
from psycopg.rows import dict_row

SCHEMA = "notifications"
LOCK_SECONDS = 5
Value = str | int | bytes | bool | None
Row = dict[str, Any]
AWAY = (sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError)
"""The database is away or busy: try again."""
_PARAMETER = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")


class SchemaBehind(Exception):
    """The database lacks migrations that this version needs."""


class Database(Protocol):
    """The service's own database. Statements run inside `transaction`, from any thread."""

    is_postgres: bool

    def transaction(self) -> Any:
        """A context manager: commits at its end, rolls back when an exception leaves it."""

    def run(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        """One statement with `:name` parameters; its rows, or an empty list."""

    def script(self, sql: str) -> None:
        """Several statements without parameters."""


class SqliteDatabase:
    """A file in write-ahead mode, every commit synced to disk."""

    is_postgres = False

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._connection = sqlite3.connect(
            file, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        # IMMEDIATE: a transaction that reads first and writes later would fail as `locked`.
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    def run(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, dict(parameters or {}))]

    def script(self, sql: str) -> None:
        statement = ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self._connection.execute(statement)
                statement = ""

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class PostgresDatabase:
    """One connection, made again when it was lost; every wait has an end."""

    is_postgres = True

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = RLock()
        self._connection: psycopg.Connection[Row] | None = None
        self._begun = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            connection = self._open()
            self._begun = True
            try:
                with connection.transaction():
                    yield
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self.close()
                raise
            finally:
                self._begun = False

    def run(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        with self._lock:
            statement = _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
            cursor = self._open().execute(statement.encode(), dict(parameters or {}))
            return cursor.fetchall() if cursor.description else []

    def script(self, sql: str) -> None:
        self._open().execute(sql.encode())

    def close(self) -> None:
        """Close the connection; the next statement opens another one."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _open(self) -> "psycopg.Connection[Row]":
        if self._begun and self._connection is not None:
            # Closed or not: on a new connection what follows would stand outside the transaction.
            return self._connection
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._url,
                autocommit=True,
                row_factory=dict_row,
                options=f"-c search_path={SCHEMA} -c lock_timeout={LOCK_SECONDS}s -c statement_timeout=30s",
                connect_timeout=5,
                keepalives_idle=10,
                tcp_user_timeout=20_000,
            )
        return self._connection


def open_database(url: str) -> SqliteDatabase | PostgresDatabase:
    """Open `postgresql://…`, or `sqlite:///folder` (the file notifications.db in it)."""
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")) / f"{SCHEMA}.db")
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresDatabase(url)
    raise ValueError("a database address starts with postgresql:// or sqlite:///")


def migrate(database: SqliteDatabase | PostgresDatabase) -> list[str]:
    """Apply the numbered SQL that is missing, as the owner. Returns what was applied."""
    if database.is_postgres:
        database.run(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    database.run("CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY)")
    missing = pending(database)
    for name in missing:
        with database.transaction():
            database.script((files(__package__) / "migrations" / name).read_text(encoding="utf-8"))
            database.run("INSERT INTO schema_migration (name) VALUES (:name)", {"name": name})
    return missing


def pending(database: SqliteDatabase | PostgresDatabase) -> list[str]:
    """The migrations that were not applied yet."""
    dialect = "postgresql" if database.is_postgres else "sqlite"
    known = "SELECT to_regclass('schema_migration') AS found"
    if not database.is_postgres:
        known = "SELECT max(name) AS found FROM sqlite_master WHERE name = 'schema_migration'"
    applied: set[str] = set()
    if database.run(known)[0]["found"] is not None:
        applied = {row["name"] for row in database.run("SELECT name FROM schema_migration")}
    names = (entry.name for entry in (files(__package__) / "migrations").iterdir())
    return sorted(name for name in names if name.endswith(f".{dialect}.sql") and name not in applied)


def require_current(database: SqliteDatabase | PostgresDatabase) -> None:
    """Raise `SchemaBehind` unless every migration was applied."""
    missing = pending(database)
    if missing:
        raise SchemaBehind(
            f"the database lacks {', '.join(missing)}; run `casetrail-notifications migrate` as its owner"
        )
