"""How the examples are told: payloads become records that are numbered and chained as a store would."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from casetrail_contracts.canonical import encode
from casetrail_contracts.envelope import ActorKind, Envelope, digest, event_id, payload_data, record
from casetrail_contracts.events import BY_PAYLOAD, Payload
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import Moment

CASE = "7c0f2a52-5a3e-4a55-9d0e-2f6f3b1f9a10"
TENANT = "north"
ISSUER = "casetrail.example"
OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST_COMMAND = "0b6c2f0e-9a41-5d3e-8f1c-3f2f7f0c9b77"
"""That of everything that the first contact brought."""


def definition(code: str) -> str:
    """A reference to version 1 of a definition."""
    return f"{code}@1#{sha256(code.encode()).hexdigest()}"


PHQ9 = definition("PHQ9")
SAFETY = definition("SAFETY")


def sealed(name: str) -> Personal[str]:
    """A text in sealed form, the same for the same name."""
    commitment = digest(name.encode())
    return Personal.from_sealed(f"sealed:v1:{commitment[:22]}:{commitment}:{commitment}{commitment[:20]}")


def at(days: int, minutes: int = 0) -> Moment:
    """A moment, counted from when the case was opened."""
    return Moment(OPENED + timedelta(days=days, minutes=minutes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who decides, in which role, and through which software."""

    id: str
    role: str
    client: str = "ehr-north"
    kind: ActorKind = ActorKind.APP_USER


THERAPIST = Actor(id="therapist-1", role="therapist")
NEXT_THERAPIST = Actor(id="therapist-2", role="therapist")
SUPERVISOR = Actor(id="supervisor-1", role="supervisor")
DOCTOR = Actor(id="doctor-1", role="doctor")
ADMIN = Actor(id="admin-1", role="admin", client="direct")
NOTIFIER = Actor(id="notifications", role="notifier", client="direct", kind=ActorKind.SERVICE_ACCOUNT)
INSTALLATION = Actor(id="casetrail", role="operator", client="direct", kind=ActorKind.SYSTEM)
CLOCK = Actor(id="casetrail-clock", role="clock", client="direct", kind=ActorKind.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told: who told it and when, in answer to which command."""

    id: str
    at: Moment
    by: Actor
    command: str


class Story:
    """A tenant's history of one case, or of its register, so far. Every type of event is told once."""

    def __init__(self, tenant: str = TENANT, subject: str = CASE) -> None:
        self._tenant = tenant
        self._subject = subject
        self.records: dict[str, bytes] = {}
        self._told: dict[type[Payload], Told] = {}
        self._recorded = OPENED

    def tell(
        self,
        payload: Payload,
        when: Moment,
        by: Actor = THERAPIST,
        *,
        command: str | None = None,
        cause: type[Payload] | None = None,
    ) -> None:
        """What somebody recorded; `cause` is an earlier event that it answers."""
        number = len(self.records) + 1
        asked = command or str(uuid5(NAMESPACE_URL, f"https://{ISSUER}/commands/{number}"))
        told = Told(id=event_id(self._subject, number), at=when, by=by, command=asked)
        self._append(payload, told, self.id_of(cause) if cause else asked)

    def derive(self, payload: Payload, cause: type[Payload]) -> None:
        """What follows by rule from `cause`, in the same append: at its time and by its command."""
        origin = self._told[cause]
        number = len(self.records) + 1
        told = Told(id=event_id(self._subject, number), at=origin.at, by=origin.by, command=origin.command)
        self._append(payload, told, origin.id)

    def id_of(self, kind: type[Payload]) -> str:
        """The event id of what was told before."""
        return self._told[kind].id

    def _append(self, payload: Payload, told: Told, cause: str) -> None:
        entry = BY_PAYLOAD[type(payload)]
        number = len(self.records) + 1
        previous = next(reversed(self.records.values()), None)
        # The recorded time never decreases, although something may be told that was long ago.
        self._recorded = max(self._recorded, told.at.at + timedelta(minutes=5))
        envelope = Envelope(
            id=told.id,
            source=f"https://{ISSUER}/tenants/{self._tenant}/{entry.collection}/{self._subject}",
            type=entry.type,
            subject=self._subject,
            time=told.at.at,
            timeprecision=told.at.precision,
            recordedtime=self._recorded,
            sequence=f"{number:010d}",
            position=f"{number:016d}",
            previoushash=None if previous is None else digest(previous),
            salt=digest(f"salt {number}".encode())[:22],
            commandid=told.command,
            correlationid=told.command,
            causationid=cause,
            authid=told.by.id,
            authtype=told.by.kind,
            authrole=told.by.role,
            authclient=told.by.client,
            softwareversion="0.1.0",
            dataschema=entry.dataschema,
            data=payload_data(payload),
        )
        self.records[entry.name] = encode(record(envelope))
        self._told[type(payload)] = told
