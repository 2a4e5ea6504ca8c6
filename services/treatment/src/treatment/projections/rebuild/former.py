"""The tables that were in use before: what is known of them, and where their positions are kept."""

from dataclasses import dataclass
from datetime import datetime

from casetrail_contracts.scalars import instant_text
from treatment.projections.rebuild.beside import Build
from treatment.store.database import Database, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """Former tables, kept until the next rebuild."""

    projection: str
    build: str
    """The rebuild that took their place."""
    migration: str
    """The newest migration when they were put aside: after another one they are of no use."""
    switched_at: str


def former_name(projection: str) -> str:
    """Under this name the positions and the quarantine of the former tables are kept."""
    return f"{projection}@former"


def former_of(live: Database, projection: str) -> Former | None:
    """The former tables; None when there are none."""
    with live.reading() as read:
        rows = read.run(
            "SELECT * FROM projection_former WHERE projection = :projection", {"projection": projection}
        )
    return Former(**rows[0]) if rows else None


def forget(write: Transaction, projection: str) -> None:
    """There is nothing to go back to."""
    write.run("DELETE FROM projection_former WHERE projection = :name", {"name": projection})
    for table in ("projection_position", "quarantine"):
        write.run(f"DELETE FROM {table} WHERE projection = :name", {"name": former_name(projection)})


def put_aside(write: Transaction, projection: str, build: Build, now: datetime) -> None:
    """Positions and quarantine of now become those of the former tables."""
    names = {"name": projection, "former": former_name(projection)}
    write.run(
        "INSERT INTO projection_position (projection, tenant, position) "
        "SELECT :former, tenant, position FROM projection_position WHERE projection = :name",
        names,
    )
    write.run("UPDATE quarantine SET projection = :former WHERE projection = :name", names)
    newest = write.run("SELECT max(name) AS name FROM schema_migration")[0]["name"]
    write.run(
        "INSERT INTO projection_former (projection, build, migration, switched_at) "
        "VALUES (:name, :build, :migration, :at)",
        {"name": projection, "build": build.id, "migration": newest, "at": instant_text(now)},
    )


def newest_migration(live: Database) -> str:
    """The newest migration of the tables in use."""
    with live.reading() as read:
        return str(read.run("SELECT max(name) AS name FROM schema_migration")[0]["name"])
