"""Scoring a form by its instrument's definition. Definitions are read at the edge and given in."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from casetrail_contracts.events.care import RiskLevel
from treatment.domain.refusals import (
    ItemOutOfRange,
    ItemsNotAccepted,
    NothingToScore,
    TotalOutOfRange,
    WrongItemCount,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """How many items count, what an answer may be, and how many more are asked but not counted."""

    count: int
    lowest: int
    highest: int
    unscored: int = 0
    most_missing: int = 0
    """So many missing items are replaced by the mean of the answered ones; beyond it, no score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named range of totals, both ends included."""

    lowest: int
    highest: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskItem:
    """An item whose answer may need somebody's attention."""

    number: int
    review_at: int
    urgent_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A questionnaire's definition: one version, named by the digest of its file."""

    code: str
    version: str
    sha256: str
    lowest: int
    highest: int
    items: Items | None = None
    """Absent: the instrument is stored by its total only."""
    bands: tuple[Band, ...] = ()
    risk_items: tuple[RiskItem, ...] = ()

    @property
    def reference(self) -> str:
        """`<code>@<version>#<sha256>`: what an event names."""
        return f"{self.code}@{self.version}#{self.sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a form came to."""

    total: int | None
    raw_prorated: Decimal | None
    total_mismatch: bool
    band: str | None
    risk_item_answered: Literal["yes", "no", "notAvailable", "notApplicable"]
    risk: RiskLevel | None


def score(instrument: Instrument, items: tuple[int | None, ...] | None, reported: int | None) -> Score:
    """Score a form, or refuse what no such form can hold. The computed total wins over the reported one."""
    if reported is not None and not instrument.lowest <= reported <= instrument.highest:
        raise TotalOutOfRange(instrument.code, instrument.lowest, instrument.highest)
    if items is None:
        if reported is None:
            raise NothingToScore(instrument.code)
        return Score(
            total=reported,
            raw_prorated=None,
            total_mismatch=False,
            band=_band(instrument, reported),
            risk_item_answered="notAvailable" if instrument.risk_items else "notApplicable",
            risk=None,
        )
    total, raw = _total(instrument, items)
    return Score(
        total=total,
        raw_prorated=raw,
        total_mismatch=reported is not None and total is not None and reported != total,
        band=None if total is None else _band(instrument, total),
        risk_item_answered=_risk_answered(instrument, items),
        risk=_risk(instrument, items),
    )


def _total(instrument: Instrument, items: tuple[int | None, ...]) -> tuple[int | None, Decimal | None]:
    """The total, and the exact figure before rounding where missing items were replaced."""
    rule = instrument.items
    if rule is None:
        raise ItemsNotAccepted(instrument.code)
    if len(items) not in (rule.count, rule.count + rule.unscored):
        raise WrongItemCount(instrument.code, rule.count, len(items))
    for number, answer in enumerate(items, start=1):
        if answer is not None and not rule.lowest <= answer <= rule.highest:
            raise ItemOutOfRange(instrument.code, number, rule.lowest, rule.highest)
    answered = [answer for answer in items[: rule.count] if answer is not None]
    if not answered:
        raise NothingToScore(instrument.code)
    missing = rule.count - len(answered)
    if missing == 0:
        return sum(answered), None
    if missing > rule.most_missing:
        return None, None
    raw = Decimal(sum(answered)) * rule.count / len(answered)
    # Reporting bodies reject decimal totals; half is rounded up (domain reference 3.1).
    return int(raw.quantize(Decimal(1), ROUND_HALF_UP)), raw.quantize(Decimal("0.001"), ROUND_HALF_UP)


def _band(instrument: Instrument, total: int) -> str | None:
    return next((band.code for band in instrument.bands if band.lowest <= total <= band.highest), None)


def _risk_answered(
    instrument: Instrument, items: tuple[int | None, ...]
) -> Literal["yes", "no", "notApplicable"]:
    if not instrument.risk_items:
        return "notApplicable"
    answered = all(items[item.number - 1] is not None for item in instrument.risk_items)
    return "yes" if answered else "no"


def _risk(instrument: Instrument, items: tuple[int | None, ...]) -> RiskLevel | None:
    """The highest level that any risk item reaches. A missing answer is never taken for a zero."""
    levels = set()
    for item in instrument.risk_items:
        answer = items[item.number - 1]
        if answer is not None and answer >= item.urgent_at:
            levels.add(RiskLevel.URGENT)
        elif answer is not None and answer >= item.review_at:
            levels.add(RiskLevel.REVIEW)
    return RiskLevel.URGENT if RiskLevel.URGENT in levels else next(iter(levels), None)
