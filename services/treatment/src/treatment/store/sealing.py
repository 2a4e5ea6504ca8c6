"""Personal fields, sealed one by one before they reach the encoder.

AES-256-GCM under a key of the field's own, derived from the data subject's key by HKDF over the event
id and the field's path; the same three (case, event, path) are the associated data, so that a sealed
text moved elsewhere does not open. The commitment is the SHA-256 of the field's key: one field can be
disclosed by its key, and no second key can open the same text to something else.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from casetrail_contracts import Form, Personal
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import personal_fields
from treatment.store.keys import DataKey, KeyStore

P = TypeVar("P", bound=Contract)

NONCE_BYTES = 12
SEPARATOR = b"\x00"


class SealBroken(Exception):
    """A sealed text does not open with its key at this place: it was changed, or moved here."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives: what its key and its associated data depend on."""

    case_id: str
    event_id: str
    path: str
    """Field names as on the wire, joined by dots: `people.0.alias`."""

    @property
    def associated_data(self) -> bytes:
        """What the ciphertext is bound to."""
        return SEPARATOR.join(part.encode() for part in (self.case_id, self.event_id, self.path))

    def field_key(self, data_key: bytes) -> bytes:
        """The key of this one field."""
        info = SEPARATOR.join(part.encode() for part in (self.event_id, self.path))
        return HKDFExpand(SHA256(), 32, info).derive(data_key)


def seal(text: str, place: Place, data_key: DataKey, entropy: Callable[[int], bytes]) -> str:
    """The stored form of a personal text."""
    key = place.field_key(data_key.secret)
    nonce = entropy(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, text.encode(), place.associated_data)
    return f"sealed:v1:{data_key.key_id}:{_commitment(key)}:{_base64(nonce + ciphertext)}"


def unseal(sealed: str, place: Place, keys: KeyStore) -> Personal[str]:
    """The plain value, or the erased one when its key was destroyed. Raises `SealBroken`."""
    _, _, key_id, commitment, body = sealed.split(":")
    data_key = keys.find(key_id)
    if data_key is None:
        return Personal[str].erased()
    key = place.field_key(data_key.secret)
    content = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    if not hmac.compare_digest(_commitment(key), commitment):
        raise SealBroken(f"{place.event_id} {place.path}: the key is not the one that sealed it")
    try:
        plain = AESGCM(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], place.associated_data)
    except InvalidTag:
        raise SealBroken(f"{place.event_id} {place.path}: the sealed text was changed") from None
    return Personal.plain(plain.decode())


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals whole payloads under the keys of the people they are about."""

    keys: KeyStore
    entropy: Callable[[int], bytes] = secrets.token_bytes

    def seal_payload(self, payload: P, case_id: str, event_id: str) -> P:
        """The payload with every personal value sealed. Keys are stored before this returns."""
        return self._sealed(payload, case_id, event_id, path=(), person=None)

    def _sealed(self, part: P, case_id: str, event_id: str, path: tuple[str, ...], person: str | None) -> P:
        subject_field = getattr(type(part), "SUBJECT_FIELD", None)
        person = getattr(part, subject_field) if subject_field else person
        changed: dict[str, Any] = {}
        for name, inner_path, value in _fields(part, path):
            sealed = self._value(value, case_id, event_id, inner_path, person)
            if sealed is not value:
                changed[name] = sealed
        return part.model_copy(update=changed) if changed else part

    def _value(
        self, value: object, case_id: str, event_id: str, path: tuple[str, ...], person: str | None
    ) -> object:
        match value:
            case Personal() if value.form is Form.PLAIN:
                place = Place(case_id, event_id, ".".join(path))
                key = self.keys.of_person(case_id, person)
                return Personal.from_sealed(seal(str(value.value), place, key, self.entropy))
            case Contract():
                return self._sealed(value, case_id, event_id, path, person)
            case tuple() if value:
                return tuple(
                    self._value(inner, case_id, event_id, (*path, str(index)), person)
                    for index, inner in enumerate(value)
                )
            case _:
                return value


def _fields(part: Contract, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], object]]:
    fields = type(part).model_fields
    for name in personal_fields(type(part)):
        yield name, (*path, fields[name].alias or name), getattr(part, name)


def _commitment(key: bytes) -> str:
    return _base64(hashlib.sha256(key).digest())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
