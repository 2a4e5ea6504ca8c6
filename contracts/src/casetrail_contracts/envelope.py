"""The envelope: one event record, a CloudEvents 1.0 structured-mode JSON object."""

import base64
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticSerializationError

from casetrail_contracts.events import BY_TYPE, Payload
from casetrail_contracts.personal import STORED, NotSealed
from casetrail_contracts.scalars import (
    Digest,
    EventId,
    Instant,
    Precision,
    StaffId,
    Uuid,
)

LARGEST_EVENT = 60 * 1024
"""Bytes. Intermediaries must forward 64 KiB (CloudEvents 1.0); this leaves room for their headers."""

SOURCE_PATTERN = r"^https://[a-z0-9.-]{1,253}/tenants/[a-z0-9-]{1,32}/(cases|register)/[0-9a-f-]{36}$"
Counter10 = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
Counter16 = Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")]


class ActorKind(StrEnum):
    """What kind of actor `authid` names: CloudEvents `authtype`."""

    APP_USER = "app_user"
    """A person, also where software writes on the person's behalf."""
    SERVICE_ACCOUNT = "service_account"
    """Software that acts for itself, such as the notification service."""
    SYSTEM = "system"
    """The installation: its clock, and what it publishes when it starts."""


class Envelope(BaseModel):
    """The attributes of an event record. All are strings; `data` is the payload, still as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    specversion: Literal["1.0"] = "1.0"
    id: EventId
    """`<subject>-<sequence>`; stable for ever; the broker's message id."""
    source: Annotated[str, StringConstraints(pattern=SOURCE_PATTERN)]
    """The issuer, the tenant, and what the event belongs to: one of its cases, or its register."""
    type: Annotated[str, StringConstraints(pattern=r"^org\.casetrail\.treatment\.[a-z_]+\.v[0-9]+$")]
    subject: Uuid
    """The case, or the register of the tenant."""
    time: Instant
    """When it happened; a partial date is its first instant, see `timeprecision`."""
    timeprecision: Precision | None = None
    recordedtime: Instant
    """When it was stored, by the database's clock; never decreasing in position."""
    sequence: Counter10
    """The version of the case or of the register: from 1, without gaps."""
    position: Counter16
    """The place in the tenant's history: from 1, without gaps."""
    previoushash: Digest | None = None
    """SHA-256 of the previous event's bytes of the same subject; absent on the first."""
    salt: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")]
    """16 random bytes: the hash of an event cannot be guessed from its content."""
    commandid: Uuid
    """What was asked."""
    correlationid: Uuid
    causationid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}(-[0-9]{10})?$")]
    """What led to it: the command, or the event id of the cause of a derived fact."""
    authid: StaffId
    """Who decided: a pseudonym."""
    authtype: ActorKind
    authrole: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]
    authclient: StaffId
    """Through which software."""
    softwareversion: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.+-]{1,40}$")]
    dataschema: Annotated[
        str, StringConstraints(pattern=r"^https://[a-z0-9.-]+/[a-z0-9_./]+/v[0-9]+\.[0-9]+$")
    ]
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any] = Field(json_schema_extra={"type": "object"})


class NotAnEvent(ValueError):
    """The bytes are not an event record; the message says why and holds no content."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event record as it was read: its exact bytes, its envelope, and its payload if known.

    `payload` is None for a type that this version of the contracts does not know. Pass it on or
    park it; never treat it as an error of the sender.
    """

    bytes: bytes
    envelope: Envelope
    payload: Payload | None

    @property
    def sequence(self) -> int:
        """The version of the case after this event."""
        return int(self.envelope.sequence)

    @property
    def position(self) -> int:
        """The place in the tenant's history."""
        return int(self.envelope.position)

    @property
    def collection(self) -> str:
        """What the subject is: one of the tenant's `cases`, or its `register`."""
        return self.envelope.source.split("/")[5]

    @property
    def tenant(self) -> str:
        """The organisation whose history this is."""
        return self.envelope.source.split("/")[4]

    @property
    def hash(self) -> str:
        """SHA-256 of the bytes, base64url: what `previoushash` of the next event names."""
        return digest(self.bytes)


def digest(content: bytes) -> str:
    """SHA-256, base64url without padding: 43 characters."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def record(envelope: Envelope) -> dict[str, Any]:
    """The event record as JSON values, absent attributes left out: what canonical bytes are made of."""
    return envelope.model_dump(mode="json", exclude_none=True)


def payload_data(payload: Payload) -> dict[str, Any]:
    """A sealed payload as the envelope's `data`. Raises `NotSealed` while a personal value is plain."""
    try:
        return payload.model_dump(mode="json", exclude_none=True)
    except PydanticSerializationError as error:
        raise NotSealed(str(error)) from error


def event_id(subject: str, sequence: int) -> str:
    """The id of the event that makes version `sequence` of a case, or of a register."""
    return f"{subject}-{sequence:010d}"


def read(content: bytes) -> Event:
    """Read an event record leniently: unknown attributes, fields and types are no errors.

    Raises `NotAnEvent` for bytes that are not an event record or not what their type promises.
    """
    try:
        envelope = Envelope.model_validate(json.loads(content), extra="ignore")
        known = BY_TYPE.get(envelope.type)
        payload = (
            known.payload.model_validate(envelope.data, extra="ignore", context=STORED) if known else None
        )
    except (ValueError, RecursionError) as error:
        # The reasons of pydantic quote the input, which may be personal: only its kind is passed on.
        raise NotAnEvent(f"not a Casetrail event record ({type(error).__name__})") from None
    return Event(content, envelope, payload)
