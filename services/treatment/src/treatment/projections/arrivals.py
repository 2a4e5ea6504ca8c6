"""What arrived, and what may be applied now: decided by position alone, without I/O."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casetrail_contracts import Envelope, Event, NotAnEvent, read
from casetrail_contracts.broker import SUBJECT_ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message as it came, whoever brought it."""

    key: str
    """Its message id, or its place in the stream when it has none."""
    subject: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A delivery that was read, as far as it can be."""

    number: int
    """Its place in the batch."""
    delivery: Delivery
    tenant: str
    case_id: str
    position: int | None
    """None when the bytes do not say: such a message is kept, and claims no position."""
    event: Event | None
    fault: str | None = None
    """Why it cannot be applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Events are missing: what lies beyond must wait."""

    tenant: str
    expected: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do with each arrival of a batch."""

    following: tuple[Arrival, ...]
    """To apply, in this order: each tenant's directly behind what its read model holds."""
    repeated: tuple[Arrival, ...]
    unplaced: tuple[Arrival, ...]
    waiting: tuple[Arrival, ...]
    holes: tuple[Hole, ...]


def arrival(number: int, delivery: Delivery) -> Arrival:
    """Read a delivery. Never raises: what cannot be read says so in `fault`."""
    try:
        event = read(delivery.content)
    except NotAnEvent:
        return _unreadable(number, delivery)
    return _placed(number, delivery, event, None)


def plan(arrivals: Iterable[Arrival], positions: Mapping[str, int]) -> Plan:
    """Sort a batch out against the positions that the read model holds."""
    reached = dict(positions)
    following: list[Arrival] = []
    repeated: list[Arrival] = []
    waiting: list[Arrival] = []
    unplaced: list[Arrival] = []
    holes: dict[str, Hole] = {}
    for one in sorted(arrivals, key=lambda one: (one.tenant, one.position or 0, one.number)):
        expected = reached.get(one.tenant, 0) + 1
        if one.position is None:
            unplaced.append(one)
        elif one.position < expected:
            repeated.append(one)
        elif one.position == expected:
            following.append(one)
            reached[one.tenant] = expected
        else:
            waiting.append(one)
            holes.setdefault(one.tenant, Hole(tenant=one.tenant, expected=expected, found=one.position))
    return Plan(
        following=tuple(following),
        repeated=tuple(repeated),
        unplaced=tuple(unplaced),
        waiting=tuple(waiting),
        holes=tuple(holes.values()),
    )


def _placed(number: int, delivery: Delivery, event: Event, fault: str | None) -> Arrival:
    return Arrival(
        number=number,
        delivery=delivery,
        tenant=event.tenant,
        case_id=event.envelope.subject,
        position=event.position,
        event=event,
        fault=fault,
    )


def _unreadable(number: int, delivery: Delivery) -> Arrival:
    """With a sound envelope it keeps its place in the history; otherwise only its subject speaks."""
    try:
        envelope = Envelope.model_validate(json.loads(delivery.content), extra="ignore")
    except (ValueError, RecursionError):
        tenant, case_id = _named_by(delivery.subject)
        return Arrival(
            number=number,
            delivery=delivery,
            tenant=tenant,
            case_id=case_id,
            position=None,
            event=None,
            fault="not an event record",
        )
    event = Event(delivery.content, envelope, None)
    return _placed(number, delivery, event, "the payload is not what its type promises")


def _named_by(subject: str) -> tuple[str, str]:
    tokens = subject.removeprefix(f"{SUBJECT_ROOT}.").split(".")
    return (tokens[0], tokens[1]) if len(tokens) == len(("tenant", "case", "group")) else ("", "")
