"""Whether the key store still has the keys of the sealed texts in the event store."""

import re
from dataclasses import dataclass

from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase

SEALED_BY = re.compile(rb'"sealed:v1:([A-Za-z0-9_-]{22}):')
PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysOfTexts:
    """The keys that the sealed texts name, counted."""

    named: int
    there: int
    destroyed: int

    @property
    def lost(self) -> int:
        """Neither there nor destroyed on purpose: what they sealed cannot be read by anybody."""
        return self.named - self.there - self.destroyed


def keys_of_texts(
    store: SqliteDatabase | PostgresDatabase, keys: SqliteDatabase | PostgresDatabase
) -> KeysOfTexts:
    """Go through all events, and compare with the key store."""
    named = _named(store)
    with keys.reading() as read:
        destroyed = {row["key_id"] for row in read.run("SELECT key_id FROM destroyed_key")}
        there = {row["key_id"] for row in read.run("SELECT key_id FROM data_key")} - destroyed
    return KeysOfTexts(named=len(named), there=len(named & there), destroyed=len(named & destroyed))


def _named(store: SqliteDatabase | PostgresDatabase) -> set[str]:
    row_id = "notification_id" if store.is_postgres else "rowid"
    sql = (
        f"SELECT {row_id} AS row_id, state FROM events WHERE {row_id} > :after ORDER BY {row_id} LIMIT {PAGE}"
    )
    found: set[str] = set()
    after = 0
    with store.reading() as read:
        while rows := read.run(sql, {"after": after}):
            for row in rows:
                found.update(key.decode() for key in SEALED_BY.findall(bytes(row["state"])))
            after = rows[-1]["row_id"]
    return found
