"""Response and remission, and the quality measures that look for them in a window of time.

Domain reference 4.2. Days are those of UTC. A series holds no score of a status that does not count or out of
range (`score_series`).
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from treatment.domain.outcomes.rules import FollowUpWindow, MeasurementRules, MeasureRules, Points
from treatment.domain.outcomes.series import ScorePoint, ScoreSeries


class Exclusion(StrEnum):
    """What takes a patient out of the remission measure, whatever the scores."""

    BIPOLAR_DISORDER = "bipolarDisorder"
    PSYCHOSIS = "psychosis"
    PERSONALITY_DISORDER = "personalityDisorder"
    DEVELOPMENTAL_DISORDER = "developmentalDisorder"
    HOSPICE_CARE = "hospiceCare"
    PALLIATIVE_CARE = "palliativeCare"
    DEATH = "death"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What a window measure found. Not in the measure: no index score, or an exclusion."""

    index: ScorePoint | None
    score: ScorePoint | None
    """The newest score inside the window."""
    remission: bool
    response: bool

    @property
    def in_measure(self) -> bool:
        """Whether the patient counts in the denominator."""
        return self.index is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringPeriod:
    """A period in which a patient who was seen for depression should be measured; both days included."""

    opens_on: date
    closes_on: date
    seen: bool
    measured: bool


def remission(rules: MeasureRules, last: Points) -> bool | None:
    """Whether the score is below the threshold of remission; none where the instrument has none."""
    return None if rules.remission_below is None else last < rules.remission_below


def response(rules: MeasureRules, first: Points, last: Points) -> bool | None:
    """Whether the score fell by the percentage of response; none where that is not judged.

    It is judged from a first score of `response_from`: a mild start cannot respond.
    """
    if rules.response_percent is None or (rules.response_from is not None and first < rules.response_from):
        return None
    return 100 * (first - last) >= rules.response_percent * first


def index_score(
    rules: MeasurementRules,
    window: FollowUpWindow,
    series: ScoreSeries,
    encounters: Sequence[date] | None = None,
) -> ScorePoint | None:
    """The first score above the window's threshold.

    With `encounters`, the days of visits with depression, it was taken on such a day or shortly before.
    """
    for point, total in zip(series.points, series.totals, strict=True):
        if total > window.index_above and (
            encounters is None or _at_an_encounter(rules, point.taken_at.date(), encounters)
        ):
            return point
    return None


def follow_up(
    rules: MeasurementRules,
    window: FollowUpWindow,
    series: ScoreSeries,
    encounters: Sequence[date] | None = None,
    exclusions: frozenset[Exclusion] = frozenset(),
) -> FollowUp:
    """Whether a patient is in a window measure, and how the newest score inside the window is.

    A score before or after the window never counts, however good: without one in it, neither is reached.
    """
    index = None if exclusions else index_score(rules, window, series, encounters)
    if index is None or index.total is None:
        return FollowUp(index=None, score=None, remission=False, response=False)
    opens_on, closes_on = window_days(window, index.taken_at.date())
    score = series.last(closes_on)
    if score is None or score.total is None or score is index or score.taken_at.date() < opens_on:
        return FollowUp(index=index, score=None, remission=False, response=False)
    return FollowUp(
        index=index,
        score=score,
        remission=remission(series.rules, score.total) is True,
        response=response(series.rules, index.total, score.total) is True,
    )


def window_days(window: FollowUpWindow, index_on: date) -> tuple[date, date]:
    """First and last day of the window after an index score of that day."""
    middle = months_later(index_on, window.months)
    return middle + timedelta(days=window.from_day), middle + timedelta(days=window.to_day)


def monitoring_periods(
    rules: MeasurementRules, year: int, series: ScoreSeries, encounters: Iterable[date]
) -> tuple[MonitoringPeriod, ...]:
    """The assessment periods of a calendar year: whether there was a visit with depression, and a score."""
    seen_on = tuple(encounters)
    measured_on = tuple(point.taken_at.date() for point in series.points)
    periods = []
    for month in range(0, 12, rules.monitoring_months):
        opens_on = months_later(date(year, 1, 1), month)
        closes_on = months_later(opens_on, rules.monitoring_months) - timedelta(days=1)
        periods.append(
            MonitoringPeriod(
                opens_on=opens_on,
                closes_on=closes_on,
                seen=any(opens_on <= day <= closes_on for day in seen_on),
                measured=any(opens_on <= day <= closes_on for day in measured_on),
            )
        )
    return tuple(periods)


def followed_up(rules: MeasurementRules, screened_on: date, contacts: Iterable[date]) -> bool:
    """Whether a positive screen was followed by a contact in time; the day itself counts."""
    latest = screened_on + timedelta(days=rules.screen_follow_up_days)
    return any(screened_on <= day <= latest for day in contacts)


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _at_an_encounter(rules: MeasurementRules, day: date, encounters: Sequence[date]) -> bool:
    return any(0 <= (seen_on - day).days <= rules.index_days_before_encounter for seen_on in encounters)
