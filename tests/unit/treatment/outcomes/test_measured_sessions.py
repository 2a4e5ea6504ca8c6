"""The minimum of measurement-based care: domain reference 4.7."""

from collections.abc import Sequence
from datetime import date

import pytest
from tests.unit.treatment.outcomes.courses import RULES, form, weekly

from treatment.domain.outcomes.measured_sessions import Coverage, Trend, coverage, session_of, trend
from treatment.domain.outcomes.series import score_series

DAYS = [date(2026, 1, 12), date(2026, 1, 19), date(2026, 2, 2)]


def test_each_core_measure_is_wanted_at_every_session() -> None:
    series = {"PHQ9": weekly([15, 14, None, 12, 11]), "WSAS": weekly([20, 20, 20, 20, 20], "WSAS")}
    assert coverage(["PHQ9", "GAD7"], series, 4) == (
        Coverage(instrument="PHQ9", sessions=4, measured=3, missing=(2,)),
        Coverage(instrument="GAD7", sessions=4, measured=0, missing=(1, 2, 3, 4)),
    )


def test_the_trend_is_shown_since_the_first_score() -> None:
    assert trend(weekly([15, 12, 13])) == Trend(first=15, current=13, since_first=2, since_previous=-1)
    assert trend(weekly([15])) is None


def test_a_rise_is_for_the_better_where_higher_is_better() -> None:
    forms = [form(10, instrument="WHO5"), form(14, 7, instrument="WHO5")]
    assert trend(score_series(RULES.measures["WHO5"], forms)) == Trend(
        first=10, current=14, since_first=4, since_previous=4
    )


@pytest.mark.parametrize(
    ("taken_on", "days", "session"),
    [
        (date(2026, 1, 5), DAYS, 0),
        (date(2026, 1, 12), DAYS, 1),
        (date(2026, 1, 13), DAYS, 2),
        (date(2026, 2, 2), DAYS, 3),
        (date(2026, 2, 3), DAYS, None),
        (date(2026, 1, 5), [], None),
    ],
    ids=[
        "before the first session: baseline",
        "on the day of session 1",
        "between sessions: the next one",
        "on the day of the last session",
        "after the last session",
        "no session yet",
    ],
)
def test_a_form_that_names_no_session_belongs_to_the_next_one(
    taken_on: date, days: Sequence[date], session: int | None
) -> None:
    assert session_of(taken_on, days) == session
