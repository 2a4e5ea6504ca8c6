"""Whether a change is more than chance and measurement error: Jacobson-Truax, and what patients notice."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt

from treatment.domain.outcomes.rules import MeasureRules, Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Mean and standard deviation of a group of people, in points."""

    mean: float
    sd: float


class ChangeClass(StrEnum):
    """The four classes of Jacobson and Truax."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticedChange:
    """Whether a change is one that patients notice; none where the instrument has no such threshold."""

    by_points: bool | None
    by_percent: bool | None
    """None also where the first score is too mild for the percentage to mean anything."""


def standard_error(sd: float, reliability: float) -> float:
    """The standard error of measurement in points, from the SD before treatment and a reliability to 1."""
    if sd < 0 or not 0 <= reliability <= 1:
        raise ValueError("a standard deviation is not negative, a reliability between 0 and 1")
    return sd * sqrt(1 - reliability)


def standard_error_of_difference(sd: float, reliability: float) -> float:
    """The standard error of the difference of two scores, in points."""
    return sqrt(2) * standard_error(sd, reliability)


def smallest_reliable_change(sd: float, reliability: float, z: float) -> float:
    """The change in points from which on it is reliable; `whole_points` rounds it up for whole totals.

    `z` is that of the rule set: so many standard errors of the difference (domain reference 4.3).
    """
    return z * standard_error_of_difference(sd, reliability)


def whole_points(change: float) -> int:
    """The smallest whole change that reaches this one: 5.2 needs 6 points."""
    return ceil(change)


def reliable_change_index(first: Points, last: Points, sd: float, reliability: float) -> float | None:
    """The change in standard errors of the difference; negative where the score fell, none without error."""
    error = standard_error_of_difference(sd, reliability)
    return float(last - first) / error if error else None


def clinical_cut_off(*, clinical: Population, normal: Population) -> float:
    """Cut-off c: the score that is as likely in the one population as in the other."""
    spread = normal.sd + clinical.sd
    if not spread:
        raise ValueError("two populations without any spread have no cut-off between them")
    return (normal.sd * clinical.mean + clinical.sd * normal.mean) / spread


def classify(
    rules: MeasureRules, first: Points, last: Points, *, reliable: Points | float, cut_off: Points | float
) -> ChangeClass:
    """The class of a change. Whoever crossed was a case by the cut-off at first, and is none at last."""
    gained = rules.improvement(first, last)
    if gained <= -reliable:
        return ChangeClass.DETERIORATED
    if gained < reliable:
        return ChangeClass.UNCHANGED
    crossed = first >= cut_off > last if rules.higher_is_worse else first < cut_off <= last
    return ChangeClass.RECOVERED if crossed else ChangeClass.IMPROVED


def classify_by_rules(rules: MeasureRules, first: Points, last: Points) -> ChangeClass | None:
    """The class by the configured thresholds, as reports use it; none where the instrument has none."""
    if rules.reliable_change is None or rules.caseness is None:
        return None
    return classify(rules, first, last, reliable=rules.reliable_change, cut_off=rules.caseness)


def noticed_change(rules: MeasureRules, first: Points, last: Points) -> NoticedChange:
    """Whether it got better by as much as patients notice (domain reference 4.4)."""
    gained = rules.improvement(first, last)
    floor, percent = rules.mcid_percent_from, rules.mcid_percent
    applies = percent is not None and first > 0 and (floor is None or first >= floor)
    return NoticedChange(
        by_points=None if rules.mcid is None else gained >= rules.mcid,
        by_percent=gained * 100 >= percent * first if applies and percent is not None else None,
    )
