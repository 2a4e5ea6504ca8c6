"""Medicines and other treatment beside the therapy, in codes."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from casetrail_contracts.events.formulation import CodedTerm
from casetrail_contracts.events.medication import Adherence, Dose, MedicationKind
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import EventId, PartialDate, Reference, Term
from treatment.projections.case_summary.entry import Entry, changes, fields


class Recorded(Contract):
    """What is kept of an entry: no name, only its coded term."""

    entry_id: Reference
    kind: MedicationKind
    code: CodedTerm | None = None
    dose: Dose | None = None
    started_on: PartialDate | None = None
    prescriber_role: Literal["familyDoctor", "psychiatrist", "nurse", "other"] | None = None
    adherence: Adherence = "unknown"
    side_effects: tuple[Term, ...] = ()
    source: Literal["selfReport", "record"]


class MedicationChange(Contract):
    """What changed about an entry; what is absent stays as it was."""

    entry_id: Reference
    dose: Dose | None = None
    adherence: Adherence | None = None
    side_effects: tuple[Term, ...] | None = None
    changed_on: date


class Stopped(Contract):
    """What is kept of an end."""

    entry_id: Reference
    stopped_on: date


class MedicationEntry(Recorded):
    """A medicine or another treatment, as it was changed last."""

    running: bool
    """False once it was stopped, and for the word that there is none."""
    changed_on: date | None = None
    stopped_on: date | None = None
    event_id: EventId
    """The event that recorded it."""
    corrected_by: EventId | None


def medication(entries: Iterable[Entry]) -> tuple[MedicationEntry, ...]:
    """In the order in which it was recorded."""
    known: dict[str, MedicationEntry] = {}
    for entry in entries:
        match entry.part:
            case Recorded() as recorded:
                known[recorded.entry_id] = MedicationEntry.model_validate(
                    {
                        **fields(recorded),
                        "running": recorded.kind != "none",
                        "event_id": entry.event_id,
                        "corrected_by": entry.corrected_by,
                    }
                )
            case MedicationChange() as change if change.entry_id in known:
                known[change.entry_id] = known[change.entry_id].model_copy(update=changes(change))
            case Stopped() as stopped if stopped.entry_id in known:
                ended = {"running": False, "stopped_on": stopped.stopped_on}
                known[stopped.entry_id] = known[stopped.entry_id].model_copy(update=ended)
            case _:
                pass
    return tuple(known.values())
