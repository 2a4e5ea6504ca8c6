"""Which tables a read model has, and of what they are made: those that are named after it."""

from dataclasses import dataclass

from treatment.store.database import Database, Transaction


def tables_of(read: Transaction, projection: str, *, is_postgres: bool) -> list[str]:
    """The read model's tables in this schema or file, in the order of their names."""
    name = projection.replace("-", "_")
    if is_postgres:
        found = read.run("SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()")
    else:
        found = read.run("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(row["name"] for row in found if f"{row['name']}_".startswith(f"{name}_"))


def columns_of(read: Transaction, table: str, *, is_postgres: bool) -> list[str]:
    """The names of a table's columns."""
    if is_postgres:
        found = read.run(
            "SELECT attname AS name FROM pg_attribute "
            "WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            {"name": table},
        )
    else:
        found = read.run("SELECT name FROM pragma_table_info(:name)", {"name": table})
    return [row["name"] for row in found]


def key_of(read: Transaction, table: str, *, is_postgres: bool) -> list[str]:
    """The columns of a table's primary key, in its order."""
    if is_postgres:
        found = read.run(
            "SELECT attname AS name FROM pg_index "
            "JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey) "
            "WHERE indrelid = to_regclass(:name) AND indisprimary "
            "ORDER BY array_position(indkey::int2[], attnum)",
            {"name": table},
        )
    else:
        found = read.run(
            "SELECT name FROM pragma_table_info(:name) WHERE pk > 0 ORDER BY pk", {"name": table}
        )
    return [row["name"] for row in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index that only makes queries faster."""

    name: str
    sql: str
    """What makes it, in the schema or file in which it was found."""


def indexes_of(read: Transaction, table: str, *, is_postgres: bool) -> list[Index]:
    """A table's indexes, but for those that make its rows unique."""
    if is_postgres:
        found = read.run(
            "SELECT indexname AS name, indexdef AS sql FROM pg_indexes "
            "WHERE schemaname = current_schema() AND tablename = :name",
            {"name": table},
        )
    else:
        found = read.run(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name", {"name": table}
        )
    return [Index(**row) for row in found if (row["sql"] or "").startswith("CREATE INDEX ")]


def migrations_of(database: Database) -> set[str]:
    """The migrations that were applied to a schema or file."""
    with database.reading() as read:
        return {row["name"] for row in read.run("SELECT name FROM schema_migration")}
