"""Which part of each event the summary keeps: codes, numbers, ids and dates, never a text."""

from typing import TypeAlias

from casetrail_contracts import CATALOGUE, Payload
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
    risk,
    sessions,
)
from treatment.projections.case_summary.entry import Reason
from treatment.projections.case_summary.of_events import PARTS
from treatment.projections.records import Record

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
ADAPTING: frozenset[type[Payload]] = frozenset(
    entry.payload for entry in CATALOGUE if "because" in entry.payload.model_fields
)
"""The events that say why something was adapted."""


def part_of(record: Record) -> Contract | None:
    """What is kept of an event; None when the summary shows nothing of it. Raises `Unreadable`."""
    kind = PARTS.get(record.kind) if record.kind else None
    if kind is None or (kind is adaptations.Agreed and "because" not in record.data):
        return None
    return record.read(kind)


def part_of_payload(payload: Payload) -> Contract | None:
    """The same of a payload that was read already, such as what takes the place of a corrected entry."""
    kind = PARTS[type(payload)]
    if kind is None:
        return None
    return kind.model_validate(payload.model_dump(mode="json", exclude_none=True), extra="ignore")


def reason_of(record: Record) -> Reason | None:
    """Why something was adapted, of every event that says so. Raises `Unreadable`."""
    if record.kind not in ADAPTING or "because" not in record.data:
        return None
    return record.read(_Adaptation).because


class _Adaptation(Contract):
    """What all adaptations have in common."""

    because: Reason
