"""Every command: its address below `/v1/cases/{case_id}/`, its body, and who may send it.

The names and the rights are those of the catalogue.
"""

from typing import NamedTuple

from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.assessment import AssessmentScheduled, MoodRated
from casetrail_contracts.events.care import (
    CrisisReferralMade,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagResolved,
    SafetyPlanRecorded,
)
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CaseOpened,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
)
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn, SuitabilityAdvised
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.ending import (
    EndingReviewed,
    LetterRecorded,
    MaintenanceDecided,
    RelapsePlanRecorded,
)
from casetrail_contracts.events.erasure import PersonalDataErasureRefused, PersonalDataErasureRequested
from casetrail_contracts.events.formulation import (
    ContractAgreed,
    DiagnosisRecorded,
    FormulationAgreed,
    SickRoleGiven,
    TimelineRecorded,
)
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.inventory import (
    InventoryCompleted,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
)
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded, MedicationStopped
from casetrail_contracts.events.plan import GoalRated, GoalsRevised
from casetrail_contracts.events.problem_area import (
    DisputeStageChanged,
    ProblemAreaRevised,
    ProblemAreaSelected,
)
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.identity import Role
from casetrail_contracts.model import Contract
from treatment.api.bodies import (
    ApproveErasureBody,
    AssignProtocolBody,
    Body,
    CorrectAssessmentBody,
    EnterPhaseBody,
    ReviewDueBody,
    ScoreAssessmentBody,
    SwitchProtocolBody,
    body_of,
)

CLINICIAN = (Role.THERAPIST, Role.SYSTEM)
SUPERVISED = (*CLINICIAN, Role.SUPERVISOR)
MEDICAL = (*CLINICIAN, Role.DOCTOR)


class CommandRoute(NamedTuple):
    """One command."""

    name: str
    body: type[Body]
    roles: tuple[Role, ...] = CLINICIAN


def _entry(
    name: str, entry: type[Contract], roles: tuple[Role, ...] = CLINICIAN, *, timed: bool = True
) -> CommandRoute:
    return CommandRoute(name, body_of(name, entry, timed=timed), roles)


OPENING = _entry("open-case", CaseOpened)

LIFE = (
    _entry("record-consent", ConsentRecorded),
    _entry("withdraw-consent", ConsentWithdrawn),
    _entry("advise-suitability", SuitabilityAdvised, (Role.DOCTOR,)),
    CommandRoute("assign-protocol", AssignProtocolBody, SUPERVISED),
    CommandRoute("switch-protocol", SwitchProtocolBody, SUPERVISED),
    _entry("activate", CaseActivated),
    _entry("pause", CasePaused),
    _entry("resume", CaseResumed),
    _entry("transfer", CaseTransferred, SUPERVISED),
    _entry("close", CaseClosed),
    _entry("reopen", CaseReopened),
    _entry("correct-entry", EntryCorrected),
    _entry("request-erasure", PersonalDataErasureRequested, (*CLINICIAN, Role.ADMIN)),
    CommandRoute("approve-erasure", ApproveErasureBody, (Role.ADMIN,)),
    _entry("refuse-erasure", PersonalDataErasureRefused, (Role.ADMIN,)),
)
FORMULATION = (
    _entry("record-diagnosis", DiagnosisRecorded, MEDICAL),
    _entry("give-sick-role", SickRoleGiven),
    _entry("record-timeline", TimelineRecorded),
    _entry("record-inventory", InventoryRecorded),
    _entry("add-person", InventoryPersonAdded),
    _entry("revise-person", InventoryPersonRevised),
    _entry("move-person", InventoryPersonMoved),
    _entry("complete-inventory", InventoryCompleted),
    _entry("agree-formulation", FormulationAgreed),
    _entry("select-problem-area", ProblemAreaSelected),
    _entry("revise-problem-area", ProblemAreaRevised),
    _entry("change-dispute-stage", DisputeStageChanged),
    _entry("agree-contract", ContractAgreed),
)
SESSION = (
    _entry("schedule-appointment", AppointmentScheduled),
    _entry("reschedule-appointment", AppointmentRescheduled),
    _entry("cancel-appointment", AppointmentCancelled),
    _entry("hold-session", SessionHeld, timed=False),
    _entry("miss-session", SessionMissed, timed=False),
    CommandRoute("enter-phase", EnterPhaseBody, SUPERVISED),
    _entry("record-follow-up", FollowUpRecorded, timed=False),
)
PLAN = (
    _entry("revise-goals", GoalsRevised),
    _entry("rate-goal", GoalRated),
    _entry("assign-homework", HomeworkAssigned),
    _entry("review-homework", HomeworkReviewed),
    _entry("withdraw-homework", HomeworkWithdrawn),
    _entry("adapt-tactic", TacticAdapted, SUPERVISED),
    _entry("record-medication", MedicationRecorded, MEDICAL),
    _entry("change-medication", MedicationChanged, MEDICAL),
    _entry("stop-medication", MedicationStopped, MEDICAL),
    _entry("review-ending", EndingReviewed),
    _entry("record-relapse-plan", RelapsePlanRecorded),
    _entry("record-letter", LetterRecorded),
    _entry("decide-maintenance", MaintenanceDecided),
)
MEASURE = (
    _entry("schedule-assessment", AssessmentScheduled),
    CommandRoute("score-assessment", ScoreAssessmentBody),
    CommandRoute("correct-assessment", CorrectAssessmentBody),
    _entry("rate-mood", MoodRated, timed=False),
)
CARE = (
    _entry("check-risk", RiskChecked, SUPERVISED),
    _entry("record-safety-plan", SafetyPlanRecorded, SUPERVISED),
    _entry("refer-crisis", CrisisReferralMade, SUPERVISED),
    _entry("acknowledge-risk", RiskFlagAcknowledged, (*SUPERVISED, Role.NOTIFIER)),
    _entry("escalate-risk", RiskFlagEscalated, (Role.NOTIFIER,)),
    _entry("resolve-risk", RiskFlagResolved, SUPERVISED),
    CommandRoute("review-due", ReviewDueBody, (Role.CLOCK,)),
)
ROUTES = (*LIFE, *FORMULATION, *SESSION, *PLAN, *MEASURE, *CARE)
