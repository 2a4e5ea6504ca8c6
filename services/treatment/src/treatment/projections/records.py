"""An event as the read models see it: its place, and as much of its payload as somebody asks for.

A read model asks of an event only what it keeps of it. So an event is not read whole: its envelope is
checked as far as its place in the history rests on it, and its payload as far as somebody asks for it.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

import orjson
from pydantic import ValidationError

from casetrail_contracts import BY_TYPE, Payload
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import STORED
from casetrail_contracts.scalars import INSTANT_PATTERN, UUID_PATTERN, instant_text, parse_instant

Case: TypeAlias = tuple[str, str]
"""A case of a tenant: the names of both."""

M = TypeVar("M", bound=Contract)
_TENANT = re.compile(r"https://[a-z0-9.-]{1,253}/tenants/([a-z0-9-]{1,32})/(?:cases|register)/")
_UUID = re.compile(UUID_PATTERN)
_INSTANT = re.compile(INSTANT_PATTERN)


class Unreadable(ValueError):
    """The bytes are not what they promise; the message says as much, and holds no content."""


# A named tuple is made in a third of the time of a frozen dataclass, and there is one for each event.
class Record(NamedTuple):
    """One event record: where it stands in the history, and its payload, still as JSON."""

    event_id: str
    case: Case
    """What it belongs to: a case, or the register of the tenant."""
    sequence: int
    """The version of the case after this event."""
    position: int
    """The place in the tenant's history."""
    at: str
    """When it happened: an instant, 27 characters."""
    name: str
    """Its name in the catalogue, such as `goals_revised`; empty of a type that this version does not know."""
    kind: type[Payload] | None
    """The class of its payload."""
    data: Mapping[str, Any]

    def read(self, model: type[M]) -> M:
        """Its payload, or the part of it that `model` names. Raises `Unreadable`."""
        try:
            return model.model_validate(self.data, extra="ignore", context=STORED)
        except ValidationError:
            # Its reasons quote the input, which may be personal.
            raise Unreadable("the payload is not what its type promises") from None


def read_record(content: bytes) -> Record:
    """Read an event record leniently: unknown attributes, fields and types are no errors.

    Raises `Unreadable` for bytes that do not say which event they are.
    """
    try:
        return _record(orjson.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Unreadable("not an event record") from None


def _record(value: Any) -> Record:
    subject, sequence, data = value["subject"], value["sequence"], value["data"]
    if value["id"] != f"{subject}-{sequence}" or not isinstance(data, dict):
        raise ValueError("its attributes are not those of an event record")
    entry = BY_TYPE.get(value["type"])
    # By place: by name it would take twice the time.
    return Record(
        value["id"],
        (_tenant(value["source"], subject), subject),
        _number(sequence, 10),
        _number(value["position"], 16),
        _instant(value["time"]),
        entry.name if entry else "",
        entry.payload if entry else None,
        data,
    )


# The events of a case follow one another: most are of one that was just looked at.
@lru_cache(maxsize=4_096)
def _tenant(source: str, subject: str) -> str:
    found = _TENANT.fullmatch(source.removesuffix(subject))
    if found is None or not _UUID.fullmatch(subject):
        raise ValueError("its source is not that of its subject")
    return found[1]


def _number(text: str, digits: int) -> int:
    if len(text) != digits or not (text.isascii() and text.isdigit()):
        raise ValueError("a number has another form than an event record has")
    return int(text)


def _instant(text: str) -> str:
    if _INSTANT.fullmatch(text):
        # Refuses the thirteenth month.
        datetime.fromisoformat(text)
        return text
    return instant_text(parse_instant(text))
