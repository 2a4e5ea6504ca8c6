"""Sudden gains and losses: each criterion of domain reference 4.5 at its edge, by hand."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.outcomes.courses import PHQ9, RULES, weekly

from treatment.domain.outcomes.rules import Points
from treatment.domain.outcomes.sudden_gains import (
    Direction,
    Interval,
    SuddenChange,
    Verdict,
    intervals,
    is_reversed,
    of_series,
    settled,
    sudden_changes,
)

RULE = RULES.sudden_gains
YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN
Scores = Sequence[Points | None]


def judged(scores: Scores, threshold: int = 6, direction: Direction = Direction.GAIN) -> list[Verdict]:
    return [interval.verdict for interval in intervals(RULE, threshold, scores, direction)]


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        pytest.param([20, 20, 20, 14, 14, 14], YES, id="1: a drop of exactly C1"),
        pytest.param([20, 20, 20, 15, 15, 15], NO, id="1: a drop below C1"),
        pytest.param([24, 24, 24, 18, 18, 18], YES, id="2: exactly 25%"),
        pytest.param([25, 25, 25, 19, 19, 19], NO, id="2: 24%"),
        pytest.param([20, 19, 21, 10, 9, 11], YES, id="3: 10 against 2.776 x 1"),
        pytest.param([27, 14, 22, 13, 14, 12], NO, id="3: 8 against 2.776 x 4.69"),
        pytest.param([10, 10, 10, 16, 16, 16], NO, id="a rise is no gain"),
    ],
)
def test_each_criterion_at_its_edge(scores: Scores, verdict: Verdict) -> None:
    assert judged(scores)[1] is verdict


@pytest.mark.parametrize(("t", "verdict"), [(3.0, NO), (2.999, YES)], ids=["equal", "greater"])
def test_the_third_criterion_is_strictly_greater(t: float, verdict: Verdict) -> None:
    # Means 20 and 17, pooled SD 1.
    rules = replace(RULE, percent=10, critical={4: t})
    found = intervals(rules, 3, [21, 19, 20, 17, 16, 18], Direction.GAIN)
    assert found[1] == Interval(after_session=3, verdict=verdict)


@pytest.mark.parametrize(
    ("scores", "verdicts"),
    [
        ([28, 19, 23, 12, 13, None], [NO, NO, UNKNOWN]),
        ([28, 19, 23, 11, 12, None], [NO, YES, UNKNOWN]),
        ([28, 19, None, 12, 13, None], [UNKNOWN, UNKNOWN, UNKNOWN]),
        ([28, 25, 28, 11, 12, None], [NO, YES, UNKNOWN]),
        ([None, 26, 28, None, 12, 11], [UNKNOWN, UNKNOWN, UNKNOWN]),
        ([35, 37, 23, 23, 24, 21], [YES, NO, NO]),
        ([35, 37, 34, 24, 24, 21], [NO, YES, NO]),
        ([35, 37, 34, 34, 24, 21], [NO, NO, YES]),
        ([35, 37, 34, 37, 37, 37], [NO, NO, NO]),
    ],
    ids=str,
)
def test_the_published_examples_come_out(scores: Scores, verdicts: list[Verdict]) -> None:
    """The first: 10.83 against 3.182 x 3.70 is none; 2.776, for no missing value, would make it one."""
    assert judged(scores, 7) == verdicts


@pytest.mark.parametrize(
    ("scores", "verdicts"),
    [
        ([10, 11, 12, 30, 28, 33], [NO, YES, NO]),
        ([10, 11, 12, 10, 28, 33], [NO, NO, YES]),
        ([10, 11, 30, 30, 28, 33], [YES, NO, NO]),
        ([35, 37, 34, 23, 24, 21], [NO, NO, NO]),
        ([5, None, 7, 16, 12, 14], [UNKNOWN, YES, NO]),
        ([40, 40, 40, 49, 49, 49], [NO, NO, NO]),
        ([36, 36, 36, 45, 45, 45], [NO, YES, NO]),
    ],
    ids=str,
)
def test_a_loss_is_the_mirror_image(scores: Scores, verdicts: list[Verdict]) -> None:
    assert judged(scores, 7, Direction.LOSS) == verdicts


def test_at_the_second_session_the_window_before_has_two_values() -> None:
    # Means 18 and 13: 5 is below 3.182 x 1.633. A third 18 before makes it 2.776 x 1.414.
    scores = [18, 18, 11, 13, 15]
    assert judged(scores)[0] is NO
    assert judged([18, *scores])[1] is YES


def test_two_sessions_before_the_end_the_window_after_has_two_values() -> None:
    # Means 18 and 13: 5 is below 3.182 x 1.633. A 9 after it makes it 6.33 against 2.776 x 2.160.
    scores = [18, 18, 18, 11, 15]
    assert judged(scores)[1] is NO
    assert judged([*scores, 9])[1] is YES


def test_two_missing_values_need_4_303() -> None:
    # Means 20 and 13, pooled SD 2: 7 is below 4.303 x 2, and above 3.182 x 2.
    assert judged([None, 22, 18, 12, 14, None])[1] is NO
    assert judged([None, 20, 20, 13, 13, None])[1] is YES


@pytest.mark.parametrize(
    "scores",
    [
        pytest.param([20, 20, None, 10, 10, 10], id="x(k) missing"),
        pytest.param([20, 20, 20, None, 10, 10], id="x(k+1) missing"),
        pytest.param([None, None, 20, 10, 10, 10], id="one value before"),
        pytest.param([20, 20, 20, 10, None, None], id="one value after"),
        pytest.param([None, None, 20, 19, 19, 19], id="one value before, although the drop is small"),
    ],
)
def test_what_cannot_be_judged_is_unknown_and_never_no(scores: Scores) -> None:
    assert judged(scores)[1] is UNKNOWN


@pytest.mark.parametrize(
    ("scores", "sessions"),
    [([], []), ([9], []), ([9, 9, 9], []), ([9] * 4, [2]), ([9] * 12, [2, 3, 4, 5, 6, 7, 8, 9, 10])],
    ids=["none", "1", "3", "4", "12"],
)
def test_intervals_run_from_the_second_session_to_two_before_the_end(
    scores: Scores, sessions: list[int]
) -> None:
    found = intervals(RULE, 6, scores, Direction.GAIN)
    assert [interval.after_session for interval in found] == sessions


def test_from_the_baseline_the_first_interval_counts_too() -> None:
    series = weekly([20, 20, 10, 10, 10])
    from_baseline = of_series(replace(RULE, from_baseline=True), series, 4)
    assert of_series(RULE, series, 4) == ()
    assert from_baseline == (
        SuddenChange(
            direction=Direction.GAIN, after_session=1, before=20, after=10, share_of_total=1.0, reversed=False
        ),
    )


def test_a_gain_is_told_with_its_interval_size_share_and_reversal() -> None:
    found = sudden_changes(RULE, 6, [21, 20, 20, 10, 10, 11, 16], Direction.GAIN)
    assert found == (
        SuddenChange(
            direction=Direction.GAIN, after_session=3, before=20, after=10, share_of_total=2.0, reversed=True
        ),
    )
    assert found[0].magnitude == 10


def test_a_loss_against_the_course_has_a_negative_share() -> None:
    found = sudden_changes(RULE, 6, [10, 10, 10, 20, 20, 20, 14, 6], Direction.LOSS)
    assert found == (
        SuddenChange(
            direction=Direction.LOSS, after_session=3, before=10, after=20, share_of_total=-2.5, reversed=True
        ),
    )
    assert found[0].magnitude == 10


def test_without_any_change_over_the_course_there_is_no_share() -> None:
    found = sudden_changes(RULE, 6, [20, 20, 20, 10, 10, 10, 20], Direction.GAIN)
    assert [change.share_of_total for change in found] == [None]


@pytest.mark.parametrize(
    ("before", "after", "later", "expected"),
    [
        (20, 10, [15], False),
        (20, 10, [16], True),
        (20, 11, [15], False),
        (20, 11, [16], True),
        (20, 10, [None, 12, None, 16, 8], True),
        (20, 10, [], False),
        (10, 20, [15], False),
        (10, 20, [14], True),
    ],
    ids=[
        "exactly half",
        "more than half",
        "below a half point",
        "above a half point",
        "once is enough",
        "nothing later",
        "loss: exactly half",
        "loss: more than half",
    ],
)
def test_a_reversal_undoes_more_than_half(before: int, after: int, later: Scores, expected: bool) -> None:
    assert is_reversed(before, after, later) is expected


def test_a_gain_is_settled_three_sessions_later() -> None:
    found = of_series(RULE, weekly([21, 20, 21, 20, 10, 10]), 5)
    assert [(change.after_session, settled(change, 5), settled(change, 6)) for change in found] == [
        (3, False, True)
    ]


def test_an_instrument_without_a_first_criterion_has_no_sudden_gains() -> None:
    assert of_series(RULE, weekly([30, 30, 30, 30, 5, 5, 5], "WSAS"), 6) == ()


def test_phq9_needs_6_points_and_bdi_7() -> None:
    assert (PHQ9.sudden_gain, RULES.measures["BDI"].sudden_gain) == (6, 7)


def test_means_are_judged_like_totals() -> None:
    halves = [Decimal("10.5"), Decimal("10.5"), Decimal("10.5"), Decimal("4.25"), Decimal("4.25")]
    assert judged(halves) == [NO, YES]


scores = st.lists(st.none() | st.integers(0, 63), max_size=16)


@given(scores)
def test_no_interval_is_a_gain_and_a_loss(series: list[int | None]) -> None:
    pairs = zip(judged(series), judged(series, direction=Direction.LOSS), strict=True)
    assert all(pair in {(YES, NO), (NO, YES), (NO, NO), (UNKNOWN, UNKNOWN)} for pair in pairs)


@given(scores)
def test_a_settled_gain_stays_whatever_comes_later(series: list[int | None]) -> None:
    def gains(up_to: int) -> list[tuple[int, Points, Points]]:
        found = sudden_changes(RULE, 7, series[:up_to], Direction.GAIN)
        return [(one.after_session, one.before, one.after) for one in found if settled(one, up_to)]

    everything = gains(len(series))
    assert all(
        gains(up_to) == [one for one in everything if one[0] + 3 <= up_to] for up_to in range(len(series))
    )
