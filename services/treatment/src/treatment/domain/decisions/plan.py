"""The plan of the therapy: its goals, tactics, medication, homework and ending."""

from typing import assert_never

from casetrail_contracts.events.ending import (
    EndingReviewed,
    LetterRecorded,
    MaintenanceDecided,
    RelapsePlanRecorded,
)
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded, MedicationStopped
from casetrail_contracts.events.plan import GoalRated, GoalsRevised
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import PlanEntry
from treatment.domain.decisions import homework
from treatment.domain.decisions.evidence import check_because, was_recorded
from treatment.domain.decisions.goals import rate_goal, revise_goals
from treatment.domain.decisions.protocols import check_length
from treatment.domain.facts import Fact
from treatment.domain.refusals import AlreadyEnded, AlreadyRecorded, NeedsRole, NotFound, PersonUnknown


def record(case: Case, entry: PlanEntry, at: Moment, circumstances: Circumstances) -> list[Fact]:
    """The facts of an entry of the plan."""
    match entry:
        case GoalsRevised():
            return revise_goals(case, entry, at)
        case GoalRated():
            return rate_goal(case, entry, at)
        case HomeworkAssigned() | HomeworkReviewed() | HomeworkWithdrawn():
            return homework.record(case, entry, at)
        case TacticAdapted():
            return _adapt(case, entry, at, circumstances)
        case MedicationRecorded() | MedicationChanged() | MedicationStopped():
            return _medication(case, entry, at)
        case EndingReviewed() | RelapsePlanRecorded() | LetterRecorded() | MaintenanceDecided():
            return [Fact(payload=entry, at=at)]
        case _:
            assert_never(entry)


def _adapt(case: Case, entry: TacticAdapted, at: Moment, circumstances: Circumstances) -> list[Fact]:
    if entry.kind != "extendSessions" and Role.THERAPIST not in circumstances.roles:
        raise NeedsRole(Role.THERAPIST, "adapting a tactic other than by extending the course")
    check_because(case, entry.because, at)
    if entry.person_id is not None and entry.person_id not in case.people:
        raise PersonUnknown(entry.person_id, "personId")
    check_length(circumstances.protocol(case.protocol), entry.sessions, circumstances)
    return [Fact(payload=entry, at=at)]


def _medication(
    case: Case, entry: MedicationRecorded | MedicationChanged | MedicationStopped, at: Moment
) -> list[Fact]:
    if isinstance(entry, MedicationRecorded):
        if entry.entry_id in case.medication:
            if was_recorded(case, entry):
                return []
            raise AlreadyRecorded("medication entry", entry.entry_id)
        return [Fact(payload=entry, at=at)]
    if entry.entry_id not in case.medication:
        raise NotFound("medication entry", entry.entry_id, "entryId")
    if not case.medication[entry.entry_id]:
        if was_recorded(case, entry):
            return []
        raise AlreadyEnded("medication entry", entry.entry_id)
    check_because(case, entry.because, at)
    return [Fact(payload=entry, at=at)]
