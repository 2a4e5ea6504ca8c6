"""Questionnaires, scored."""

from typing import Annotated, Literal

from pydantic import Field

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import (
    Code,
    DecimalString,
    DefinitionRef,
    InstrumentCode,
    Moment,
    Reference,
)

Answer = Annotated[int, Field(ge=-1000, le=1000, strict=True)]
Total = Annotated[int, Field(ge=-1000, le=1000, strict=True)]
Respondent = Literal["patient", "therapist", "doctor", "parent", "significantOther"]
Setting = Literal["inSession", "remote"]
InputMode = Literal["paper", "screen", "phone", "interview", "import"]
AnswerMode = Literal["score", "position", "raw"]
"""How answers are meant: the points that count; the place of the ticked option, 0 the topmost; or the
figure printed beside it, before items that count backwards are reversed."""
ItemNumber = Annotated[int, Field(ge=1, le=40, strict=True)]
RiskItemAnswered = Literal["yes", "no", "notAvailable", "notApplicable"]
DepressiveSyndrome = Literal["none", "other", "major"]


class SubscaleScore(Contract):
    """The score of a part of a form. Both figures are absent when too many of its items are missing."""

    code: Code
    total: Total | None = None
    """The sum of its items; absent where the instrument is scored by means."""
    mean: DecimalString | None = None
    """The mean of its answered items, to three places."""


class AssessmentScored(Contract):
    """A form was taken and scored. The instrument's definition that scored it is named."""

    assessment_id: Reference
    """The sender's own id: the identity of the form. Two forms on one day are two."""
    instrument: InstrumentCode
    definition: DefinitionRef
    taken_at: Moment
    setting: Setting
    respondent: Respondent
    input_mode: InputMode
    session_id: Reference | None = None
    items: tuple[Answer | None, ...] | None = Field(default=None, max_length=40)
    """Answers in item order, as they were sent, null where one is missing; absent with a total alone."""
    answer_mode: AnswerMode | None = None
    """How the answers are meant, where they are not simply points."""
    not_applicable: tuple[ItemNumber, ...] = Field(default=(), max_length=40)
    """Items that do not apply to this person: neither counted nor missing."""
    reported_total: Total | None = None
    """The total that the sender computed."""
    reported_mean: DecimalString | None = None
    """The mean that the sender computed, of an instrument that is scored by a mean."""
    total: Total | None = None
    """The total that counts; absent when too many items are missing, or when the score is a mean."""
    mean: DecimalString | None = None
    """The score that counts, of an instrument that is scored by a mean; to three places."""
    raw_prorated: DecimalString | None = None
    """The total before rounding, where missing items were replaced by the mean of the others."""
    prorated: bool = False
    """Missing items were replaced by the mean of the others."""
    total_mismatch: bool = False
    """The reported score disagrees with the items; the computed one counts."""
    band: Code | None = None
    items_applicable: ItemNumber | None = None
    """How many items apply to this person, where one of them may not."""
    total_scaled: DecimalString | None = None
    """The total as if every item applied, where one of them may not; to three places."""
    percent: Annotated[int, Field(ge=0, le=100, strict=True)] | None = None
    """The total on the scale of 0 to 100, where the instrument is told so."""
    subscales: tuple[SubscaleScore, ...] = Field(default=(), max_length=10)
    depressive_syndrome: DepressiveSyndrome | None = None
    """Symptoms counted instead of points: `major` or `other` depressive syndrome, or `none`."""
    risk_item_answered: RiskItemAnswered
    """`notAvailable`: a total without items of an instrument that has a risk item."""
    risk_points: Answer | None = None
    """The highest answer to a risk item, in points; absent when none was answered."""
    risk: RiskLevel | None = None
    """The level that the risk item reaches by itself."""
    imported: bool = False
