"""Work at home, by the sender's id, with its status."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from casetrail_contracts.events.homework import HomeworkType
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import EventId, Reference
from treatment.projections.case_summary.entry import Entry, fields


class Assigned(Contract):
    """What is kept of a piece of homework: no title, no instructions."""

    homework_id: Reference
    type: HomeworkType
    linked_goal_id: Reference | None = None
    linked_person_id: Reference | None = None
    assigned_at_session_id: Reference | None = None
    due_on: date | None = None
    due_at_session_id: Reference | None = None


class Reviewed(Contract):
    """What is kept of a review."""

    homework_id: Reference
    status: Literal["attempted", "completed", "notDone", "carriedOver"]
    reviewed_at_session_id: Reference | None = None
    barrier: str | None = None
    mood_before: int | None = None
    mood_after: int | None = None


class Withdrawn(Contract):
    """What is kept of a withdrawal."""

    homework_id: Reference
    reason: Literal["replaced", "noLongerUseful", "patientChoice", "caseClosed"]


class HomeworkEntry(Assigned):
    """A piece of homework without its texts."""

    status: Literal["assigned", "attempted", "completed", "notDone", "carriedOver", "withdrawn"]
    reviewed_at_session_id: Reference | None = None
    barrier: str | None = None
    mood_before: int | None = None
    """1 to 10; 10 is the worst."""
    mood_after: int | None = None
    withdrawn_because: Literal["replaced", "noLongerUseful", "patientChoice", "caseClosed"] | None = None
    event_id: EventId
    """The event that assigned it."""
    corrected_by: EventId | None
    """The event that corrected its assignment, or its newest review."""


def homework(entries: Iterable[Entry]) -> tuple[HomeworkEntry, ...]:
    """In the order in which it was assigned."""
    known: dict[str, HomeworkEntry] = {}
    for entry in entries:
        match entry.part:
            case Assigned() as assigned:
                known[assigned.homework_id] = HomeworkEntry.model_validate(
                    {
                        **fields(assigned),
                        "status": "assigned",
                        "event_id": entry.event_id,
                        "corrected_by": entry.corrected_by,
                    }
                )
            case Reviewed() as reviewed if piece := known.get(reviewed.homework_id):
                now = {**fields(reviewed), "corrected_by": entry.corrected_by or piece.corrected_by}
                known[piece.homework_id] = piece.model_copy(update=now)
            case Withdrawn() as withdrawn if piece := known.get(withdrawn.homework_id):
                ended = {"status": "withdrawn", "withdrawn_because": withdrawn.reason}
                known[piece.homework_id] = piece.model_copy(update=ended)
            case _:
                pass
    return tuple(known.values())
