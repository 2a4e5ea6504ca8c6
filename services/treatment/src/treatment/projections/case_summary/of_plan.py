"""What is kept of the plan, of risk, and of what policy derived; None where nothing is."""

from typing import assert_never

from casetrail_contracts.events import CareEvent, DerivedFact, PlanEvent
from casetrail_contracts.events.care import (
    CrisisReferralMade,
    ReviewNeeded,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagRaised,
    RiskFlagResolved,
    RiskItemUnanswered,
    SafetyPlanRecorded,
)
from casetrail_contracts.events.ending import (
    EndingReviewed,
    LetterRecorded,
    MaintenanceDecided,
    RelapsePlanRecorded,
)
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded, MedicationStopped
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    DeteriorationDetected,
    NotOnTrackSignalled,
    OutcomeSummarised,
    RecurrenceSuspected,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
    RemissionReached,
    SuddenGainDetected,
    SuddenGainReversed,
)
from casetrail_contracts.events.plan import GoalRated, GoalsRevised
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.model import Contract
from treatment.projections.case_summary import adaptations, derived, goals, homework, medication, risk


def of_plan(payload: PlanEvent) -> type[Contract] | None:
    """Goals, homework, medication and tactics."""
    match payload:
        case GoalsRevised():
            return goals.Revised
        case GoalRated():
            return goals.Rated
        case TacticAdapted():
            return adaptations.Tactic
        case HomeworkAssigned():
            return homework.Assigned
        case HomeworkReviewed():
            return homework.Reviewed
        case HomeworkWithdrawn():
            return homework.Withdrawn
        case MedicationRecorded():
            return medication.Recorded
        case MedicationChanged():
            return medication.MedicationChange
        case MedicationStopped():
            return medication.Stopped
        case EndingReviewed() | RelapsePlanRecorded() | LetterRecorded() | MaintenanceDecided():
            return None
        case _:
            assert_never(payload)


def of_care(payload: CareEvent) -> type[Contract] | None:
    """Risk flags and what was done about them."""
    match payload:
        case RiskFlagRaised():
            return risk.Raised
        case RiskFlagAcknowledged():
            return risk.Acknowledged
        case RiskFlagEscalated():
            return risk.Escalated
        case RiskFlagResolved():
            return risk.Resolved
        case RiskChecked() | SafetyPlanRecorded() | CrisisReferralMade():
            return None
        case RiskItemUnanswered() | ReviewNeeded():
            return None
        case _:
            assert_never(payload)


def of_derived(payload: DerivedFact) -> type[Contract] | None:
    """What policy derived."""
    match payload:
        case ReliableImprovementReached() | ReliableDeteriorationReached() | RemissionReached():
            return derived.Fact
        case DeteriorationDetected() | NotOnTrackSignalled() | RecurrenceSuspected():
            return derived.Fact
        case SuddenGainDetected() | SuddenGainReversed():
            return derived.Fact
        case ProtocolDeviationDetected():
            return derived.Deviation
        case OutcomeSummarised():
            return OutcomeSummarised
        case DerivedFactWithdrawn():
            return None
        case _:
            assert_never(payload)
