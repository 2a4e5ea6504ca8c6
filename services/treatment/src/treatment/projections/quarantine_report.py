"""What an operator is told about the quarantine: cases, counts, ids and reasons, never what an event says."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from casetrail_contracts import digest
from casetrail_contracts.envelope import Envelope
from treatment.projections.quarantine import PASSED, Kind, Quarantined
from treatment.store.database import Database

SHOWN = (
    "type",
    "sequence",
    "time",
    "recordedtime",
    "commandid",
    "correlationid",
    "causationid",
    "softwareversion",
)
"""What is shown of an envelope: nothing of the payload, and nobody's pseudonym."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeld:
    """A case of which a read model lacks events."""

    projection: str
    tenant: str
    case_id: str
    event_id: str
    """The first event that waits: the one that could not be applied."""
    reason: str
    noted_at: str
    failed: int
    waiting: int
    """Later events, which line up behind it."""
    passed: int
    """Of the later ones those about risk, which were applied at once all the same."""
    unreadable: int
    """Messages that are no events: they hold nothing up, and go with the next rebuild."""

    @property
    def events(self) -> int:
        """How many of them a redrive applies."""
        return self.failed + self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message in quarantine."""

    projection: str
    event_id: str
    tenant: str
    case_id: str
    position: int | None
    kind: Kind
    reason: str
    noted_at: str
    trace_id: str | None
    """By it the logs of all services name what led to the event: its `correlationid`."""
    envelope: dict[str, str]
    """Empty when the bytes are no event record."""
    bytes: int
    sha256: str


def cases_held(messages: Iterable[Quarantined]) -> list[CaseHeld]:
    """The cases of one read model, each with its counts, oldest first; the messages are in their order."""
    in_order = sorted(messages, key=lambda one: (one.tenant, one.case_id))
    held = [_case(list(messages)) for _, messages in groupby(in_order, lambda one: (one.tenant, one.case_id))]
    return sorted(held, key=lambda case: (case.noted_at, case.tenant, case.case_id))


def counted(database: Database) -> dict[tuple[str, Kind], int]:
    """How many messages there are of each read model and kind."""
    with database.reading() as read:
        rows = read.run(
            "SELECT projection, kind, count(*) AS found FROM quarantine GROUP BY projection, kind"
        )
    return {(row["projection"], row["kind"]): int(row["found"]) for row in rows}


def look_at(database: Database, projection: str, event_id: str) -> Shown | None:
    """One message as far as it may be shown; None when it is not in this read model's quarantine."""
    with database.reading() as read:
        rows = read.run(
            "SELECT * FROM quarantine WHERE projection = :projection AND event_id = :event_id",
            {"projection": projection, "event_id": event_id},
        )
    if not rows:
        return None
    row = rows[0]
    content = bytes(row.pop("content"))
    envelope = _envelope(content)
    return Shown(
        **row,
        trace_id=envelope.get("correlationid"),
        envelope=envelope,
        bytes=len(content),
        sha256=digest(content),
    )


def _case(messages: list[Quarantined]) -> CaseHeld:
    failed = [one for one in messages if one.kind == "failed"]
    first = (failed or messages)[0]
    return CaseHeld(
        projection=first.projection,
        tenant=first.tenant,
        case_id=first.case_id,
        event_id=first.event_id,
        reason=first.reason,
        noted_at=first.noted_at,
        failed=len(failed),
        waiting=sum(one.kind == "behind" for one in messages),
        passed=sum(one.reason == PASSED for one in messages),
        unreadable=sum(one.kind == "unreadable" for one in messages),
    )


def _envelope(content: bytes) -> dict[str, str]:
    try:
        envelope = Envelope.model_validate(json.loads(content), extra="ignore")
    except (ValueError, RecursionError):
        return {}
    told = envelope.model_dump(mode="json", include=set(SHOWN))
    return {name: told[name] for name in SHOWN}
