"""What a case can be asked to do."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.assessment import AssessmentScheduled, CorrectionReason, MoodRated
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
from casetrail_contracts.events.measure import AnswerMode, InputMode, Respondent, Setting
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded, MedicationStopped
from casetrail_contracts.events.plan import GoalRated, GoalsRevised
from casetrail_contracts.events.problem_area import (
    DisputeStageChanged,
    ProblemAreaRevised,
    ProblemAreaSelected,
)
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.scalars import Moment
from treatment.domain.instruments import Instrument
from treatment.domain.protocols import Protocol

LifeEntry: TypeAlias = (
    CaseOpened
    | ConsentRecorded
    | ConsentWithdrawn
    | SuitabilityAdvised
    | CaseActivated
    | CasePaused
    | CaseResumed
    | CaseTransferred
    | CaseClosed
    | CaseReopened
    | EntryCorrected
    | PersonalDataErasureRequested
    | PersonalDataErasureRefused
)
FormulationEntry: TypeAlias = (
    DiagnosisRecorded
    | SickRoleGiven
    | TimelineRecorded
    | InventoryRecorded
    | InventoryPersonAdded
    | InventoryPersonRevised
    | InventoryPersonMoved
    | InventoryCompleted
    | FormulationAgreed
    | ProblemAreaSelected
    | ProblemAreaRevised
    | DisputeStageChanged
    | ContractAgreed
)
SessionEntry: TypeAlias = (
    AppointmentScheduled
    | AppointmentRescheduled
    | AppointmentCancelled
    | SessionHeld
    | SessionMissed
    | PhaseEntered
    | FollowUpRecorded
)
PlanEntry: TypeAlias = (
    GoalsRevised
    | GoalRated
    | HomeworkAssigned
    | HomeworkReviewed
    | HomeworkWithdrawn
    | TacticAdapted
    | MedicationRecorded
    | MedicationChanged
    | MedicationStopped
    | EndingReviewed
    | RelapsePlanRecorded
    | LetterRecorded
    | MaintenanceDecided
)
MeasureEntry: TypeAlias = AssessmentScheduled | MoodRated
CareEntry: TypeAlias = (
    RiskChecked
    | SafetyPlanRecorded
    | CrisisReferralMade
    | RiskFlagAcknowledged
    | RiskFlagEscalated
    | RiskFlagResolved
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
    setting: Setting
    respondent: Respondent
    input_mode: InputMode
    session_id: str | None = None
    items: tuple[int | None, ...] | None = None
    answer_mode: AnswerMode | None = None
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
    reason: CorrectionReason
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
    because: Because
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
