"""Numbered SQL, applied once each, in order: `<schema>-<number>.<dialect>.sql`."""

from collections.abc import Collection
from importlib.resources import files

from treatment.fault import Fault
from treatment.store.database import Database, Transaction


class SchemaBehind(Fault):
    """The database lacks migrations that this version needs."""

    def __init__(self, schema: str, missing: list[str]) -> None:
        super().__init__(
            f"the schema {schema!r} lacks {', '.join(missing)}; run `casetrail store migrate` as its owner"
        )


def pending(database: Database, schema: str, package: str = __package__) -> list[str]:
    """The names of the migrations that were not applied yet, in order."""
    done = applied(database)
    return [name for name in all_of(database, schema, package) if name not in done]


def applied(database: Database) -> set[str]:
    """The names of the migrations that were applied; none where the schema is not there."""
    with database.reading() as read:
        if not _has_log(read, database):
            return set()
        return {row["name"] for row in read.run("SELECT name FROM schema_migration")}


def level_of(name: str) -> str:
    """The name of a migration without its dialect: the same on both databases."""
    return name.split(".", maxsplit=1)[0]


def migrate(
    database: Database, schema: str, package: str = __package__, *, levels: Collection[str] | None = None
) -> list[str]:
    """Apply what is missing, each in a transaction of its own. Returns what was applied.

    With `levels`, only what is among them: the schema as it was when a backup was made.
    """
    if database.is_postgres:
        with database.writing() as write:
            write.run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    with database.writing() as write:
        write.run("CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY)")
    missing = [
        name for name in pending(database, schema, package) if levels is None or level_of(name) in levels
    ]
    for name in missing:
        text = (files(package) / name).read_text(encoding="utf-8")
        with database.writing() as write:
            write.script(text)
            write.run("INSERT INTO schema_migration (name) VALUES (:name)", {"name": name})
    return missing


def require_current(database: Database, schema: str, package: str = __package__) -> None:
    """Raise `SchemaBehind` unless every migration was applied."""
    missing = pending(database, schema, package)
    if missing:
        raise SchemaBehind(schema, missing)


def all_of(database: Database, schema: str, package: str = __package__) -> list[str]:
    """The names of all migrations of a schema that this version knows, in order."""
    dialect = "postgresql" if database.is_postgres else "sqlite"
    names = (entry.name for entry in files(package).iterdir())
    return sorted(n for n in names if n.startswith(f"{schema}-") and n.endswith(f".{dialect}.sql"))


def _has_log(read: Transaction, database: Database) -> bool:
    if database.is_postgres:
        found = read.run("SELECT to_regclass('schema_migration') IS NOT NULL AS present")
        return bool(found[0]["present"])
    return bool(read.run("SELECT 1 AS present FROM sqlite_master WHERE name = 'schema_migration'"))
