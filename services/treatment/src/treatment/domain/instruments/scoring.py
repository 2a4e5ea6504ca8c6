"""Scoring a form by its instrument's definition."""

from collections.abc import Sequence
from decimal import Decimal

from casetrail_contracts.events.measure import AnswerMode
from treatment.domain.instruments.answers import check_applicable, mode_of, points_of
from treatment.domain.instruments.attention import risk, syndrome
from treatment.domain.instruments.definition import Instrument, Items
from treatment.domain.instruments.reported import agrees, check_reported
from treatment.domain.instruments.result import Score
from treatment.domain.instruments.totals import (
    Found,
    band,
    complete,
    compute,
    percent,
    rounded,
    scaled,
    subscale_scores,
)
from treatment.domain.refusals import ItemsNotAccepted, NothingToScore

ALL_APPLY: frozenset[int] = frozenset()


def score(
    instrument: Instrument,
    items: Sequence[int | None] | None,
    reported: int | None = None,
    *,
    reported_mean: Decimal | None = None,
    answer_mode: AnswerMode | None = None,
    not_applicable: frozenset[int] = ALL_APPLY,
) -> Score:
    """Score a form, or refuse what no such form can hold. The computed score wins over the reported one.

    `items` are the answers in item order, None where one is missing or does not apply; without them the
    reported score counts. A missing risk item is never taken for a zero.
    """
    if not_applicable:
        check_applicable(instrument, not_applicable)
    if reported is not None or reported_mean is not None:
        check_reported(instrument, reported, reported_mean, not_applicable)
    if items is None:
        return _of_reported(instrument, reported, reported_mean, not_applicable)
    result, found = _of_items(instrument, items, answer_mode, not_applicable)
    if (reported is None and reported_mean is None) or agrees(found, reported, reported_mean):
        return result
    return result._replace(total_mismatch=True)


def _of_reported(
    instrument: Instrument, total: int | None, mean: Decimal | None, not_applicable: frozenset[int]
) -> Score:
    """A score without items: what its parts were is not known."""
    if total is None and mean is None:
        raise NothingToScore(instrument.code)
    result = Score(
        total=total,
        mean=mean,
        band=band(instrument, total, mean),
        risk_item_answered="notAvailable" if instrument.risk_items else "notApplicable",
        percent=percent(instrument, total),
    )
    if instrument.items is None or not not_applicable:
        return result
    return _for_this_person(instrument.items, result, not_applicable)


def _of_items(
    instrument: Instrument,
    items: Sequence[int | None],
    answer_mode: AnswerMode | None,
    not_applicable: frozenset[int],
) -> tuple[Score, Found]:
    """The score, and the figures that a reported one is compared with."""
    rule = instrument.items
    if rule is None:
        raise ItemsNotAccepted(instrument.code)
    mode = "score" if rule.is_plain and answer_mode is None else mode_of(instrument, rule, answer_mode)
    points = points_of(instrument, rule, items, mode, not_applicable)
    found = compute(instrument, rule, points, rule.count - len(not_applicable))
    result = _of_points(instrument, rule, points, found)
    return result if rule.is_plain else _for_this_form(rule, result, mode, not_applicable), found


def _of_points(instrument: Instrument, rule: Items, points: Sequence[int | None], found: Found) -> Score:
    total, mean, raw = found
    answered, highest, level = risk(instrument, points, total)
    symptoms = instrument.syndrome
    counted = syndrome(symptoms, points) if symptoms is not None and complete(points) else None
    result = Score(total, band(instrument, total, mean), answered, highest, level, counted)
    if raw is not None:
        result = result._replace(prorated=True, raw_prorated=raw)
    if mean is not None:
        result = result._replace(mean=rounded(mean), prorated=not complete(points))
    if not instrument.subscales and instrument.percent_per_point is None:
        return result
    return result._replace(
        percent=percent(instrument, total), subscales=subscale_scores(instrument, rule, points)
    )


def _for_this_form(rule: Items, result: Score, mode: AnswerMode, not_applicable: frozenset[int]) -> Score:
    """With how its answers were read, and how many items apply."""
    if rule.answer_modes != ("score",):
        result = result._replace(answer_mode=mode)
    return _for_this_person(rule, result, not_applicable) if rule.not_applicable else result


def _for_this_person(rule: Items, result: Score, not_applicable: frozenset[int]) -> Score:
    """With the number of items that apply, and the total as if all did."""
    applicable = rule.count - len(not_applicable)
    return result._replace(items_applicable=applicable, total_scaled=scaled(rule, result.total, applicable))
