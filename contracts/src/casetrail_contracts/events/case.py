"""The life of a case: opened and closed."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import StaffId

PatientReference = Annotated[str, StringConstraints(min_length=1, max_length=64)]
OverrideReason = Annotated[str, StringConstraints(min_length=1, max_length=200)]


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
    open_risk_override: Personal[OverrideReason] | None = None
    """Why the case was closed although an urgent risk flag is open."""
