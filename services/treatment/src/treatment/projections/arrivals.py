"""What arrived, and what may be applied now: decided by position alone, without I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from casetrail_contracts.broker import SUBJECT_ROOT
from treatment.projections.records import Record, Unreadable, read_record


class Delivery(NamedTuple):
    """A message as it came, whoever brought it."""

    key: str
    """Its message id, or its place in the stream when it has none."""
    subject: str
    content: bytes


class Arrival(NamedTuple):
    """A delivery, and the event in it if it can be read."""

    number: int
    """Its place in the batch."""
    delivery: Delivery
    tenant: str
    case_id: str
    position: int | None
    """None when the bytes do not say: such a message is kept, and claims no position."""
    record: Record | None

    @property
    def event_id(self) -> str:
        """The id of its event; of what is no event, that of the message."""
        return self.record.event_id if self.record else self.delivery.key


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
    """Read a delivery. Never raises: of what is no event, only the subject speaks."""
    try:
        record = read_record(delivery.content)
    except Unreadable:
        tenant, case_id = _named_by(delivery.subject)
        return Arrival(
            number=number, delivery=delivery, tenant=tenant, case_id=case_id, position=None, record=None
        )
    return Arrival(number, delivery, *record.case, record.position, record)


def in_order(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """As they are to be applied: each tenant's by position."""
    return sorted(arrivals, key=lambda one: (one.tenant, one.position or 0, one.number))


def plan(arrivals: Iterable[Arrival], positions: Mapping[str, int]) -> Plan:
    """Sort a batch out against the positions that the read model holds."""
    reached = dict(positions)
    following: list[Arrival] = []
    repeated: list[Arrival] = []
    waiting: list[Arrival] = []
    unplaced: list[Arrival] = []
    holes: dict[str, Hole] = {}
    for one in in_order(arrivals):
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


def _named_by(subject: str) -> tuple[str, str]:
    tokens = subject.removeprefix(f"{SUBJECT_ROOT}.").split(".")
    return (tokens[0], tokens[1]) if len(tokens) == len(("tenant", "case", "group")) else ("", "")
