"""Why something was adapted: what every change of goals, focus, protocol or tactic must name."""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from casetrail_contracts.events.texts import Reason
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import EventId, Reference, StaffId


class ReasonCode(StrEnum):
    """Why a plan was revised."""

    PROGRESS = "progress"
    LACK_OF_PROGRESS = "lackOfProgress"
    LIFE_EVENT = "lifeEvent"
    RISK_CHANGE = "riskChange"
    PATIENT_CHOICE = "patientChoice"
    THERAPIST_REVIEW = "therapistReview"


class Because(Contract):
    """The reason of an adaptation: evidence or a stated reason, who decided, when it is reviewed."""

    reason_code: ReasonCode
    evidence: tuple[EventId, ...] = Field(default=(), max_length=20)
    """Events of the same case that moved the decision: assessments, sessions, flags."""
    stated_reason: Personal[Reason] | None = None
    """At most 200 characters; needed where no event is the evidence."""
    decided_by: StaffId
    review_at_session_id: Reference | None = None
    review_on: date | None = None

    @model_validator(mode="after")
    def _names_its_reason_and_review(self) -> Self:
        if not self.evidence and self.stated_reason is None:
            raise ValueError("an adaptation names its evidence (event ids) or a stated reason")
        if (self.review_at_session_id is None) == (self.review_on is None):
            raise ValueError("an adaptation is reviewed at a session or on a day: name exactly one")
        return self
