"""What the scores say: facts that policy derives in the append of the form that shows them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import DecimalString, DefinitionRef, EventId, InstrumentCode, RuleKey

WholePoints = Annotated[int, Field(ge=-1000, le=1000, strict=True)]
Points = WholePoints | DecimalString
"""A score as it is judged: an integer where it is whole; a decimal string of a mean or a scaled total."""
EndCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
Evidence = Annotated[tuple[EventId, ...], Field(min_length=1, max_length=20)]


class ScoreFact(Contract):
    """What facts about a score have in common."""

    instrument: InstrumentCode
    rules: DefinitionRef
    """The rule set that found it, in exactly this version of its text."""
    evidence: Evidence
    """The forms that show it: the baseline first, the cause last."""
    baseline: Points
    current: Points


class ReliableImprovementReached(ScoreFact):
    """Better than at the start by more than chance explains."""


class ReliableDeteriorationReached(ScoreFact):
    """Worse than at the start by more than chance explains."""


class RemissionReached(ScoreFact):
    """Below the threshold of remission on two consecutive forms."""


class DeteriorationDetected(ScoreFact):
    """It gets worse: far above the start, or quickly, or severe from a severe start."""


class NotOnTrackSignalled(ScoreFact):
    """The course needs a review. One signal is open at a time."""

    rule: Literal["notOnTrack", "noEarlyResponse", "plateau", "deteriorating", "midpointReview"]
    session: Annotated[int, Field(ge=0, le=1000)]
    """How many sessions were attended by then."""


class RecurrenceSuspected(ScoreFact):
    """In maintenance: a case again on two consecutive visits at most four weeks apart."""


class SuddenGainDetected(Contract):
    """A large, stable drop between two consecutive sessions (domain reference 4.5). Not a forecast."""

    key: RuleKey
    instrument: InstrumentCode
    rules: DefinitionRef
    evidence: Evidence
    """The forms before and after the gain."""
    after_session: Annotated[int, Field(ge=0, le=1000)]
    magnitude: Points


class SuddenGainReversed(Contract):
    """More than half of a sudden gain was lost again."""

    gain: EventId
    """The event that told of the gain."""
    evidence: Evidence
    rules: DefinitionRef | None = None
    """The rule set that found the gain, and judges what is left of it."""


class MeasureOutcome(Contract):
    """First and last score on one measure."""

    instrument: InstrumentCode
    first: Points
    last: Points
    forms: Annotated[int, Field(ge=1, le=10000)]
    evidence: Evidence


class OutcomeSummarised(Contract):
    """What came of the course, computed when it was closed."""

    rules: DefinitionRef
    end_code: EndCode
    """NHS Talking Therapies discharge code, from the reason and whether treatment began."""
    attended_sessions: Annotated[int, Field(ge=0, le=1000)]
    finished_course: bool
    """At least two attended treatment sessions."""
    measures: tuple[MeasureOutcome, ...] = Field(default=(), max_length=10)
    caseness_at_start: bool | None = None
    """Absent when no measure with a cut-off was taken."""
    recovered: bool | None = None
    reliably_improved: bool | None = None
    reliably_deteriorated: bool | None = None
    reliably_recovered: bool | None = None
    final_measures: bool | None = None
    """Whether a form was taken on the day of the last session, or later."""


class DerivedFactWithdrawn(Contract):
    """A fact that policy derived no longer holds, because what it rested on was corrected."""

    fact: EventId
    because_of: EventId
    """The correction."""
