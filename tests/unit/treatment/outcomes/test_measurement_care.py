"""Response, remission and the measures with windows (domain reference 4.2)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.outcomes.courses import GAD7, PHQ9, RULES

from treatment.domain.outcomes.measurement_care import (
    Exclusion,
    FollowUp,
    MonitoringPeriod,
    follow_up,
    followed_up,
    index_score,
    monitoring_periods,
    months_later,
    remission,
    response,
    window_days,
)
from treatment.domain.outcomes.series import ScorePoint, ScoreSeries, ScoreStatus, score_series

RULE = RULES.measurement
CMS159, NQF1884, DRRE = (RULE.windows[code] for code in ("CMS159", "NQF1884", "DRRE"))
INDEX_ON = date(2025, 2, 25)


def on(day: date, total: int, status: ScoreStatus = ScoreStatus.FINAL) -> ScorePoint:
    taken_at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return ScorePoint(instrument="PHQ9", total=total, taken_at=taken_at, status=status)


def series(*points: ScorePoint) -> ScoreSeries:
    return score_series(PHQ9, points)


def after(days: int) -> date:
    return INDEX_ON + timedelta(days=days)


@pytest.mark.parametrize(("last", "expected"), [(4, True), (5, False)], ids=["4", "5"])
def test_remission_is_below_5(last: int, expected: bool) -> None:
    assert remission(PHQ9, last) is expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param(10, 5, True, id="50% from 10"),
        pytest.param(10, 6, False, id="40% from 10"),
        pytest.param(11, 5, True, id="55% from 11"),
        pytest.param(11, 6, False, id="45% from 11"),
        pytest.param(9, 0, None, id="a baseline of 9 cannot respond"),
    ],
)
def test_response_is_half_from_a_baseline_above_9(first: int, last: int, expected: bool | None) -> None:
    assert response(PHQ9, first, last) is expected


def test_without_thresholds_neither_is_judged() -> None:
    assert (remission(GAD7, 0), response(GAD7, 20, 0)) == (None, None)


@pytest.mark.parametrize(
    ("points", "in_measure", "remitted"),
    [
        pytest.param([(date(2025, 2, 25), 10), (date(2026, 2, 19), 3)], True, True, id="10, 3"),
        pytest.param([(date(2025, 2, 25), 10), (date(2026, 2, 19), 2)], True, True, id="10, 2"),
        pytest.param([(date(2025, 2, 20), 10), (date(2026, 2, 19), 3)], True, True, id="10 before, 3"),
        pytest.param([(date(2025, 2, 25), 20), (date(2026, 2, 19), 7)], True, False, id="20, 7"),
        pytest.param([(date(2025, 2, 25), 20), (date(2025, 12, 19), 4)], True, False, id="before the window"),
        pytest.param([(date(2025, 2, 25), 20)], True, False, id="no follow-up"),
        pytest.param([(date(2025, 2, 25), 10), (date(2026, 2, 19), 300)], True, False, id="300 is no total"),
        pytest.param([(date(2025, 2, 25), 8), (date(2026, 2, 19), 4)], False, False, id="8 is no index"),
        pytest.param([(date(2025, 2, 25), 9), (date(2026, 2, 19), 4)], False, False, id="9 is no index"),
    ],
)
def test_the_totals_of_the_published_patients_come_out(
    points: list[tuple[date, int]], in_measure: bool, remitted: bool
) -> None:
    found = follow_up(RULE, CMS159, series(*(on(day, total) for day, total in points)))
    assert (found.in_measure, found.remission) == (in_measure, remitted)


@pytest.mark.parametrize(
    ("status", "remitted"),
    [
        (ScoreStatus.FINAL, True),
        (ScoreStatus.AMENDED, True),
        (ScoreStatus.CORRECTED, True),
        (ScoreStatus.PRELIMINARY, False),
        (ScoreStatus.ENTERED_IN_ERROR, False),
        (ScoreStatus.UNKNOWN, False),
    ],
    ids=str,
)
def test_only_final_amended_and_corrected_scores_remit(status: ScoreStatus, remitted: bool) -> None:
    found = follow_up(RULE, CMS159, series(on(INDEX_ON, 20), on(date(2026, 2, 19), 4, status)))
    assert found.remission is remitted


@pytest.mark.parametrize(
    ("code", "day", "inside"),
    [
        ("CMS159", date(2025, 12, 26), False),
        ("CMS159", date(2025, 12, 27), True),
        ("CMS159", date(2026, 4, 26), True),
        ("CMS159", date(2026, 4, 27), False),
        ("NQF1884", date(2025, 6, 25), False),
        ("NQF1884", date(2025, 6, 26), True),
        ("NQF1884", date(2025, 10, 24), True),
        ("NQF1884", date(2025, 10, 25), False),
        ("DRRE", after(119), False),
        ("DRRE", after(120), True),
        ("DRRE", after(240), True),
        ("DRRE", after(241), False),
    ],
    ids=str,
)
def test_a_window_includes_both_its_days(code: str, day: date, inside: bool) -> None:
    index, score = on(INDEX_ON, 20), on(day, 4)
    assert follow_up(RULE, RULE.windows[code], series(index, score)) == FollowUp(
        index=index, score=score if inside else None, remission=inside, response=inside
    )


def test_the_newest_score_in_the_window_counts_and_none_after_it() -> None:
    better, newest, too_late = on(after(150), 4), on(after(200), 10), on(after(250), 0)
    index = on(INDEX_ON, 20)
    assert follow_up(RULE, DRRE, series(index, better, newest, too_late)) == FollowUp(
        index=index, score=newest, remission=False, response=True
    )


def test_the_first_elevated_score_is_the_index() -> None:
    mild, first, second = on(INDEX_ON, 9), on(after(30), 10), on(after(60), 20)
    assert index_score(RULE, CMS159, series(mild, first, second)) == first


@pytest.mark.parametrize(
    ("days", "found"),
    [(0, True), (7, True), (8, False), (-1, False)],
    ids=["that day", "7 days before", "8 days before", "after it"],
)
def test_an_index_is_taken_up_to_7_days_before_an_encounter(days: int, found: bool) -> None:
    index = on(INDEX_ON, 10)
    assert index_score(RULE, CMS159, series(index), [after(days)]) == (index if found else None)


@pytest.mark.parametrize("exclusion", Exclusion, ids=str)
def test_an_exclusion_takes_the_patient_out_of_the_measure(exclusion: Exclusion) -> None:
    remitted = series(on(INDEX_ON, 10), on(date(2026, 2, 19), 3))
    assert follow_up(RULE, CMS159, remitted, exclusions=frozenset({exclusion})) == FollowUp(
        index=None, score=None, remission=False, response=False
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 1, 15), 0, date(2025, 1, 15)),
    ],
    ids=str,
)
def test_months_later_is_the_same_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_the_window_of_12_months_is_121_days_long(index_on: date) -> None:
    opens_on, closes_on = window_days(CMS159, index_on)
    assert (closes_on - opens_on).days == 120
    assert opens_on + timedelta(days=60) == months_later(index_on, 12)


def test_dms_e_looks_at_three_periods_of_four_months() -> None:
    scores = series(on(date(2025, 4, 30), 12), on(date(2025, 9, 1), 8))
    assert monitoring_periods(RULE, 2025, scores, [date(2025, 1, 1), date(2025, 8, 31)]) == (
        MonitoringPeriod(opens_on=date(2025, 1, 1), closes_on=date(2025, 4, 30), seen=True, measured=True),
        MonitoringPeriod(opens_on=date(2025, 5, 1), closes_on=date(2025, 8, 31), seen=True, measured=False),
        MonitoringPeriod(opens_on=date(2025, 9, 1), closes_on=date(2025, 12, 31), seen=False, measured=True),
    )


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, True), (30, True), (31, False), (-1, False)],
    ids=["that day", "30 days", "31 days", "before"],
)
def test_dsf_wants_a_follow_up_within_30_days(days: int, expected: bool) -> None:
    assert followed_up(RULE, INDEX_ON, [after(days)]) is expected
