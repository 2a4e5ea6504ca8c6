"""The key store: data keys per case and person, wrapped, apart from the events they seal.

Losing it makes every personal value unreadable for ever; destroying one key erases one person, for ever too.
"""

import base64
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from treatment.domain.refusals import SubjectErased
from treatment.fault import Fault
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase

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


def wrapped_keys_open(master_key: bytes, wrapped: Iterable[bytes]) -> bool:
    """Whether all of these keys were wrapped with this master key."""
    try:
        for key in wrapped:
            aes_key_unwrap(master_key, key)
    except (InvalidUnwrap, ValueError):
        return False
    return True


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

    @property
    def database(self) -> SqliteDatabase | PostgresDatabase:
        """Where the keys are kept."""
        return self._database

    def of_person(self, case_id: str, person_id: str | None) -> DataKey:
        """The key of a person of a case (None: the patient), made at the first call.

        Raises `SubjectErased` once the person's key, or the patient's, was destroyed: there is no second one.
        """
        subject, patient = _subject(case_id, person_id), _subject(case_id, None)
        key = self._of(subject, patient)
        if key is not None:
            return key
        if self._is_destroyed(patient):
            raise SubjectErased(None)
        if self._is_destroyed(subject):
            raise SubjectErased(person_id)
        raise LookupError("the key store lost a key that it had just stored")

    def of_tenant(self, tenant: str, purpose: str) -> bytes:
        """A secret of the tenant's own, such as the one that fingerprints command bodies.

        It is about nobody and never destroyed, so it stays in memory: each command asks for it.
        """
        subject = f"tenant/{tenant}/{purpose}"
        if subject not in self._of_tenants:
            key = self._of(subject, subject)
            if key is None:
                raise LookupError("the key store lost the secret of a tenant")
            self._of_tenants[subject] = key.secret
        return self._of_tenants[subject]

    def find(self, key_id: str) -> DataKey | None:
        """The key with this id, or None when it was destroyed."""
        rows = self._database.ask(
            "SELECT wrapped FROM data_key WHERE key_id = :key_id "
            "AND key_id NOT IN (SELECT key_id FROM destroyed_key)",
            {"key_id": key_id},
        )
        return DataKey(key_id, self._unwrap(rows[0]["wrapped"])) if rows else None

    def destroy(self, case_id: str, person_id: str | None) -> None:
        """Destroy a person's key; None: the patient's, and with it the keys of everybody of the case.

        What they sealed cannot be read again, here or in any copy. Their ids are kept: a key that comes back
        with a restored backup is known as destroyed, and no second one is made.
        """
        subject = _subject(case_id, person_id)
        # Ids of cases hold no character that a pattern gives a meaning to.
        pattern = f"case/{case_id}/%" if person_id is None else subject
        compared = "LIKE" if person_id is None else "="
        with self._database.writing() as write:
            write.run(
                "INSERT INTO destroyed_key (key_id, subject) SELECT key_id, subject FROM data_key "
                f"WHERE subject {compared} :pattern ON CONFLICT (key_id) DO NOTHING",
                {"pattern": pattern},
            )
            write.run(f"DELETE FROM data_key WHERE subject {compared} :pattern", {"pattern": pattern})
            # Who never had a key gets none later either.
            write.run(
                "INSERT INTO destroyed_key (key_id, subject) SELECT :key_id, :subject "
                "WHERE NOT EXISTS (SELECT 1 FROM destroyed_key WHERE subject = :subject)",
                {"key_id": self._new_id(), "subject": subject},
            )

    def check_master_key(self) -> None:
        """Raise `MasterKeyUnusable` now rather than at the first command."""
        for row in self._database.ask("SELECT wrapped FROM data_key LIMIT 1"):
            self._unwrap(row["wrapped"])

    def _of(self, subject: str, patient: str) -> DataKey | None:
        """The subject's key; None where it or the patient's was destroyed."""
        known, erased = self._known(subject, patient)
        if known is None:
            wrapped = aes_key_wrap(self._master_key, self._entropy(KEY_BYTES))
            with self._database.writing() as write:
                # Another writer may have made the key meanwhile, or destroyed it: then that stays.
                write.run(
                    "INSERT INTO data_key (key_id, subject, wrapped) SELECT :key_id, :subject, :wrapped "
                    "WHERE NOT EXISTS (SELECT 1 FROM destroyed_key WHERE subject IN (:subject, :patient)) "
                    "ON CONFLICT (subject) DO NOTHING",
                    {"key_id": self._new_id(), "subject": subject, "wrapped": wrapped, "patient": patient},
                )
            known, erased = self._known(subject, patient)
        return None if erased else known

    def _known(self, subject: str, patient: str) -> tuple[DataKey | None, bool]:
        """The stored key, and whether there must be none: a restored backup may hold a destroyed one."""
        rows = self._database.ask(
            "SELECT key_id, wrapped, EXISTS (SELECT 1 FROM destroyed_key "
            "WHERE destroyed_key.subject IN (:subject, :patient)) AS erased "
            "FROM data_key WHERE subject = :subject",
            {"subject": subject, "patient": patient},
        )
        if not rows:
            return None, False
        return DataKey(rows[0]["key_id"], self._unwrap(rows[0]["wrapped"])), bool(rows[0]["erased"])

    def _is_destroyed(self, subject: str) -> bool:
        asked = "SELECT 1 AS found FROM destroyed_key WHERE subject = :subject"
        return bool(self._database.ask(asked, {"subject": subject}))

    def _new_id(self) -> str:
        return base64.urlsafe_b64encode(self._entropy(16)).rstrip(b"=").decode()

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
