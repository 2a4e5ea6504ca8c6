"""Which part of each event the summary keeps: codes, numbers, ids and dates, never a text."""

from typing import TypeAlias, assert_never

from casetrail_contracts import Payload
from casetrail_contracts.events import (
    CareEvent,
    DerivedFact,
    FormulationEvent,
    LifeEvent,
    MeasureEvent,
    PlanEvent,
    RegisterEvent,
    SessionEvent,
)
from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.outcome import OutcomeSummarised
from casetrail_contracts.model import Contract
from treatment.projections.case_summary import (
    adaptations,
    consent,
    derived,
    focus,
    goals,
    homework,
    inventory,
    medication,
    of_course,
    of_plan,
    risk,
    sessions,
)
from treatment.projections.case_summary.entry import Reason

Kind: TypeAlias = type[Contract]

# Stored with each row: they outlive the names of classes.
KINDS: dict[str, Kind] = {
    "consent": consent.Consent,
    "consentTakenBack": consent.ConsentTakenBack,
    "advice": consent.Advice,
    "switched": adaptations.Switched,
    "tactic": adaptations.Tactic,
    "agreed": adaptations.Agreed,
    "focused": focus.Focused,
    "stageMoved": focus.StageMoved,
    "inventory": inventory.Inventory,
    "personAdded": inventory.PersonAdded,
    "personRevised": inventory.PersonRevised,
    "personMoved": inventory.PersonMoved,
    "inventoryCompleted": inventory.Completed,
    "appointed": sessions.Appointed,
    "held": sessions.Held,
    "missed": sessions.Missed,
    "scored": sessions.Scored,
    "goalsRevised": goals.Revised,
    "goalRated": goals.Rated,
    "homeworkAssigned": homework.Assigned,
    "homeworkReviewed": homework.Reviewed,
    "homeworkWithdrawn": homework.Withdrawn,
    "medication": medication.Recorded,
    "medicationChanged": medication.MedicationChange,
    "medicationStopped": medication.Stopped,
    "flagRaised": risk.Raised,
    "flagAcknowledged": risk.Acknowledged,
    "flagEscalated": risk.Escalated,
    "flagResolved": risk.Resolved,
    "fact": derived.Fact,
    "deviation": derived.Deviation,
    "outcome": OutcomeSummarised,
}
CODES: dict[Kind, str] = {kind: code for code, kind in KINDS.items()}


def part_of(payload: Payload) -> Contract | None:
    """What is kept of an event; None when the summary shows nothing of it."""
    kind = _kind(payload)
    if kind is None:
        return None
    return kind.model_validate(payload.model_dump(mode="json", exclude_none=True), extra="ignore")


def reason_of(payload: Payload) -> Reason | None:
    """Why something was adapted, of every event that says so."""
    because = getattr(payload, "because", None)
    if not isinstance(because, Because):
        return None
    return Reason.model_validate(because.model_dump(mode="json", exclude_none=True), extra="ignore")


def _kind(payload: Payload) -> Kind | None:
    if isinstance(payload, LifeEvent):
        return of_course.of_life(payload)
    if isinstance(payload, FormulationEvent):
        return of_course.of_formulation(payload)
    if isinstance(payload, SessionEvent | MeasureEvent):
        return of_course.of_sessions(payload)
    if isinstance(payload, PlanEvent):
        return of_plan.of_plan(payload)
    if isinstance(payload, CareEvent):
        return of_plan.of_care(payload)
    if isinstance(payload, DerivedFact):
        return of_plan.of_derived(payload)
    if isinstance(payload, RegisterEvent):
        return None
    assert_never(payload)
