"""What keeps an installation's history: the event store and the key store, for those who look after them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from treatment.settings import Settings
from treatment.store.keys import KeyStore, read_master_key
from treatment.store.migrations import require_current
from treatment.store.opening import open_database
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase
from treatment.store.stored_log import StoredLog


@dataclass(frozen=True, slots=True)
class Keeping:
    """Both stores, opened."""

    store: SqliteDatabase | PostgresDatabase
    log: StoredLog
    keys: KeyStore


@contextmanager
def open_keeping(settings: Settings) -> Iterator[Keeping]:
    """Both, closed at the end. Raises `SchemaBehind` or `MasterKeyUnusable`."""
    store = open_database(settings.address("database_url"), "store")
    keys = open_database(settings.address("keys_database_url"), "keys")
    try:
        require_current(store, "store")
        require_current(keys, "keys")
        key_store = KeyStore(keys, read_master_key(Path(settings.text("master_key_file"))))
        key_store.check_master_key()
        yield Keeping(store, StoredLog(store), key_store)
    finally:
        store.close()
        keys.close()
