"""Which scores count, and in which order (domain reference 3.11, 4.2 and 8.3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.outcomes.courses import PHQ9, RULES, START, form, weekly

from treatment.domain.outcomes.series import COUNTED, ScorePoint, ScoreStatus, score_series


def test_scores_stand_in_the_order_in_which_they_were_taken() -> None:
    series = score_series(PHQ9, [form(8, 21), form(15, 0), form(12, 7)])
    assert series.totals == (15, 12, 8)


@pytest.mark.parametrize("status", ScoreStatus, ids=str)
def test_only_final_amended_and_corrected_scores_count(status: ScoreStatus) -> None:
    series = score_series(PHQ9, [form(20, status=status)])
    assert series.totals == ((20,) if status in COUNTED else ())
    assert {"final", "amended", "corrected"} == COUNTED


@pytest.mark.parametrize(
    ("total", "counts"),
    [(0, True), (27, True), (28, False), (-1, False), (300, False), (None, False)],
    ids=["0", "27", "28", "-1", "the 300 of a real sender", "too many items missing"],
)
def test_a_total_out_of_range_never_counts(total: int | None, counts: bool) -> None:
    assert score_series(PHQ9, [form(total)]).totals == ((total,) if counts else ())


def test_another_instrument_is_passed_over() -> None:
    assert score_series(PHQ9, [form(9, instrument="GAD7")]).totals == ()


def test_of_two_forms_on_one_day_the_latest_counts() -> None:
    series = score_series(PHQ9, [form(14, 0.3), form(11, 0.1), form(9, 7)])
    assert series.totals == (14, 9)


def test_of_two_forms_at_one_moment_the_one_given_last_counts() -> None:
    assert score_series(PHQ9, [form(14), form(11)]).totals == (11,)


def test_a_score_across_midnight_belongs_to_the_day_in_utc() -> None:
    late, early = form(14, 0.6), form(11, 0.65)
    assert (late.taken_at.hour, early.taken_at.hour) == (23, 0)
    assert score_series(PHQ9, [late, early]).totals == (14, 11)


def test_first_and_last_within_their_days() -> None:
    series = score_series(PHQ9, [form(15, 0), form(12, 7), form(8, 14)])
    found = (
        series.first(START.date()),
        series.last(form(None, 13).taken_at.date()),
        series.last(),
        score_series(PHQ9, [form(15, 1)]).first(START.date()),
        series.last(form(None, -1).taken_at.date()),
        score_series(PHQ9, []).last(),
    )
    assert found == (form(15, 0), form(12, 7), form(8, 14), None, None, None)


def test_the_scores_of_sessions_have_their_gaps() -> None:
    assert weekly([15, 14, None, 12]).by_session(5) == (15, 14, None, 12, None, None)


def test_a_form_without_a_session_before_the_first_one_is_the_baseline() -> None:
    series = score_series(PHQ9, [form(17, 0), form(16, 3), form(14, 7, session=1), form(9, 10)])
    assert series.by_session(2) == (16, 14, None)


def test_of_two_forms_for_one_session_the_latest_counts() -> None:
    series = score_series(PHQ9, [form(14, 5, session=1), form(12, 7, session=1)])
    assert series.by_session(1) == (None, 12)


def test_a_mean_is_kept_exactly() -> None:
    rules = RULES.measures["MSPSS"]
    assert score_series(rules, [form(Decimal("4.25"), instrument="MSPSS")]).totals == (Decimal("4.25"),)


points = st.builds(form, st.none() | st.integers(-5, 40), st.integers(0, 400), session=st.integers(0, 20))


@given(st.lists(points))
def test_the_order_of_arrival_never_matters_between_moments(forms: list[ScorePoint]) -> None:
    apart = list({one.taken_at: one for one in forms}.values())
    assert score_series(PHQ9, apart) == score_series(PHQ9, reversed(apart))
