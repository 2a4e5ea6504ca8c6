"""The tables beside those in use: made empty, filled, and thrown away when they are no longer needed.

In PostgreSQL they are a schema of their own, in SQLite a file of their own: the read model writes to them by
the same names, and nobody else sees them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never

from treatment.projections.rebuild.tables import indexes_of, tables_of
from treatment.projections.schema import SCHEMA, migrate
from treatment.store.database import Database, Transaction
from treatment.store.opening import open_database

Origin = Literal["store", "former"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What stands beside the tables in use."""

    id: str
    origin: Origin
    """Filled from the store, from its beginning; or the former tables, which are brought up to date."""
    software: str
    """The version that began it: another one may make other rows of the same events."""
    begun_at: str
    ready: bool
    """It has held everything that was stored."""


def file_of(read_url: str, schema: str) -> Path | None:
    """The SQLite file of a schema; None on PostgreSQL."""
    if not read_url.startswith("sqlite:///"):
        return None
    return Path(read_url.removeprefix("sqlite:///")) / f"{schema}.db"


class Beside:
    """The place beside the tables of one read model. Used by one process at a time."""

    def __init__(self, read_url: str, projection: str) -> None:
        self.projection = projection
        self.schema = f"{SCHEMA}_next_{projection.replace('-', '_')}"
        self._url = read_url
        self._opened: Database | None = None

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return file_of(self._url, self.schema)

    @property
    def database(self) -> Database:
        """The place as a database: here tables go by the names that they have in use."""
        if self._opened is None:
            # What is lost with the machine's power is made again from the store.
            self._opened = open_database(self._url, self.schema, synced=False)
        return self._opened

    def build(self) -> Build | None:
        """What stands there; None when nothing was begun, or its making was broken off."""
        if self.file is not None and not self.file.exists():
            return None
        with self.database.reading() as read:
            if not _has_record(read, is_postgres=self.database.is_postgres):
                return None
            (row,) = read.run("SELECT * FROM build")
        return Build(**{**row, "ready": bool(row["ready"])})

    def begin(self, build: Build) -> None:
        """Empty tables, as a new installation has them, instead of whatever stands there."""
        self.discard()
        if self.database.is_postgres:
            with self.database.writing() as write:
                write.run(f"CREATE SCHEMA {self.schema}")
        migrate(self.database)
        with self.database.writing() as write:
            match build.origin:
                case "store":
                    self._put_off_indexes(write)
                case "former":
                    write.run("CREATE TABLE index_put_off (sql TEXT NOT NULL)")
                case _:
                    assert_never(build.origin)
            write.run(
                "CREATE TABLE build (id TEXT NOT NULL, origin TEXT NOT NULL, software TEXT NOT NULL, "
                "begun_at TEXT NOT NULL, ready INTEGER NOT NULL)"
            )
            write.run(
                "INSERT INTO build VALUES (:id, :origin, :software, :begun_at, 0)",
                {
                    "id": build.id,
                    "origin": build.origin,
                    "software": build.software,
                    "begun_at": build.begun_at,
                },
            )

    def finish(self) -> None:
        """The tables hold everything: make what queries need, and say so. Doing it twice changes nothing."""
        with self.database.writing() as write:
            for row in write.run("SELECT sql FROM index_put_off"):
                write.run(row["sql"])
            write.run("DELETE FROM index_put_off")
            write.run("UPDATE build SET ready = 1")

    def discard(self) -> None:
        """Throw away whatever stands there."""
        if self.database.is_postgres:
            with self.database.writing() as write:
                write.run(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")
        self.close()
        if self.file is not None:
            for end in ("", "-wal", "-shm"):
                self.file.with_name(self.file.name + end).unlink(missing_ok=True)

    def close(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _put_off_indexes(self, write: Transaction) -> None:
        """Until the tables are full: each change of a row would have to be made in the indexes as well."""
        is_postgres = self.database.is_postgres
        write.run("CREATE TABLE index_put_off (sql TEXT NOT NULL)")
        for table in tables_of(write, self.projection, is_postgres=is_postgres):
            for index in indexes_of(write, table, is_postgres=is_postgres):
                write.run("INSERT INTO index_put_off (sql) VALUES (:sql)", {"sql": index.sql})
                write.run(f"DROP INDEX {index.name}")


def _has_record(read: Transaction, *, is_postgres: bool) -> bool:
    if is_postgres:
        return bool(read.run("SELECT to_regclass('build') IS NOT NULL AS present")[0]["present"])
    return bool(read.run("SELECT 1 AS present FROM sqlite_master WHERE name = 'build'"))
