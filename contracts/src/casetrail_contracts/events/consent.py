"""Before the therapy: consent, and the doctor's advice on whether and how."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from casetrail_contracts.events.texts import Reason
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import EventId, Reference, StaffId, Term

ConsentScope = Literal["treatment", "significantOther", "remoteForms", "messages"]


class ConsentRecorded(Contract):
    """The patient consented, or consent was given for the patient."""

    scope: ConsentScope
    person_id: Reference | None = None
    """For the scope `significantOther`: whose presence was agreed."""
    given_by: Literal["patient", "parent", "guardian"] = "patient"
    given_how: Literal["written", "spoken", "electronic"] = "written"
    other_informed: bool | None = None
    """For the scope `significantOther`: whether that person was told what is recorded."""
    expires_on: date | None = None

    @model_validator(mode="after")
    def _names_whom(self) -> Self:
        if (self.scope == "significantOther") != (self.person_id is not None):
            raise ValueError("`personId` is named with the scope significantOther, and with no other")
        return self


class ConsentWithdrawn(Contract):
    """A consent was taken back. What happened under it stays."""

    scope: ConsentScope
    person_id: Reference | None = None

    @model_validator(mode="after")
    def _names_whom(self) -> Self:
        if (self.scope == "significantOther") != (self.person_id is not None):
            raise ValueError("`personId` is named with the scope significantOther, and with no other")
        return self


SuitabilityOutcome = Literal["suitable", "suitableWithCombination", "deferred", "notSuitable"]
Combination = Literal["iptAlone", "iptPlusMedication", "medicationFirst", "notSuitable", "referOn"]
Caution = Literal["bipolar", "acuteRisk", "psychosis", "intellectualDisability", "substanceMisuse", "other"]


class SuitabilityAdvised(Contract):
    """A doctor advised whether this therapy suits, and with what it is combined."""

    outcome: SuitabilityOutcome
    combination: Combination
    cautions: tuple[Caution, ...] = Field(default=(), max_length=6)
    """Not hard blocks: what the sources list as not indicated is said and seen (domain reference 1.10)."""
    declined: tuple[Term, ...] = Field(default=(), max_length=5)
    """What was advised and declined for now, such as `medication`."""
    advised_by: StaffId
    rationale: Personal[Reason] | None = None
    evidence: tuple[EventId, ...] = Field(default=(), max_length=20)
