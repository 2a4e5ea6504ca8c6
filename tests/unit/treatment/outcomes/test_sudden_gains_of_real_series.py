"""Sudden gains in the 43 real series: the figures that were published of them (domain reference 4.5, S20)."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.outcomes.courses import RULES, real_series

from treatment.domain.outcomes.sudden_gains import (
    Direction,
    Interval,
    SuddenChange,
    Verdict,
    intervals,
    sudden_changes,
)

SERIES = {person: scores[1:] for person, scores in real_series().items()}
"""Sessions 1 to 12."""
THRESHOLD = 7


def gains() -> list[tuple[int, SuddenChange]]:
    return [
        (person, change)
        for person, scores in SERIES.items()
        for change in sudden_changes(RULES.sudden_gains, THRESHOLD, scores, Direction.GAIN)
    ]


def test_the_published_counts_come_out() -> None:
    found = gains()
    by_person = Counter(person for person, _ in found)
    magnitudes = [float(change.magnitude) for _, change in found]
    figures = {
        "people": len(SERIES),
        "gains": len(found),
        "people with a gain": len(by_person),
        "people with several": sum(count > 1 for count in by_person.values()),
        "reversed": sum(change.reversed for _, change in found),
        "mean magnitude": fmean(magnitudes),
        "SD of magnitude": round(stdev(magnitudes), 2),
    }
    assert figures == {
        "people": 43,
        "gains": 24,
        "people with a gain": 15,
        "people with several": 8,
        "reversed": 4,
        "mean magnitude": 11,
        "SD of magnitude": 3.43,
    }


def test_the_published_gains_of_the_first_18_people_come_out() -> None:
    found = {
        (person, change.after_session, change.magnitude, change.reversed)
        for person, change in gains()
        if person <= 18
    }
    assert found == {
        (1, 3, 11, True),
        (1, 7, 12, False),
        (3, 8, 9, False),
        (4, 3, 10, True),
        (5, 3, 10, False),
        (5, 8, 13, False),
        (9, 3, 9, False),
        (10, 2, 10, False),
        (10, 4, 8, False),
        (12, 3, 8, True),
        (13, 3, 13, False),
        (13, 8, 8, False),
        (14, 2, 14, False),
        (18, 3, 11, False),
    }


@pytest.mark.parametrize(
    ("person", "after_session", "share"),
    [(1, 3, 11 / 28), (1, 7, 12 / 28), (4, 3, 10 / 3), (12, 3, 8 / 13)],
    ids=str,
)
def test_the_published_shares_of_the_total_change_come_out(
    person: int, after_session: int, share: float
) -> None:
    found = sudden_changes(RULES.sudden_gains, THRESHOLD, SERIES[person], Direction.GAIN)
    assert [one.share_of_total for one in found if one.after_session == after_session] == [share]


def as_written(scores: Sequence[int | None], direction: Direction) -> tuple[Interval, ...]:
    """The three criteria as the reference writes them, with means and standard deviations."""
    t = {(3, 3): 2.776, (2, 3): 3.182, (3, 2): 3.182, (2, 2): 4.303}
    sign = 1 if direction is Direction.GAIN else -1
    found = []
    for k in range(2, len(scores) - 1):
        pre = [x for x in scores[max(0, k - 3) : k] if x is not None]
        post = [x for x in scores[k : k + 3] if x is not None]
        before, after = scores[k - 1], scores[k]
        verdict = Verdict.UNKNOWN
        if before is not None and after is not None and len(pre) > 1 and len(post) > 1:
            n1, n2 = len(pre), len(post)
            pooled = sqrt(((n1 - 1) * variance(pre) + (n2 - 1) * variance(post)) / (n1 + n2 - 2))
            met = (
                sign * (before - after) >= THRESHOLD
                and sign * (before - after) >= 0.25 * before
                and sign * (fmean(pre) - fmean(post)) > t[n1, n2] * pooled
            )
            verdict = Verdict.YES if met else Verdict.NO
        found.append(Interval(after_session=k, verdict=verdict))
    return tuple(found)


@pytest.mark.parametrize("direction", Direction, ids=str)
def test_every_interval_of_the_real_series_is_judged_as_the_reference_is_written(
    direction: Direction,
) -> None:
    found = {
        person: intervals(RULES.sudden_gains, THRESHOLD, scores, direction)
        for person, scores in SERIES.items()
    }
    assert found == {person: as_written(scores, direction) for person, scores in SERIES.items()}


@given(st.lists(st.none() | st.integers(0, 63), max_size=16), st.sampled_from(Direction))
def test_any_series_is_judged_as_the_reference_is_written(
    scores: list[int | None], direction: Direction
) -> None:
    found = intervals(RULES.sudden_gains, THRESHOLD, scores, direction)
    assert found == as_written(scores, direction)


def test_a_reversal_is_a_later_score_above_half_of_the_gain() -> None:
    for person, change in gains():
        half = float(change.after) + float(change.magnitude) / 2
        later = [score for score in SERIES[person][change.after_session + 1 :] if score is not None]
        assert change.reversed is any(score > half for score in later)
