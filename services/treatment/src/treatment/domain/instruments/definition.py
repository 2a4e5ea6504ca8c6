"""What the definition of an instrument may say. Read at the edge, and given in as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from casetrail_contracts.events.measure import AnswerMode
from treatment.domain.instruments.codes import Codes

Direction: TypeAlias = Literal["higherIsWorse", "higherIsBetter"]
Formula: TypeAlias = Literal["sum", "mean", "sumOfMax"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnscoredItem:
    """An item that is asked and kept, and not counted."""

    number: int
    lowest: int
    highest: int
    answers: Mapping[str, int] = field(default_factory=dict)
    """What each LOINC answer code stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """How many items count, what an answer may be, and what happens to a missing one."""

    count: int
    lowest: int
    highest: int
    unscored: tuple[UnscoredItem, ...] = ()
    """Asked after those that count."""
    most_missing: int = 0
    """So many missing items are replaced by the mean of the answered ones; beyond it, no score."""
    most_missing_per_subscale: int = 0
    answer_modes: tuple[AnswerMode, ...] = ("score",)
    """How answers may be sent. Where there is a choice, the sender must say."""
    reverse: frozenset[int] = frozenset()
    """Items whose raw answer or position counts backwards: lowest + highest - x."""
    not_applicable: frozenset[int] = frozenset()
    """Items that may not apply to a person; they are then neither counted nor missing."""
    allowed: frozenset[int] = field(init=False, repr=False, compare=False)
    """Every possible answer: a whole form is checked at one stroke."""

    is_plain: bool = field(init=False, repr=False, compare=False)
    """Answers are always points, and every item applies to everybody: nothing is to be said about them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "allowed", frozenset(range(self.lowest, self.highest + 1)))
        object.__setattr__(self, "is_plain", self.answer_modes == ("score",) and not self.not_applicable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscale:
    """Items that have a score of their own."""

    code: str
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named range of scores. Both ends belong to it unless it is open there."""

    lowest: int
    highest: int
    code: str
    open_below: bool = False
    open_above: bool = False
    snomed: str | None = None
    """SNOMED CT code of this interpretation."""

    def holds(self, score: int | Decimal) -> bool:
        """Whether the score is in this range."""
        reached = score > self.lowest if self.open_below else score >= self.lowest
        return reached and (score < self.highest if self.open_above else score <= self.highest)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskItem:
    """An item whose answer may need somebody's attention. Levels are points, after any reversal."""

    number: int
    review_at: int
    urgent_at: int
    urgent_from_total: int | None = None
    """An answer that needs a review is urgent when the total is this or higher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Syndrome:
    """A rule that counts symptoms instead of points (domain reference 3.1)."""

    symptom_at: tuple[int, ...]
    """For each item, the answer from which it is a symptom."""
    core: tuple[int, ...]
    """Items of which at least one must be a symptom."""
    major_from: int
    other_from: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Figures that outcomes are judged by. Absent means: no source gives one."""

    caseness: int | None = None
    """A case at this score or worse."""
    screening: int | None = None
    """A diagnostic screen is positive at this score or worse, where that differs from caseness."""
    reliable_change: int | Decimal | None = None
    mcid: int | Decimal | None = None
    """The smallest difference that matters to people."""
    mcid_percent_of_baseline: int | None = None
    mcid_percentage_points: int | None = None
    """Likewise, on the scale of 0 to 100."""
    remission_below: int | None = None
    response_percent: int | None = None
    """A drop by this share of the first score is a response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A questionnaire's definition: one version, named by the digest of its file."""

    code: str
    version: str
    sha256: str
    lowest: int
    highest: int
    title: str = ""
    licence: str = ""
    """The owner's notice, which stays with the instrument."""
    direction: Direction = "higherIsWorse"
    formula: Formula = "sum"
    domains: tuple[tuple[int, ...], ...] = ()
    """For `sumOfMax`: items of which only the highest counts."""
    items: Items | None = None
    """Absent: the instrument is stored by its total only."""
    subscales: tuple[Subscale, ...] = ()
    bands: tuple[Band, ...] = ()
    risk_items: tuple[RiskItem, ...] = ()
    syndrome: Syndrome | None = None
    percent_per_point: int | None = None
    """The total is also told as a percentage: so much for each point."""
    thresholds: Thresholds = field(default_factory=Thresholds)
    codes: Codes = field(default_factory=Codes)
    recall_days: int = 0
    """How far back its questions ask; 0 means now."""
    band_codes: Mapping[int, str] = field(init=False, repr=False, compare=False)
    """The code of the band of every whole score."""

    def __post_init__(self) -> None:
        totals = range(self.lowest, self.highest + 1)
        codes = {total: band.code for total in totals for band in self.bands if band.holds(total)}
        object.__setattr__(self, "band_codes", codes)

    @property
    def reference(self) -> str:
        """`<code>@<version>#<sha256>`: what an event names."""
        return f"{self.code}@{self.version}#{self.sha256}"

    def item_key(self, number: int) -> str:
        """The key of an item: `phq9.9`."""
        return f"{self.code.lower()}.{number}"

    def answer_of(self, number: int, code: str) -> int | None:
        """What a LOINC answer code stands for at this item; None when it is no answer to it."""
        unscored = self.items.unscored if self.items else ()
        codes = next((item.answers for item in unscored if item.number == number), self.codes.answers)
        return codes.get(code)
