"""Which database an address means."""

from pathlib import Path

from treatment.fault import Fault
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase


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
