"""Answers that need somebody's attention, whatever the total: risk items, and the syndrome rule."""

from collections.abc import Sequence
from operator import ge
from typing import TypeAlias

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.measure import DepressiveSyndrome, RiskItemAnswered
from treatment.domain.instruments.definition import Instrument, RiskItem, Syndrome

REVIEW, URGENT = RiskLevel.REVIEW, RiskLevel.URGENT
Risk: TypeAlias = tuple[RiskItemAnswered, int | None, RiskLevel | None]
"""Whether every risk item was answered, the highest answer to one, and the highest level that is reached."""


def risk(instrument: Instrument, points: Sequence[int | None], total: int | None) -> Risk:
    """What the risk items say (domain reference 5.2). A missing answer is never taken for a zero."""
    if not instrument.risk_items:
        return "notApplicable", None, None
    answered: RiskItemAnswered = "yes"
    highest: int | None = None
    level: RiskLevel | None = None
    for item in instrument.risk_items:
        answer = points[item.number - 1]
        if answer is None:
            answered = "no"
            continue
        if highest is None or answer > highest:
            highest = answer
        if answer >= item.urgent_at or (answer >= item.review_at and _total_is_high(item, points, total)):
            level = URGENT
        elif answer >= item.review_at and level is None:
            level = REVIEW
    return answered, highest, level


def _total_is_high(item: RiskItem, points: Sequence[int | None], total: int | None) -> bool:
    """Missing answers can only add to those that were given: a total that is reached is reached."""
    if item.urgent_from_total is None:
        return False
    reached = sum(point for point in points if point is not None) if total is None else total
    return reached >= item.urgent_from_total


def syndrome(rule: Syndrome, points: Sequence[int]) -> DepressiveSyndrome:
    """Symptoms counted, not points (domain reference 3.1)."""
    symptoms = [*map(ge, points, rule.symptom_at)].count(True)
    if symptoms < rule.other_from:
        return "none"
    for number in rule.core:
        if points[number - 1] >= rule.symptom_at[number - 1]:
            return "major" if symptoms >= rule.major_from else "other"
    return "none"
