"""Corrections of earlier entries: a new event; the old one stays and is seen."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from casetrail_contracts.events.appointments import FollowUpRecorded, SessionMissed
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import CrisisReferralMade, RiskChecked
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.ending import EndingReviewed, RelapsePlanRecorded
from casetrail_contracts.events.formulation import DiagnosisRecorded, TimelineRecorded
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.medication import MedicationRecorded
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.texts import Reason
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import EventId

Correctable: TypeAlias = (
    SessionHeld
    | SessionMissed
    | FollowUpRecorded
    | MoodRated
    | RiskChecked
    | CrisisReferralMade
    | ConsentRecorded
    | SuitabilityAdvised
    | DiagnosisRecorded
    | TimelineRecorded
    | HomeworkAssigned
    | HomeworkReviewed
    | MedicationRecorded
    | EndingReviewed
    | RelapsePlanRecorded
    | CaseClosed
)
"""The entries that can be amended. A form is corrected by `correct-assessment`."""


class Replacement(Contract):
    """What the entry says from now on: exactly one, of the kind of the corrected event."""

    session_held: SessionHeld | None = None
    session_missed: SessionMissed | None = None
    follow_up_recorded: FollowUpRecorded | None = None
    mood_rated: MoodRated | None = None
    risk_checked: RiskChecked | None = None
    crisis_referral_made: CrisisReferralMade | None = None
    consent_recorded: ConsentRecorded | None = None
    suitability_advised: SuitabilityAdvised | None = None
    diagnosis_recorded: DiagnosisRecorded | None = None
    timeline_recorded: TimelineRecorded | None = None
    homework_assigned: HomeworkAssigned | None = None
    homework_reviewed: HomeworkReviewed | None = None
    medication_recorded: MedicationRecorded | None = None
    ending_reviewed: EndingReviewed | None = None
    relapse_plan_recorded: RelapsePlanRecorded | None = None
    case_closed: CaseClosed | None = None
    """The closing by which the case is closed now."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self.model_fields_set) != 1 or self.entry is None:
            raise ValueError("a replacement names exactly one entry")
        return self

    @property
    def entry(self) -> Correctable | None:
        """The entry that takes the place of the corrected one."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Correctable):
                return value
        return None


class EntryCorrected(Contract):
    """An earlier entry was wrong: it was amended, or should never have been made."""

    target: EventId
    kind: Literal["amended", "enteredInError"]
    cause: Literal["entryMistake", "wrongPatient", "duplicate", "newInformation"]
    replacement: Annotated[Replacement | None, Field()] = None
    reason: Personal[Reason] | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if (self.kind == "amended") != (self.replacement is not None):
            raise ValueError("an amended entry has a `replacement`, one entered in error has none")
        return self
