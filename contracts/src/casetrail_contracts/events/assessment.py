"""Around the forms: planned, corrected; and the mood of a week."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from casetrail_contracts.events.homework import MoodOutOfTen
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.texts import ShortText
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import EventId, InstrumentCode, Moment, Reference

CorrectionReason = Literal["entryMistake", "wrongForm", "wrongDate", "sourceCorrected"]


class AssessmentScheduled(Contract):
    """A form is to be filled in by then."""

    instrument: InstrumentCode
    due_on: date
    setting: Literal["inSession", "remote"] = "inSession"
    session_id: Reference | None = None


class AssessmentCorrected(Contract):
    """A form was entered wrongly; this is what it says. The first entry stays in the history."""

    corrects: EventId
    """The event that scored the form, or corrected it last."""
    reason: CorrectionReason
    corrected: AssessmentScored
    """The form as it counts from now on; its `assessmentId` is that of the corrected one."""


class MoodRated(Contract):
    """The mood of the week, 1 to 10; 10 is the worst."""

    session_id: Reference | None = None
    at: Moment
    average: MoodOutOfTen
    worst: MoodOutOfTen | None = None
    best: MoodOutOfTen | None = None
    worst_event: Personal[ShortText] | None = None
    best_event: Personal[ShortText] | None = None
    linked_person_ids: tuple[Reference, ...] = Field(default=(), max_length=5)

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if (self.worst or 10) < self.average or (self.best or 1) > self.average:
            raise ValueError("10 is the worst: best is at most, worst at least the average")
        return self
