"""Questionnaires, scored."""

from typing import Annotated, Literal

from pydantic import Field

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
    """Answers in item order, null where one is missing; absent when only a total was sent."""
    reported_total: Total | None = None
    """The total that the sender computed."""
    total: Total | None = None
    """The total that counts; absent when too many items are missing."""
    raw_prorated: DecimalString | None = None
    """The total before rounding, where missing items were replaced by the mean of the others."""
    prorated: bool = False
    total_mismatch: bool = False
    """The reported total disagrees with the items; the computed one counts."""
    band: Code | None = None
    risk_item_answered: Literal["yes", "no", "notAvailable", "notApplicable"]
    """`notAvailable`: a total without items of an instrument that has a risk item."""
    imported: bool = False
