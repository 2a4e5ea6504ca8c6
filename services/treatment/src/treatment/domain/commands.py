"""What a case can be asked to do."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from casetrail_contracts.events import (
    adaptation,
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
    measure,
    medication,
    plan,
    problem_area,
    protocol,
    session,
    tactics,
)
from casetrail_contracts.scalars import Moment
from treatment.domain.instruments import Instrument
from treatment.domain.protocols import Protocol

LifeEntry: TypeAlias = (
    case.CaseOpened
    | consent.ConsentRecorded
    | consent.ConsentWithdrawn
    | consent.SuitabilityAdvised
    | case.CaseActivated
    | case.CasePaused
    | case.CaseResumed
    | case.CaseTransferred
    | case.CaseClosed
    | case.CaseReopened
    | correction.EntryCorrected
    | erasure.PersonalDataErasureRequested
    | erasure.PersonalDataErasureRefused
)
FormulationEntry: TypeAlias = (
    formulation.DiagnosisRecorded
    | formulation.SickRoleGiven
    | formulation.TimelineRecorded
    | inventory.InventoryRecorded
    | inventory.InventoryPersonAdded
    | inventory.InventoryPersonRevised
    | inventory.InventoryPersonMoved
    | inventory.InventoryCompleted
    | formulation.FormulationAgreed
    | problem_area.ProblemAreaSelected
    | problem_area.ProblemAreaRevised
    | problem_area.DisputeStageChanged
    | formulation.ContractAgreed
)
SessionEntry: TypeAlias = (
    appointments.AppointmentScheduled
    | appointments.AppointmentRescheduled
    | appointments.AppointmentCancelled
    | session.SessionHeld
    | appointments.SessionMissed
    | protocol.PhaseEntered
    | appointments.FollowUpRecorded
)
PlanEntry: TypeAlias = (
    plan.GoalsRevised
    | plan.GoalRated
    | homework.HomeworkAssigned
    | homework.HomeworkReviewed
    | homework.HomeworkWithdrawn
    | tactics.TacticAdapted
    | medication.MedicationRecorded
    | medication.MedicationChanged
    | medication.MedicationStopped
    | ending.EndingReviewed
    | ending.RelapsePlanRecorded
    | ending.LetterRecorded
    | ending.MaintenanceDecided
)
MeasureEntry: TypeAlias = assessment.AssessmentScheduled | assessment.MoodRated
CareEntry: TypeAlias = (
    care.RiskChecked
    | care.SafetyPlanRecorded
    | care.CrisisReferralMade
    | care.RiskFlagAcknowledged
    | care.RiskFlagEscalated
    | care.RiskFlagResolved
)
Entry: TypeAlias = LifeEntry | FormulationEntry | SessionEntry | PlanEntry | MeasureEntry | CareEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Record an entry that the sender knows whole: it becomes the payload of an event as it is."""

    entry: Entry
    at: Moment
    """When it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAssessment:
    """Score a form: items where the instrument has them, or the total alone."""

    assessment_id: str
    instrument: Instrument
    taken_at: Moment
    setting: measure.Setting
    respondent: measure.Respondent
    input_mode: measure.InputMode
    session_id: str | None = None
    items: tuple[int | None, ...] | None = None
    answer_mode: measure.AnswerMode | None = None
    """Needed where the instrument's answers can be meant in more than one way."""
    not_applicable: tuple[int, ...] = ()
    """Numbers of items that do not apply to this person."""
    reported_total: int | None = None
    reported_mean: Decimal | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAssessment:
    """Say what a form says that was entered wrongly."""

    form: ScoreAssessment
    reason: assessment.CorrectionReason
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignProtocol:
    """Let the course follow a protocol."""

    protocol: Protocol
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchProtocol:
    """Let the course follow another protocol, and say why."""

    protocol: Protocol
    because: adaptation.Because
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveErasure:
    """Erase a person's data, as somebody else requested."""

    request: str
    """The event that asked for it."""
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """Time has passed: record what is overdue by now. The policy clock asks this, and nobody else."""


Command: TypeAlias = (
    Record
    | ScoreAssessment
    | CorrectAssessment
    | AssignProtocol
    | SwitchProtocol
    | ApproveErasure
    | ReviewDue
)
