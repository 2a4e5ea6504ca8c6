"""How tables change places: the SQL of each database, inside the transaction that somebody else commits.

In PostgreSQL tables move between schemas, and their indexes with them. In SQLite the former tables stay in
the file under other names, and the new ones are copied from the file beside: one file is one commit.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from treatment.projections.rebuild.beside import Beside, file_of
from treatment.projections.rebuild.former import former_name
from treatment.projections.rebuild.tables import columns_of, indexes_of, tables_of
from treatment.projections.schema import SCHEMA
from treatment.store.database import Database, Transaction
from treatment.store.sqlite_database import SqliteDatabase

RIGHTS = (("casetrail_projector", "SELECT, INSERT, UPDATE, DELETE"), ("casetrail_reader", "SELECT"))
"""Who may do what with the tables of a read model, where these roles exist."""


class Exchange(Protocol):
    """What changes places, of one read model on one database."""

    @property
    def former(self) -> str:
        """In the read database: what stands before the names of the former tables."""

    @property
    def next(self) -> str:
        """In `exchanging`: what stands before the names of the tables beside."""

    def exchanging(self, live: Database) -> AbstractContextManager[Transaction]:
        """A transaction on the read database, with the tables beside in sight: those others may write."""

    def restore(self, beside: Beside) -> None:
        """Copy the former tables to those beside, which are empty, with positions and quarantine."""

    def drop_former(self, write: Transaction, tables: Sequence[str]) -> None:
        """There are no former tables any more."""

    def put_aside(self, write: Transaction, tables: Sequence[str]) -> None:
        """The tables in use become the former ones."""

    def take_in(self, write: Transaction, tables: Sequence[str]) -> None:
        """The tables beside become those in use."""


class PostgresExchange:
    """Tables keep their rows, and change their schemas."""

    def __init__(self, beside: Beside) -> None:
        self._schema = f"{SCHEMA}_former_{beside.projection.replace('-', '_')}"
        self.former = f"{self._schema}."
        self.next = f"{beside.schema}."

    @contextmanager
    def exchanging(self, live: Database) -> Iterator[Transaction]:
        """Every schema is in sight."""
        with live.writing() as write:
            yield write

    def restore(self, beside: Beside) -> None:
        with beside.database.writing() as write:
            _copy_former(write, beside.projection, self.former, f"{SCHEMA}.", is_postgres=True)

    def drop_former(self, write: Transaction, tables: Sequence[str]) -> None:
        write.run(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE")

    def put_aside(self, write: Transaction, tables: Sequence[str]) -> None:
        write.run(f"CREATE SCHEMA {self._schema}")
        for table in tables:
            write.run(f"ALTER TABLE {SCHEMA}.{table} SET SCHEMA {self._schema}")

    def take_in(self, write: Transaction, tables: Sequence[str]) -> None:
        known = {row["rolname"] for row in write.run("SELECT rolname FROM pg_roles")}
        for table in tables:
            write.run(f"ALTER TABLE {self.next}{table} SET SCHEMA {SCHEMA}")
            for role, rights in RIGHTS:
                if role in known:
                    write.run(f"GRANT {rights} ON {SCHEMA}.{table} TO {role}")


class SqliteExchange:
    """Former tables are renamed; those of the file beside are copied."""

    former = "former_"
    next = "beside."

    def __init__(self, file: Path, beside: Path) -> None:
        self._file = file
        self._beside = beside

    @contextmanager
    def exchanging(self, live: Database) -> Iterator[Transaction]:
        """On a connection of its own, which sees the file beside."""
        with (
            _attached(self._file, self._beside, "beside") as database,
            database.writing_one_file() as write,
        ):
            # From here on nobody else writes to the file.
            write.run("DELETE FROM projection_former WHERE false")
            yield write

    def restore(self, beside: Beside) -> None:
        with (
            _attached(self._beside, self._file, "live") as database,
            database.writing() as write,
        ):
            _copy_former(write, beside.projection, f"live.{self.former}", "live.", is_postgres=False)

    def drop_former(self, write: Transaction, tables: Sequence[str]) -> None:
        for table in tables:
            write.run(f"DROP TABLE IF EXISTS {self.former}{table}")

    def put_aside(self, write: Transaction, tables: Sequence[str]) -> None:
        for table in tables:
            for index in indexes_of(write, table, is_postgres=False):
                write.run(f"DROP INDEX {index.name}")
            write.run(f"ALTER TABLE {table} RENAME TO {self.former}{table}")

    def take_in(self, write: Transaction, tables: Sequence[str]) -> None:
        for table in tables:
            made_by = write.run(
                "SELECT type, sql FROM beside.sqlite_master "
                "WHERE tbl_name = :name AND sql IS NOT NULL ORDER BY type DESC",
                {"name": table},
            )
            columns = ", ".join(columns_of(write, f"{self.former}{table}", is_postgres=False))
            for made in made_by:
                write.run(made["sql"])
                if made["type"] == "table":
                    copied = f"SELECT {columns} FROM beside.{table}"
                    write.run(f"INSERT INTO main.{table} ({columns}) {copied}")


@contextmanager
def _attached(file: Path, other: Path, name: str) -> Iterator[SqliteDatabase]:
    database = SqliteDatabase(file)
    try:
        with database.datastore.get_connection(commit=True) as connection:
            connection.cursor().execute(f"ATTACH DATABASE ? AS {name}", [str(other)])
        yield database
    finally:
        database.close()


def _copy_former(write: Transaction, name: str, former: str, live: str, *, is_postgres: bool) -> None:
    for table in tables_of(write, name, is_postgres=is_postgres):
        columns = ", ".join(columns_of(write, table, is_postgres=is_postgres))
        write.run(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {former}{table}")
    for table in ("projection_position", "quarantine"):
        names = [one for one in columns_of(write, table, is_postgres=is_postgres) if one != "projection"]
        columns = ", ".join(names)
        write.run(
            f"INSERT INTO {table} (projection, {columns}) "
            f"SELECT :name, {columns} FROM {live}{table} WHERE projection = :former",
            {"name": name, "former": former_name(name)},
        )


def exchange_of(read_url: str, beside: Beside) -> Exchange:
    """How the tables of this read model change places on this database."""
    file = file_of(read_url, SCHEMA)
    if file is None or beside.file is None:
        return PostgresExchange(beside)
    return SqliteExchange(file, beside.file)
