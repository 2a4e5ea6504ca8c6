"""Numbered SQL, applied once each, in order: `<schema>-<number>.<dialect>.sql`."""

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
    with database.reading() as read:
        if not _has_log(read, database):
            return _names(database, schema, package)
        applied = {row["name"] for row in read.run("SELECT name FROM schema_migration")}
    return [name for name in _names(database, schema, package) if name not in applied]


def migrate(database: Database, schema: str, package: str = __package__) -> list[str]:
    """Apply what is missing, each in a transaction of its own. Returns what was applied."""
    if database.is_postgres:
        with database.writing() as write:
            write.run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    with database.writing() as write:
        write.run("CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY)")
    applied = pending(database, schema, package)
    for name in applied:
        text = (files(package) / name).read_text(encoding="utf-8")
        with database.writing() as write:
            write.script(text)
            write.run("INSERT INTO schema_migration (name) VALUES (:name)", {"name": name})
    return applied


def require_current(database: Database, schema: str, package: str = __package__) -> None:
    """Raise `SchemaBehind` unless every migration was applied."""
    missing = pending(database, schema, package)
    if missing:
        raise SchemaBehind(schema, missing)


def _names(database: Database, schema: str, package: str) -> list[str]:
    dialect = "postgresql" if database.is_postgres else "sqlite"
    names = (entry.name for entry in files(package).iterdir())
    return sorted(n for n in names if n.startswith(f"{schema}-") and n.endswith(f".{dialect}.sql"))


def _has_log(read: Transaction, database: Database) -> bool:
    if database.is_postgres:
        found = read.run("SELECT to_regclass('schema_migration') IS NOT NULL AS present")
        return bool(found[0]["present"])
    return bool(read.run("SELECT 1 AS present FROM sqlite_master WHERE name = 'schema_migration'"))
