"""Erasing a person's data: asked for, then done or refused by somebody else."""

from datetime import date
from typing import Literal, Self

from pydantic import model_validator

from casetrail_contracts.events.texts import Reason
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import EventId, Reference


class PersonalDataErasureRequested(Contract):
    """Somebody asked that a person's data be erased."""

    subject: Literal["patient", "person"]
    person_id: Reference | None = None
    """Whose, if not the patient's: a person of the inventory."""
    legal_basis: Literal["gdprArticle17", "consentWithdrawn", "enteredInError", "courtOrder", "other"]

    @model_validator(mode="after")
    def _names_whom(self) -> Self:
        if (self.subject == "person") != (self.person_id is not None):
            raise ValueError("`personId` is named for the subject person, and for no other")
        return self


class PersonalDataErased(Contract):
    """The keys of the person were destroyed: sealed values of the person cannot be read again.

    Where it is the patient, those of everybody of the case: what was said of them was said by the patient.
    """

    request: EventId
    subject: Literal["patient", "person"]
    person_id: Reference | None = None


class PersonalDataErasureRefused(Contract):
    """The data is kept, because a duty to keep it goes first."""

    request: EventId
    legal_basis: Literal["retentionDuty", "legalClaim", "publicHealth", "notTheDataSubject", "other"]
    until: date | None = None
    reason: Personal[Reason] | None = None
