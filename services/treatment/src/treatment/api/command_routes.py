"""Every command: its address below `/v1/cases/{case_id}/`, its body, and who may send it.

The names and the rights are those of the catalogue; decision 0018 says where they are wider, and why.
"""

from typing import NamedTuple

from casetrail_contracts.events import (
    appointments,
    assessment,
    care,
    case,
    consent,
    correction,
    ending,
    erasure,
    formulation,
    homework,
    inventory,
    medication,
    plan,
    problem_area,
    session,
    tactics,
)
from casetrail_contracts.identity import Role
from casetrail_contracts.model import Contract
from treatment.api.bodies import (
    ApproveErasureBody,
    AssignProtocolBody,
    Body,
    CorrectAssessmentBody,
    EnterPhaseBody,
    ReviewDueBody,
    ReviseProblemAreaBody,
    ScoreAssessmentBody,
    SwitchProtocolBody,
    body_of,
)

CLINICIAN = (Role.THERAPIST, Role.SYSTEM)
SUPERVISED = (*CLINICIAN, Role.SUPERVISOR)
MEDICAL = (*CLINICIAN, Role.DOCTOR)
ADVISING = (Role.DOCTOR, Role.SYSTEM)


class CommandRoute(NamedTuple):
    """One command."""

    name: str
    body: type[Body]
    roles: tuple[Role, ...] = CLINICIAN


def _entry(
    name: str, entry: type[Contract], roles: tuple[Role, ...] = CLINICIAN, *, timed: bool = True
) -> CommandRoute:
    return CommandRoute(name, body_of(name, entry, timed=timed), roles)


OPENING = _entry("open-case", case.CaseOpened)

LIFE = (
    _entry("record-consent", consent.ConsentRecorded),
    _entry("withdraw-consent", consent.ConsentWithdrawn),
    _entry("advise-suitability", consent.SuitabilityAdvised, ADVISING),
    CommandRoute("assign-protocol", AssignProtocolBody),
    CommandRoute("switch-protocol", SwitchProtocolBody, SUPERVISED),
    _entry("activate", case.CaseActivated),
    _entry("pause", case.CasePaused),
    _entry("resume", case.CaseResumed),
    _entry("transfer", case.CaseTransferred, SUPERVISED),
    _entry("close", case.CaseClosed),
    _entry("reopen", case.CaseReopened),
    _entry("correct-entry", correction.EntryCorrected),
    _entry("request-erasure", erasure.PersonalDataErasureRequested, (*CLINICIAN, Role.ADMIN)),
    CommandRoute("approve-erasure", ApproveErasureBody, (Role.ADMIN,)),
    _entry("refuse-erasure", erasure.PersonalDataErasureRefused, (Role.ADMIN,)),
)
FORMULATION = (
    _entry("record-diagnosis", formulation.DiagnosisRecorded),
    _entry("give-sick-role", formulation.SickRoleGiven),
    _entry("record-timeline", formulation.TimelineRecorded),
    _entry("record-inventory", inventory.InventoryRecorded),
    _entry("add-person", inventory.InventoryPersonAdded),
    _entry("revise-person", inventory.InventoryPersonRevised),
    _entry("move-person", inventory.InventoryPersonMoved),
    _entry("complete-inventory", inventory.InventoryCompleted),
    _entry("agree-formulation", formulation.FormulationAgreed),
    _entry("select-problem-area", problem_area.ProblemAreaSelected),
    CommandRoute("revise-problem-area", ReviseProblemAreaBody),
    _entry("change-dispute-stage", problem_area.DisputeStageChanged),
    _entry("agree-contract", formulation.ContractAgreed, SUPERVISED),
)
SESSION = (
    _entry("schedule-appointment", appointments.AppointmentScheduled),
    _entry("reschedule-appointment", appointments.AppointmentRescheduled),
    _entry("cancel-appointment", appointments.AppointmentCancelled),
    _entry("hold-session", session.SessionHeld, timed=False),
    _entry("miss-session", appointments.SessionMissed, timed=False),
    CommandRoute("enter-phase", EnterPhaseBody),
    _entry("record-follow-up", appointments.FollowUpRecorded, timed=False),
)
PLAN = (
    _entry("revise-goals", plan.GoalsRevised),
    _entry("rate-goal", plan.GoalRated),
    _entry("assign-homework", homework.HomeworkAssigned),
    _entry("review-homework", homework.HomeworkReviewed),
    _entry("withdraw-homework", homework.HomeworkWithdrawn),
    _entry("adapt-tactic", tactics.TacticAdapted, SUPERVISED),
    _entry("record-medication", medication.MedicationRecorded, MEDICAL),
    _entry("change-medication", medication.MedicationChanged, MEDICAL),
    _entry("stop-medication", medication.MedicationStopped, MEDICAL),
    _entry("review-ending", ending.EndingReviewed),
    _entry("record-relapse-plan", ending.RelapsePlanRecorded),
    _entry("record-letter", ending.LetterRecorded),
    _entry("decide-maintenance", ending.MaintenanceDecided),
)
MEASURE = (
    _entry("schedule-assessment", assessment.AssessmentScheduled),
    CommandRoute("score-assessment", ScoreAssessmentBody),
    CommandRoute("correct-assessment", CorrectAssessmentBody),
    _entry("rate-mood", assessment.MoodRated, timed=False),
)
CARE = (
    _entry("check-risk", care.RiskChecked, SUPERVISED),
    _entry("record-safety-plan", care.SafetyPlanRecorded, SUPERVISED),
    _entry("refer-crisis", care.CrisisReferralMade, SUPERVISED),
    _entry("acknowledge-risk", care.RiskFlagAcknowledged, (*SUPERVISED, Role.NOTIFIER)),
    _entry("escalate-risk", care.RiskFlagEscalated, (Role.NOTIFIER,)),
    _entry("resolve-risk", care.RiskFlagResolved, SUPERVISED),
    CommandRoute("review-due", ReviewDueBody, (Role.CLOCK,)),
)
# The framework tries them one after another: those of every week come first.
ROUTES = (*MEASURE, *SESSION, *PLAN, *CARE, *LIFE, *FORMULATION)
