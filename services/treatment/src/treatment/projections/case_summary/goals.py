"""The goals, without their texts, each with its newest rating."""

from collections.abc import Iterable
from datetime import date

from casetrail_contracts.events.plan import GoalStatus, Measurement
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import EventId, Instant, Reference, instant_text
from treatment.projections.case_summary.entry import Entry, changes, fields


class Added(Contract):
    """What is kept of a goal that was set."""

    goal_id: Reference
    problem_area: Area | None = None
    target_date: date | None = None
    priority: int
    status: GoalStatus
    measurement: Measurement


class Changed(Contract):
    """What changed about a goal; what is absent stays as it was."""

    goal_id: Reference
    target_date: date | None = None
    priority: int | None = None
    status: GoalStatus | None = None


class GoalEnded(Contract):
    """A goal that came to its end."""

    goal_id: Reference
    status: GoalStatus


class Revised(Contract):
    """What is kept of a revision."""

    added: tuple[Added, ...] = ()
    changed: tuple[Changed, ...] = ()
    closed: tuple[GoalEnded, ...] = ()
    session_id: Reference | None = None


class Rated(Contract):
    """What is kept of a rating."""

    goal_id: Reference
    measurement: Measurement
    rating: int
    session_id: Reference | None = None


class GoalRating(Contract):
    """How far a goal is: -2 to +2 by attainment scaling, 0 to 10 as a goal-based outcome."""

    measurement: Measurement
    rating: int
    session_id: Reference | None
    rated_at: Instant
    event_id: EventId


class GoalEntry(Added):
    """A goal without its text."""

    created_at_session_id: Reference | None
    """The session in which it was set, where that was said; `sessions` has its number."""
    newest_rating: GoalRating | None


def goals(entries: Iterable[Entry]) -> tuple[GoalEntry, ...]:
    """By priority. The newest rating is the one that was made last, whenever it was told."""
    known: dict[str, GoalEntry] = {}
    for entry in entries:
        match entry.part:
            case Revised() as revised:
                _revise(known, revised)
            case Rated() as rated if rated.goal_id in known:
                known[rated.goal_id] = _rate(known[rated.goal_id], entry, rated)
            case _:
                pass
    return tuple(sorted(known.values(), key=lambda goal: (goal.priority, goal.goal_id)))


def _revise(known: dict[str, GoalEntry], revised: Revised) -> None:
    for added in revised.added:
        known[added.goal_id] = GoalEntry.model_validate(
            {**fields(added), "created_at_session_id": revised.session_id, "newest_rating": None}
        )
    moved: list[Changed | GoalEnded] = [*revised.changed, *revised.closed]
    for change in moved:
        if change.goal_id in known:
            known[change.goal_id] = known[change.goal_id].model_copy(update=changes(change))


def _rate(goal: GoalEntry, entry: Entry, rated: Rated) -> GoalEntry:
    before = goal.newest_rating
    if before is not None and instant_text(before.rated_at) > entry.at:
        return goal
    rating = GoalRating.model_validate(
        {
            "measurement": rated.measurement,
            "rating": rated.rating,
            "session_id": rated.session_id,
            "rated_at": entry.at,
            "event_id": entry.event_id,
        }
    )
    return goal.model_copy(update={"newest_rating": rating})
