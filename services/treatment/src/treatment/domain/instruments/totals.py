"""From points to a score: sums, means, maxima, and what replaces a missing answer."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias, TypeGuard, assert_never

from casetrail_contracts.events.measure import SubscaleScore
from treatment.domain.instruments.definition import Instrument, Items
from treatment.domain.refusals import NothingToScore

WHOLE = Decimal(1)
EXACT = Decimal("0.001")
"""Decimals are kept to three places."""


Found: TypeAlias = tuple[int | None, Decimal | None, Decimal | None]
"""The total; or the mean, unrounded, since a cut-off is compared with what was really reached; and the
total before rounding, where missing answers were replaced. Three times None: too many are missing."""
NO_SCORE: Found = (None, None, None)


def complete(points: Sequence[int | None]) -> TypeGuard[Sequence[int]]:
    """Whether every item was answered."""
    return None not in points


def rounded(value: Decimal) -> Decimal:
    """To three places, half up."""
    return value.quantize(EXACT, ROUND_HALF_UP)


def whole(value: Decimal) -> int:
    """To a whole number, half up. Reporting bodies reject decimal totals (domain reference 3.1)."""
    return int(value.quantize(WHOLE, ROUND_HALF_UP))


def compute(instrument: Instrument, rule: Items, points: Sequence[int | None], applicable: int) -> Found:
    """The score of the whole form. `applicable` is the number of items that apply to this person."""
    if instrument.formula == "sum" and complete(points):
        return sum(points), None, None
    answered = [point for point in points if point is not None]
    if not answered:
        raise NothingToScore(instrument.code)
    missing = applicable - len(answered)
    if missing > rule.most_missing or (missing and not _subscales_hold(instrument, rule, points)):
        return NO_SCORE
    match instrument.formula:
        case "sum":
            return _sum(answered, applicable)
        case "mean":
            return None, Decimal(sum(answered)) / len(answered), None
        case "sumOfMax":
            return _sum_of_highest(instrument.domains, points), None, None
        case _:
            assert_never(instrument.formula)


def scaled(rule: Items, total: int | None, applicable: int) -> Decimal | None:
    """The total as if every item applied (domain reference 3.4)."""
    return None if total is None else rounded(Decimal(total) * rule.count / applicable)


def percent(instrument: Instrument, total: int | None) -> int | None:
    """The total on the scale of 0 to 100; None where the instrument is not told so."""
    if instrument.percent_per_point is None or total is None:
        return None
    return total * instrument.percent_per_point


def band(instrument: Instrument, total: int | None, mean: Decimal | None) -> str | None:
    """The code of the band. A mean may lie between whole numbers."""
    if mean is not None:
        return next((known.code for known in instrument.bands if known.holds(mean)), None)
    return None if total is None else instrument.band_codes.get(total)


def subscale_scores(
    instrument: Instrument, rule: Items, points: Sequence[int | None]
) -> tuple[SubscaleScore, ...]:
    """Each subscale by itself: its mean, and its sum where the instrument is a sum."""
    return tuple(
        _subscale(instrument, rule, subscale.code, [points[number - 1] for number in subscale.items])
        for subscale in instrument.subscales
    )


def _sum(answered: list[int], applicable: int) -> Found:
    if len(answered) == applicable:
        return sum(answered), None, None
    raw = Decimal(sum(answered)) * applicable / len(answered)
    return whole(raw), None, rounded(raw)


def _sum_of_highest(domains: tuple[tuple[int, ...], ...], points: Sequence[int | None]) -> int:
    """A domain is as high as its highest item."""
    return sum(max(points[number - 1] or 0 for number in domain) for domain in domains)


def _subscales_hold(instrument: Instrument, rule: Items, points: Sequence[int | None]) -> bool:
    """Whether no subscale misses more than it may."""
    return all(
        sum(points[number - 1] is None for number in subscale.items) <= rule.most_missing_per_subscale
        for subscale in instrument.subscales
    )


def _subscale(instrument: Instrument, rule: Items, code: str, points: list[int | None]) -> SubscaleScore:
    answered = [point for point in points if point is not None]
    if not answered or len(points) - len(answered) > rule.most_missing_per_subscale:
        return SubscaleScore(code=code)
    mean = rounded(Decimal(sum(answered)) / len(answered))
    total = _sum(answered, len(points))[0] if instrument.formula == "sum" else None
    return SubscaleScore(code=code, total=total, mean=mean)
