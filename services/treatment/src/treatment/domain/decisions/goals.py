"""The goals of the therapy, and why they were revised."""

from collections.abc import Sequence

from casetrail_contracts.events.plan import (
    GoalAdded,
    GoalChanged,
    GoalClosed,
    GoalRated,
    GoalsRevised,
    GoalStatus,
)
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.decisions.evidence import check_because, check_evidence, was_recorded
from treatment.domain.facts import Fact
from treatment.domain.refusals import GoalEnded, GoalRepeated, GoalUnknown, WrongScale

OPEN = (GoalStatus.PROPOSED, GoalStatus.ACTIVE, GoalStatus.PAUSED)


def revise_goals(case: Case, revision: GoalsRevised, at: Moment) -> list[Fact]:
    """Each goal is named once; a change or an end needs an open goal; evidence is of this case."""
    _check_named_once(revision)
    try:
        _check_standing(case, revision)
    except (GoalRepeated, GoalEnded):
        if was_recorded(case, revision):
            return []
        raise
    check_because(case, revision.because, at)
    return [Fact(payload=revision, at=at)]


def rate_goal(case: Case, rating: GoalRated, at: Moment) -> list[Fact]:
    """On the scale that the goal was set with, also after it ended."""
    goal = case.goals.get(rating.goal_id)
    if goal is None:
        raise GoalUnknown(rating.goal_id)
    if goal.measurement != rating.measurement:
        raise WrongScale(rating.goal_id, goal.measurement)
    check_evidence(case, rating.evidence)
    return [Fact(payload=rating, at=at)]


def _check_named_once(revision: GoalsRevised) -> None:
    seen: set[str] = set()
    for goal_id in (*_ids(revision.added), *_ids(revision.changed), *_ids(revision.closed)):
        if goal_id in seen:
            raise GoalRepeated(goal_id)
        seen.add(goal_id)


def _check_standing(case: Case, revision: GoalsRevised) -> None:
    for goal_id in _ids(revision.added):
        if goal_id in case.goals:
            raise GoalRepeated(goal_id)
    for goal_id in (*_ids(revision.changed), *_ids(revision.closed)):
        if goal_id not in case.goals:
            raise GoalUnknown(goal_id)
        if case.goals[goal_id].status not in OPEN:
            raise GoalEnded(goal_id)


def _ids(goals: Sequence[GoalAdded | GoalChanged | GoalClosed]) -> list[str]:
    return [goal.goal_id for goal in goals]
