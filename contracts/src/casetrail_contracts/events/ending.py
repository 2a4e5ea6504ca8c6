"""The ending phase: what was reached, what to do at a relapse, the letter, and what comes after."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from casetrail_contracts.events.texts import LongText, ShortText
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import Reference

Signs = Annotated[tuple[Personal[ShortText], ...], Field(max_length=10)]


class EndingReviewed(Contract):
    """Gains were reviewed and the ending was named."""

    session_id: Reference | None = None
    progress: Literal["muchBetter", "better", "same", "worse"]
    feelings_about_ending: Personal[LongText] | None = None


class RelapsePlanRecorded(Contract):
    """What to look out for, and whom to turn to."""

    warning_signs: Signs = ()
    steps: Signs = ()
    contact: Literal["familyDoctor", "service", "crisisLine", "emergency", "family", "other"]
    shared_with_patient: bool


class LetterRecorded(Contract):
    """A letter on the work of the therapy. Its text is kept elsewhere."""

    state: Literal["draft", "shared"]
    kind: Literal["goodbyeLetter", "summaryLetter"] = "goodbyeLetter"
    letter_ref: Reference | None = None
    """Opaque reference to where the letter is kept."""


class MaintenanceDecided(Contract):
    """Whether the therapy goes on at a lower frequency."""

    decision: Literal["offered", "accepted", "declined", "notIndicated"]
    cadence_days: Annotated[int, Field(ge=7, le=90, strict=True)] | None = None
    until: date | None = None
