"""The life of a case: opened, active, paused, handed over, closed, opened again."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

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


class CaseReopened(Contract):
    """The course goes on after it had been closed."""

    reason: Literal["relapse", "closedInError", "patientReturned", "followUpNeed", "other"]
