"""What the file of an instrument may say: names, shapes and bounds of its fields."""

from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from casetrail_contracts.events.measure import AnswerMode, ItemNumber
from casetrail_contracts.scalars import Code, InstrumentCode
from treatment.definitions.reading import Part
from treatment.domain.instruments import Direction, Formula

LoincCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}-[0-9]$")]
LoincAnswer: TypeAlias = Annotated[str, StringConstraints(pattern=r"^LA[0-9]{1,7}-[0-9]$")]
SnomedCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,18}$")]
Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Days: TypeAlias = Annotated[int, Field(ge=0, le=366)]
Change: TypeAlias = Annotated[Decimal, Field(gt=0, le=1000)]
Share: TypeAlias = Annotated[int, Field(ge=1, le=100)]


class RangeFile(Part):
    """Two ends; both belong to it."""

    lowest: int
    highest: int


class TotalFile(RangeFile):
    """What a whole form can come to, and how."""

    formula: Formula = "sum"
    domains: tuple[tuple[ItemNumber, ...], ...] = ()
    """For `sumOfMax`: items of which only the highest counts."""


class UnscoredFile(RangeFile):
    """An item that is asked and not counted."""

    number: ItemNumber
    answers: dict[LoincAnswer, int] = Field(default_factory=dict)


class ItemsFile(RangeFile):
    """The items that count, and what may be asked after them."""

    count: ItemNumber
    most_missing: Annotated[int, Field(ge=0, le=39)] = 0
    most_missing_per_subscale: Annotated[int, Field(ge=0, le=39)] = 0
    answer_modes: Annotated[tuple[AnswerMode, ...], Field(min_length=1)] = ("score",)
    reverse: tuple[ItemNumber, ...] = ()
    not_applicable: tuple[ItemNumber, ...] = ()
    unscored: tuple[UnscoredFile, ...] = ()


class SubscaleFile(Part):
    """Items that have a score of their own."""

    code: Code
    items: Annotated[tuple[ItemNumber, ...], Field(min_length=1)]


class BandFile(Part):
    """A named range of scores: from `lowest` or above `above`, to `highest` or below `below`."""

    code: Code
    lowest: int | None = None
    above: int | None = None
    highest: int | None = None
    below: int | None = None
    snomed: SnomedCode | None = None


class RiskItemFile(Part):
    """Points from which an answer needs attention."""

    number: ItemNumber
    review_at: int
    urgent_at: int
    urgent_from_total: int | None = None


class SymptomFile(Part):
    """An item that is a symptom from another answer on than the rest."""

    item: ItemNumber
    at: int


class SyndromeFile(Part):
    """A rule that counts symptoms instead of points."""

    symptom_at: int
    except_for: tuple[SymptomFile, ...] = ()
    core: Annotated[tuple[ItemNumber, ...], Field(min_length=1)]
    major_from: Annotated[int, Field(ge=1)]
    other_from: Annotated[int, Field(ge=1)]


class ThresholdsFile(Part):
    """Figures that outcomes are judged by."""

    caseness: int | None = None
    screening: int | None = None
    reliable_change: Change | None = None
    mcid: Change | None = None
    mcid_percent_of_baseline: Share | None = None
    mcid_percentage_points: Share | None = None
    remission_below: int | None = None
    response_percent: Share | None = None


class CodesFile(Part):
    """The names that other systems have for the instrument; only what a source confirms."""

    panel: LoincCode | None = None
    total: LoincCode | None = None
    also_total: tuple[LoincCode, ...] = ()
    unit: Text = "{score}"
    items: tuple[LoincCode, ...] = ()
    answers: dict[LoincAnswer, int] = Field(default_factory=dict)
    snomed: dict[Code, SnomedCode] = Field(default_factory=dict)


class InstrumentFile(Part):
    """What a file under `definitions/instruments` may say."""

    code: InstrumentCode
    version: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9a-z.]{0,15}$")]
    title: Text
    licence: Text
    """The notice that stays with the instrument."""
    direction: Direction
    recall_days: Days = 0
    total: TotalFile
    percent_per_point: Share | None = None
    items: ItemsFile | None = None
    subscales: tuple[SubscaleFile, ...] = ()
    bands: tuple[BandFile, ...] = ()
    risk_items: tuple[RiskItemFile, ...] = ()
    syndrome: SyndromeFile | None = None
    thresholds: ThresholdsFile = Field(default_factory=ThresholdsFile)
    codes: CodesFile = Field(default_factory=CodesFile)
