"""Archives of the event store and of the key store: made from one moment, checked before they are used."""

from treatment.store.backup.archive import KEYS, STORE, ArchiveUnusable, Manifest, check_archive
from treatment.store.backup.making import back_up
from treatment.store.backup.restoring import NotEmpty, restore

__all__ = ["KEYS", "STORE", "ArchiveUnusable", "Manifest", "NotEmpty", "back_up", "check_archive", "restore"]
