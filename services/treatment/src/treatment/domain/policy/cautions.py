"""What the sources warn of, said once and blocking nothing."""

from collections.abc import Iterator

from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.ending import MaintenanceDecided
from casetrail_contracts.events.medication import MedicationRecorded, MedicationStopped
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.facts import Fact
from treatment.domain.policy.situation import Situation


def follows(situation: Situation) -> Iterator[Fact]:
    """Maintenance without the antidepressant that was needed before (domain reference 1.7)."""
    if not _went_without(situation.after) or not _has_maintenance(situation.after):
        return
    for entry in situation.news:
        if isinstance(entry.payload, MaintenanceDecided | MedicationStopped):
            yield _caution(situation, entry)


def _went_without(case: Case) -> bool:
    """An antidepressant was recorded, and none runs any more."""
    running = [
        case.medication[entry.holds.entry_id]
        for entry in case.history
        if isinstance(entry.holds, MedicationRecorded) and entry.holds.kind == "antidepressant"
    ]
    return bool(running) and not any(running)


def _has_maintenance(case: Case) -> bool:
    decisions = [entry.holds for entry in case.history if isinstance(entry.holds, MaintenanceDecided)]
    return bool(decisions) and decisions[-1].decision == "accepted"


def _caution(situation: Situation, entry: HistoryEntry) -> Fact:
    review = ReviewNeeded(
        rule="medicationBeforeMaintenance",
        about=entry.event_id,
        due_at=situation.review_due,
        therapist_id=situation.after.therapist_id,
        supervisor_id=situation.after.supervisor_id,
        rules=situation.circumstances.definitions.safety.reference,
    )
    return Fact(payload=review, at=entry.at, caused_by=entry.event_id)
