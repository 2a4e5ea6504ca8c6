"""What is kept of a case's life, its initial phase and its sessions; None where nothing is."""

from typing import assert_never

from casetrail_contracts.events import FormulationEvent, LifeEvent, MeasureEvent, SessionEvent
from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.assessment import AssessmentCorrected, AssessmentScheduled, MoodRated
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
from casetrail_contracts.events.erasure import (
    PersonalDataErased,
    PersonalDataErasureRefused,
    PersonalDataErasureRequested,
)
from casetrail_contracts.events.formulation import (
    ContractAgreed,
    DiagnosisRecorded,
    FormulationAgreed,
    SickRoleGiven,
    TimelineRecorded,
)
from casetrail_contracts.events.inventory import (
    InventoryCompleted,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.problem_area import (
    DisputeStageChanged,
    ProblemAreaRevised,
    ProblemAreaSelected,
)
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned, ProtocolSwitched
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.model import Contract
from treatment.projections.case_summary import adaptations, consent, focus, inventory, sessions


def of_life(payload: LifeEvent) -> type[Contract] | None:
    """Consent, advice and protocol; where a case stands is in its row."""
    match payload:
        case ConsentRecorded():
            return consent.Consent
        case ConsentWithdrawn():
            return consent.ConsentTakenBack
        case SuitabilityAdvised():
            return consent.Advice
        case ProtocolSwitched():
            return adaptations.Switched
        case CaseOpened() | CaseActivated() | CasePaused() | CaseResumed() | CaseTransferred():
            return None
        case CaseClosed() | CaseReopened() | ProtocolAssigned() | EntryCorrected():
            return None
        case PersonalDataErasureRequested() | PersonalDataErased() | PersonalDataErasureRefused():
            return None
        case _:
            assert_never(payload)


def of_formulation(payload: FormulationEvent) -> type[Contract] | None:
    """The focus and the inventory."""
    match payload:
        case ProblemAreaSelected() | ProblemAreaRevised():
            return focus.Focused
        case DisputeStageChanged():
            return focus.StageMoved
        case InventoryRecorded():
            return inventory.Inventory
        case InventoryPersonAdded():
            return inventory.PersonAdded
        case InventoryPersonRevised():
            return inventory.PersonRevised
        case InventoryPersonMoved():
            return inventory.PersonMoved
        case InventoryCompleted():
            return inventory.Completed
        case DiagnosisRecorded() | SickRoleGiven() | TimelineRecorded():
            return None
        case FormulationAgreed() | ContractAgreed():
            return adaptations.Agreed if payload.because is not None else None
        case _:
            assert_never(payload)


def of_sessions(payload: SessionEvent | MeasureEvent) -> type[Contract] | None:
    """Sessions that were held and missed, for what they were appointed, and forms."""
    match payload:
        case AppointmentScheduled():
            return sessions.Appointed
        case SessionHeld():
            return sessions.Held
        case SessionMissed():
            return sessions.Missed
        case AssessmentScored():
            return sessions.Scored
        case AppointmentRescheduled() | AppointmentCancelled():
            return None
        case PhaseEntered() | FollowUpRecorded() | MoodRated():
            return None
        case AssessmentScheduled() | AssessmentCorrected():
            return None
        case _:
            assert_never(payload)
