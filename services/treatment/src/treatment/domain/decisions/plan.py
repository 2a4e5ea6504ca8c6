"""The goals of the therapy, and why they were revised."""

from collections.abc import Sequence

from casetrail_contracts import event_id
from casetrail_contracts.events.plan import GoalAdded, GoalChanged, GoalClosed, GoalsRevised, GoalStatus
from treatment.domain.case import Case
from treatment.domain.commands import ReviseGoals
from treatment.domain.facts import Fact
from treatment.domain.refusals import EvidenceUnknown, GoalEnded, GoalRepeated, GoalUnknown

OPEN = (GoalStatus.PROPOSED, GoalStatus.ACTIVE, GoalStatus.PAUSED)


def revise_goals(case: Case, command: ReviseGoals) -> list[Fact]:
    """Each goal is named once; a change or an end needs an open goal; evidence is of this case."""
    revision = command.revision
    _check_named_once(case, revision)
    for goal_id in (*_ids(revision.changed), *_ids(revision.closed)):
        if goal_id not in case.goals:
            raise GoalUnknown(goal_id)
        if case.goals[goal_id] not in OPEN:
            raise GoalEnded(goal_id)
    for evidence in revision.because.evidence:
        if not is_event_of(case, evidence):
            raise EvidenceUnknown(evidence)
    return [Fact(payload=revision, at=command.at)]


def is_event_of(case: Case, named: str) -> bool:
    """Whether the id names an event that this case already has."""
    sequence = int(named[-10:])
    return 1 <= sequence <= case.version and named == event_id(case.case_id, sequence)


def _check_named_once(case: Case, revision: GoalsRevised) -> None:
    seen: set[str] = set()
    for goal_id in (*_ids(revision.added), *_ids(revision.changed), *_ids(revision.closed)):
        if goal_id in seen:
            raise GoalRepeated(goal_id)
        seen.add(goal_id)
    for goal_id in _ids(revision.added):
        if goal_id in case.goals:
            raise GoalRepeated(goal_id)


def _ids(goals: Sequence[GoalAdded | GoalChanged | GoalClosed]) -> list[str]:
    return [goal.goal_id for goal in goals]
