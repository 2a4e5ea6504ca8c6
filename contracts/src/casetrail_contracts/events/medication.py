"""Medication and other treatment beside the therapy: what is known of it, never an order."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.formulation import CodedTerm
from casetrail_contracts.events.texts import Reason, ShortText
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import DecimalString, PartialDate, Reference, Term

MedicationKind = Literal[
    "antidepressant", "moodStabiliser", "anxiolytic", "hypnotic", "other", "otherTherapy", "none"
]
DoseUnit = Literal["mg", "mcg", "g", "ml", "drops", "tablets", "sessions"]
Frequency = Literal["onceDaily", "twiceDaily", "threeTimesDaily", "atNight", "asNeeded", "weekly", "other"]
Adherence = Literal["full", "partial", "none", "unknown"]
SideEffects = Annotated[tuple[Term, ...], Field(max_length=20)]


class Dose(Contract):
    """How much, how often."""

    amount: DecimalString
    unit: DoseUnit
    frequency: Frequency


class MedicationRecorded(Contract):
    """A medicine or another treatment that runs beside the therapy; or that there is none."""

    entry_id: Reference
    kind: MedicationKind
    name: Personal[ShortText] | None = None
    code: CodedTerm | None = None
    dose: Dose | None = None
    started_on: PartialDate | None = None
    prescriber_role: Literal["familyDoctor", "psychiatrist", "nurse", "other"] | None = None
    adherence: Adherence = "unknown"
    side_effects: SideEffects = ()
    source: Literal["selfReport", "record"]

    @model_validator(mode="after")
    def _says_which(self) -> "MedicationRecorded":
        if self.kind != "none" and self.name is None and self.code is None:
            raise ValueError("name the treatment by `name` or `code`, or record the kind `none`")
        return self


class MedicationChanged(Contract):
    """Dose, frequency or adherence changed, and why."""

    because: Because
    entry_id: Reference
    dose: Dose | None = None
    adherence: Adherence | None = None
    side_effects: SideEffects | None = None
    changed_on: date


class MedicationStopped(Contract):
    """A medicine or another treatment ended, and why."""

    because: Because
    entry_id: Reference
    stopped_on: date
    comment: Personal[Reason] | None = None
