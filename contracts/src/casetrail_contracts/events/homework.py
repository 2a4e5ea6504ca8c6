"""Work at home: assigned, reviewed, withdrawn."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from casetrail_contracts.events.texts import LongText, Reason, ShortText
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import Reference

MoodOutOfTen = Annotated[int, Field(ge=1, le=10, strict=True)]
"""1 to 10; 10 is the worst (domain reference 1.1, mood rating)."""
HomeworkType = Literal[
    "conversationAttempt",
    "contactSomeone",
    "activityWithOther",
    "observeMoodEventLink",
    "writeLetter",
    "gatherMemento",
    "listProsCons",
    "supportMapping",
    "socialRhythmLog",
    "practiceSkill",
    "diary",
    "other",
]


class HomeworkAssigned(Contract):
    """Something to try until the next session."""

    homework_id: Reference
    title: Personal[ShortText]
    type: HomeworkType
    linked_goal_id: Reference | None = None
    linked_person_id: Reference | None = None
    assigned_at_session_id: Reference | None = None
    due_on: date | None = None
    instructions: Personal[LongText] | None = None
    due_at_session_id: Reference | None = None
    """Instead of a day: the session, held or still to come, at which it is due."""

    @model_validator(mode="after")
    def _is_due_once(self) -> Self:
        if self.due_on is not None and self.due_at_session_id is not None:
            raise ValueError("homework is due on a day or at a session: name one of dueOn and dueAtSessionId")
        return self


class HomeworkReviewed(Contract):
    """How it went."""

    homework_id: Reference
    status: Literal["attempted", "completed", "notDone", "carriedOver"]
    """`carriedOver` keeps it open; the others end it."""
    reviewed_at_session_id: Reference | None = None
    barrier: (
        Literal["forgot", "tooHard", "fear", "noOccasion", "otherPersonAbsent", "mood", "other"] | None
    ) = None
    mood_before: MoodOutOfTen | None = None
    mood_after: MoodOutOfTen | None = None
    learning: Personal[Reason] | None = None


class HomeworkWithdrawn(Contract):
    """It is no longer asked for."""

    homework_id: Reference
    reason: Literal["replaced", "noLongerUseful", "patientChoice", "caseClosed"]
    """`caseClosed`: it was still open when the case was closed."""
