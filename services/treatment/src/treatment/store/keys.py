"""The key store: data keys per case and person, wrapped, apart from the events they seal.

Losing it makes every personal value unreadable for ever; destroying one key erases one person.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from treatment.fault import Fault
from treatment.store.database import PostgresDatabase, SqliteDatabase

KEY_BYTES = 32


class MasterKeyUnusable(Fault):
    """The master key file cannot be used; the message names the file, the reason and the cure."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data subject's key. The id is random: it links nothing to anybody."""

    key_id: str
    secret: bytes = field(repr=False)


def read_master_key(file: Path) -> bytes:
    """32 bytes, base64url, from a file. Raises `MasterKeyUnusable`."""
    try:
        text = file.read_text(encoding="ascii").strip()
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (OSError, ValueError) as error:
        raise MasterKeyUnusable(f"the master key file {file} cannot be read: {error}") from error
    if len(key) != KEY_BYTES:
        raise MasterKeyUnusable(
            f"the master key file {file} holds {len(key)} bytes instead of {KEY_BYTES}; "
            "restore the right file: a new key cannot open what the old one sealed"
        )
    return key


def new_master_key(entropy: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """The content of a new master key file."""
    return base64.urlsafe_b64encode(entropy(KEY_BYTES)).decode().rstrip("=") + "\n"


class KeyStore:
    """Finds and makes data keys. A key is on disk before it is used."""

    def __init__(
        self,
        database: SqliteDatabase | PostgresDatabase,
        master_key: bytes,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._database = database
        self._master_key = master_key
        self._entropy = entropy
        self._of_tenants: dict[str, bytes] = {}

    def of_person(self, case_id: str, person_id: str | None) -> DataKey:
        """The key of a person of a case (None: the patient), made at the first call."""
        return self._of(_subject(case_id, person_id))

    def of_tenant(self, tenant: str, purpose: str) -> bytes:
        """A secret of the tenant's own, such as the one that fingerprints command bodies.

        It is about nobody and never destroyed, so it stays in memory: each command asks for it.
        """
        subject = f"tenant/{tenant}/{purpose}"
        if subject not in self._of_tenants:
            self._of_tenants[subject] = self._of(subject).secret
        return self._of_tenants[subject]

    def find(self, key_id: str) -> DataKey | None:
        """The key with this id, or None when it was destroyed."""
        with self._database.reading() as read:
            rows = read.run(
                "SELECT wrapped FROM data_key WHERE key_id = :key_id "
                "AND key_id NOT IN (SELECT key_id FROM destroyed_key)",
                {"key_id": key_id},
            )
        return DataKey(key_id, self._unwrap(rows[0]["wrapped"])) if rows else None

    def destroy(self, case_id: str, person_id: str | None) -> None:
        """Destroy a person's key. What it sealed cannot be read again, here or in any copy.

        Its id is kept: a key that comes back with a restored backup is known as destroyed.
        """
        subject = {"subject": _subject(case_id, person_id)}
        with self._database.writing() as write:
            write.run(
                "INSERT INTO destroyed_key (key_id, subject) "
                "SELECT key_id, subject FROM data_key WHERE subject = :subject",
                subject,
            )
            write.run("DELETE FROM data_key WHERE subject = :subject", subject)

    def check_master_key(self) -> None:
        """Raise `MasterKeyUnusable` now rather than at the first command."""
        with self._database.reading() as read:
            rows = read.run("SELECT wrapped FROM data_key LIMIT 1")
        for row in rows:
            self._unwrap(row["wrapped"])

    def _of(self, subject: str) -> DataKey:
        known = self._known(subject)
        if known is not None:
            return known
        key_id = base64.urlsafe_b64encode(self._entropy(16)).rstrip(b"=").decode()
        wrapped = aes_key_wrap(self._master_key, self._entropy(KEY_BYTES))
        with self._database.writing() as write:
            # Another writer may have made the key meanwhile: the first one stays.
            write.run(
                "INSERT INTO data_key (key_id, subject, wrapped) VALUES (:key_id, :subject, :wrapped) "
                "ON CONFLICT (subject) DO NOTHING",
                {"key_id": key_id, "subject": subject, "wrapped": wrapped},
            )
        stored = self._known(subject)
        if stored is None:
            raise LookupError("the key store lost a key that it had just stored")
        return stored

    def _known(self, subject: str) -> DataKey | None:
        with self._database.reading() as read:
            rows = read.run(
                "SELECT key_id, wrapped FROM data_key WHERE subject = :subject", {"subject": subject}
            )
        return DataKey(rows[0]["key_id"], self._unwrap(rows[0]["wrapped"])) if rows else None

    def _unwrap(self, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._master_key, bytes(wrapped))
        except InvalidUnwrap:
            raise MasterKeyUnusable(
                "the master key is not the one that the key store was made with; restore the right one"
            ) from None


def _subject(case_id: str, person_id: str | None) -> str:
    """Whose key it is: known inside the key store only."""
    return f"case/{case_id}/" + ("patient" if person_id is None else f"person/{person_id}")
