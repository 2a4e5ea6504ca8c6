"""The event log of an installation: all that the relay needs."""

from collections.abc import Callable

from treatment.settings import Settings
from treatment.store.migrations import require_current
from treatment.store.opening import open_database
from treatment.store.stored_log import StoredLog


def open_log(
    settings: Settings, *, synced: bool = True, stored: Callable[[], None] = lambda: None
) -> StoredLog:
    """The event log. Raises `SchemaBehind` when its schema lacks migrations."""
    database = open_database(settings.address("database_url"), "store", synced=synced)
    require_current(database, "store")
    return StoredLog(database, stored=stored)
