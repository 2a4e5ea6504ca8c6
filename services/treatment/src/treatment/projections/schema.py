"""The read database's own tables: made here, filled by the read models."""

from treatment.projections import migrations
from treatment.store.database import Database
from treatment.store.migrations import migrate as apply_missing
from treatment.store.migrations import require_current as require

SCHEMA = "read"
"""The PostgreSQL schema, or the name of the SQLite file."""


def migrate(database: Database) -> list[str]:
    """Make or bring up to date all tables. Returns what was applied; nothing on a second run."""
    return apply_missing(database, SCHEMA, migrations.__name__)


def require_current(database: Database) -> None:
    """Raise `SchemaBehind` unless `migrate` has nothing left to do."""
    require(database, SCHEMA, migrations.__name__)
