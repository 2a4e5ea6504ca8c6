"""What a form came to."""

from decimal import Decimal
from typing import NamedTuple

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.measure import (
    AnswerMode,
    DepressiveSyndrome,
    RiskItemAnswered,
    SubscaleScore,
)


class Score(NamedTuple):
    """What a form came to. Decimals have at most three places."""

    # A tuple: a frozen dataclass of this size takes longer to build than the form takes to score.
    total: int | None = None
    """Absent when too many items are missing, or when the instrument's score is a mean."""
    band: str | None = None
    risk_item_answered: RiskItemAnswered = "notApplicable"
    risk_points: int | None = None
    """The highest answer to a risk item; absent when none was answered."""
    risk: RiskLevel | None = None
    depressive_syndrome: DepressiveSyndrome | None = None
    """Absent where the instrument has no such rule, and when an item is missing."""
    mean: Decimal | None = None
    """The score of an instrument that is scored by a mean."""
    prorated: bool = False
    """Missing answers were replaced by the mean of the others."""
    raw_prorated: Decimal | None = None
    """The total before rounding, where missing answers were replaced."""
    total_mismatch: bool = False
    """The reported score disagrees with the items; the computed one is what counts."""
    answer_mode: AnswerMode | None = None
    """How the answers were read, where they are not simply points."""
    items_applicable: int | None = None
    """How many items apply to this person, where one of them may not."""
    total_scaled: Decimal | None = None
    """The total as if every item applied, where one of them may not."""
    percent: int | None = None
    subscales: tuple[SubscaleScore, ...] = ()
