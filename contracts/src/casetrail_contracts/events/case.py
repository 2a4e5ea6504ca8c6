"""The life of a case: opened, active, paused, handed over, closed, opened again."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from casetrail_contracts.events.texts import LongText, Reason
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import EventId, StaffId

PatientReference = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ReferralSource(StrEnum):
    """Who referred the patient."""

    SELF_REFERRAL = "selfReferral"
    PRIMARY_CARE = "primaryCare"
    SECONDARY_CARE = "secondaryCare"
    SCHOOL = "school"
    EMPLOYER = "employer"
    OTHER = "other"


class CaseOpened(Contract):
    """A course of therapy was opened for one patient."""

    patient_ref: Personal[PatientReference]
    """The patient in the sender's own system."""
    therapist_id: StaffId
    supervisor_id: StaffId | None = None
    team_id: StaffId | None = None
    referral_source: ReferralSource | None = None
    referred_on: date | None = None


class CaseActivated(Contract):
    """The therapy began: consent, the doctor's advice and a protocol are there."""

    evidence: tuple[EventId, ...] = Field(default=(), max_length=20)
    """The events that were needed for it."""


class CasePaused(Contract):
    """The therapy rests for a while."""

    reason: Literal["patientRequest", "illness", "therapistAbsent", "lifeEvent", "serviceReason", "other"]
    expected_until: date | None = None


class CaseResumed(Contract):
    """The therapy goes on."""


class CaseTransferred(Contract):
    """Another therapist is in charge from now on. Open risk flags go with the case."""

    therapist_id: StaffId
    supervisor_id: StaffId | None = None
    team_id: StaffId | None = None
    reason: Literal["staffChange", "patientRequest", "relocation", "stepUp", "stepDown", "other"]


class ClosureReason(StrEnum):
    """Why a course ended; each has an NHS Talking Therapies end code (domain reference 1.8)."""

    COMPLETED = "completed"
    DROPPED_OUT = "droppedOut"
    ENDED_BY_SERVICE = "endedByService"
    DECEASED = "deceased"
    NOT_SUITABLE = "notSuitable"
    ADVICE_ONLY = "adviceOnly"
    REFERRED_ON = "referredOn"
    DECLINED = "declined"
    ASSESSMENT_INCOMPLETE = "assessmentIncomplete"
    NOT_ASSESSED = "notAssessed"
    TRANSFERRED = "transferred"
    UNKNOWN = "unknown"


Onward = Literal["signposted", "steppedUp", "steppedDown", "referredOutside"]
"""Where the patient went from here, where the end code depends on it."""
ONWARD_OF: Mapping[Onward, ClosureReason] = {
    "signposted": ClosureReason.NOT_SUITABLE,
    "steppedUp": ClosureReason.TRANSFERRED,
    "steppedDown": ClosureReason.TRANSFERRED,
    "referredOutside": ClosureReason.TRANSFERRED,
}
"""The reason of closing to which each belongs."""


class CaseClosed(Contract):
    """The course ended."""

    reason: ClosureReason
    open_risk_override: Personal[Reason] | None = None
    """Why the case was closed although an urgent risk flag is open."""
    final_measures_absent: Literal["patientUnavailable", "declined", "notOffered", "otherMeasures"] | None = (
        None
    )
    """Why there is no final score; needed to close as completed without one."""
    maintenance: Literal["notOffered", "offered", "accepted", "declined"] | None = None
    told: tuple[Literal["patient", "referrer", "family", "team"], ...] = Field(default=(), max_length=4)
    retention_class: Literal["standard", "child", "longTerm"] | None = None
    summary: Personal[LongText] | None = None
    onward: Onward | None = None
    """With `notSuitable`: `signposted`, else no action was taken. With `transferred`: stepped up or down
    within the service, else referred outside."""

    @model_validator(mode="after")
    def _goes_on_as_the_reason_allows(self) -> Self:
        if self.onward is not None and ONWARD_OF[self.onward] is not self.reason:
            raise ValueError(
                f"`onward` {self.onward} belongs to the reason {ONWARD_OF[self.onward]}, "
                f"not to {self.reason}; leave it out, or close with that reason"
            )
        return self


class CaseReopened(Contract):
    """The course goes on after it had been closed."""

    reason: Literal["relapse", "closedInError", "patientReturned", "followUpNeed", "other"]
