"""Folding the plan: goals, homework, medication, tactics and the ending."""

from dataclasses import replace
from typing import assert_never

from casetrail_contracts.events import PlanEvent
from casetrail_contracts.events.ending import (
    EndingReviewed,
    LetterRecorded,
    MaintenanceDecided,
    RelapsePlanRecorded,
)
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded, MedicationStopped
from casetrail_contracts.events.plan import GoalRated, GoalsRevised, GoalStatus
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.case import Case, Goal
from treatment.domain.folding.artifacts import recorded


def apply(case: Case, payload: PlanEvent) -> Case:
    """The case after this fact."""
    match payload:
        case GoalsRevised():
            return recorded(replace(case, goals=_goals(case, payload)), "goals")
        case GoalRated() | MedicationChanged():
            return case
        case TacticAdapted():
            return _adapted(case, payload)
        case HomeworkAssigned():
            return replace(case, homework={**case.homework, payload.homework_id: "assigned"})
        case HomeworkReviewed():
            return replace(case, homework={**case.homework, payload.homework_id: payload.status})
        case HomeworkWithdrawn():
            return replace(case, homework={**case.homework, payload.homework_id: "withdrawn"})
        case MedicationRecorded():
            return replace(case, medication={**case.medication, payload.entry_id: payload.kind != "none"})
        case MedicationStopped():
            return replace(case, medication={**case.medication, payload.entry_id: False})
        case EndingReviewed():
            return recorded(case, "endingReview")
        case RelapsePlanRecorded():
            return recorded(case, "relapsePlan")
        case LetterRecorded():
            return _letter(case, payload)
        case MaintenanceDecided():
            return recorded(case, "maintenanceDecision")
        case _:
            assert_never(payload)


def _adapted(case: Case, tactic: TacticAdapted) -> Case:
    changed = {"sessions": tactic.sessions, "cadence_days": tactic.cadence_days}
    update = {name: value for name, value in changed.items() if value is not None}
    return replace(
        case,
        contract=case.contract and case.contract.model_copy(update=update),
        planned_sessions=tactic.sessions or case.planned_sessions,
    )


def _letter(case: Case, letter: LetterRecorded) -> Case:
    """Only a goodbye letter ends DIT: a summary is for others to read (domain reference 1.1)."""
    if letter.kind != "goodbyeLetter":
        return case
    return recorded(case, "goodbyeLetterFinal" if letter.state == "shared" else "goodbyeLetterDraft")


def _goals(case: Case, revision: GoalsRevised) -> dict[str, Goal]:
    now = dict(case.goals)
    for added in revision.added:
        now[added.goal_id] = Goal(status=GoalStatus(added.status), measurement=added.measurement)
    moved: list[tuple[str, GoalStatus]] = [
        (goal.goal_id, goal.status) for goal in revision.changed if goal.status is not None
    ]
    moved += [(goal.goal_id, goal.status) for goal in revision.closed]
    for goal_id, status in moved:
        if goal_id in now:
            now[goal_id] = replace(now[goal_id], status=GoalStatus(status))
    return now
