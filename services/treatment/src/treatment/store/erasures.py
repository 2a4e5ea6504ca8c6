"""Erases again whom the log says was erased: a restored key store may hold keys that were destroyed since."""

from typing import cast

from casetrail_contracts import BY_PAYLOAD, read
from casetrail_contracts.events.erasure import PersonalDataErased
from treatment.store.database import Database
from treatment.store.keys import KeyStore

ERASED = BY_PAYLOAD[PersonalDataErased].type


def erase_again(store: Database, keys: KeyStore) -> int:
    """Destroy the keys of everybody who was erased; how many erasures the log tells of.

    Doing it twice changes nothing, so it belongs behind everything that brings keys or events back.
    """
    with store.reading() as reading:
        rows = reading.run("SELECT state FROM events WHERE topic = :erased", {"erased": ERASED})
    for row in rows:
        event = read(bytes(row["state"]))
        erased = cast("PersonalDataErased", event.payload)
        keys.destroy(event.envelope.subject, erased.person_id)
    return len(rows)
