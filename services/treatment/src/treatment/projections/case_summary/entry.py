"""What the summary keeps of one event: its place in the case, and the part that is shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from casetrail_contracts.events.adaptation import ReasonCode
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import EventId, Reference, StaffId

P = TypeVar("P", bound=Contract)


class Reason(Contract):
    """Why something was adapted, who decided, and when it is reviewed. What was said stays sealed."""

    reason_code: ReasonCode
    evidence: tuple[EventId, ...] = ()
    decided_by: StaffId
    review_at_session_id: Reference | None = None
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as it counts now."""

    event_id: str
    name: str
    """The event's name in the catalogue, such as `goals_revised`."""
    at: str
    """When it happened, 27 characters."""
    part: Contract
    reason: Reason | None = None
    corrected_by: str | None = None
    """The event that corrected it last."""


def those_of(entries: Iterable[Entry], kind: type[P]) -> Iterator[tuple[Entry, P]]:
    """The entries whose part is of one kind, in order."""
    for entry in entries:
        if isinstance(entry.part, kind):
            yield entry, entry.part


def fields(part: Contract) -> dict[str, object]:
    """The fields of a part by their names, to be shown as a part of something else."""
    return {name: getattr(part, name) for name in type(part).model_fields}


def changes(part: Contract) -> dict[str, object]:
    """The fields of a part that are there: what is absent stays as it was."""
    return {name: value for name, value in fields(part).items() if value is not None}
