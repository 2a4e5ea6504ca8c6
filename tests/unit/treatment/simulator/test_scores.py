from itertools import pairwise
from statistics import fmean

import pytest
from tests.unit.treatment.simulator.drawing import FIGURES, RULES, chance

from treatment.simulator.scores import PHQ, improves_early, path, start_and_end
from treatment.simulator.shapes import PathFigures

STILL = FIGURES.path.model_copy(update={"noise_sd": 0.0})
DRAWS = 400


def drawn(
    figures: PathFigures, start: int, end: int, sessions: int, *, gain: bool = False
) -> list[tuple[int, ...]]:
    return [path(chance(n), figures, PHQ, start, end, sessions, gain=gain) for n in range(DRAWS)]


@pytest.mark.parametrize(
    ("session", "share"),
    [
        pytest.param(session, share, id=f"section 7, path: s={session} of 16")
        for session, share in [
            (1, 0.245),
            (2, 0.388),
            (4, 0.568),
            (6, 0.687),
            (8, 0.776),
            (12, 0.905),
            (16, 1),
        ]
    ],
)
def test_most_of_the_change_comes_early(session: int, share: float) -> None:
    (totals,) = {path(chance(1), STILL, PHQ, 27, 0, 16, gain=False)}
    assert totals[session - 1] == round(27 * (1 - share))


def test_the_last_session_has_the_score_that_was_drawn_whatever_the_noise() -> None:
    assert {totals[-1] for totals in drawn(FIGURES.path, 18, 7, 12)} == {7}
    assert {len(totals) for totals in drawn(FIGURES.path, 18, 7, 0)} == {0}


def test_noise_has_its_spread_in_between() -> None:
    # Rounding adds a twelfth of a point to the variance.
    squares = [(totals[5] - 13) ** 2 for totals in drawn(FIGURES.path, 13, 13, 12)]
    assert fmean(squares) == pytest.approx(2.0**2 + 1 / 12, rel=0.25)


def test_a_sudden_gain_is_one_drop_of_6_to_12_points_between_sessions_3_and_8() -> None:
    figures = STILL.model_copy(update={"reversed_share": 0.0})
    for totals in drawn(figures, 20, 4, 16, gain=True):
        drops = [before - after for before, after in pairwise(totals)]
        largest = max(range(len(drops)), key=drops.__getitem__)
        assert 3 <= largest + 1 <= 7
        # The steady part of the change goes on meanwhile, and totals are rounded.
        assert 6 <= drops[largest] <= 14


def test_a_sixth_of_sudden_gains_is_lost_again_for_a_while() -> None:
    courses = drawn(STILL, 20, 4, 16, gain=True)
    lost = [any(after - before > 2 for before, after in pairwise(totals)) for totals in courses]
    assert fmean(lost) == pytest.approx(0.17, abs=0.07)


def test_everybody_is_a_case_at_the_start() -> None:
    own = FIGURES.cohorts["nhs-like"]
    starts = [start_and_end(chance(n), own, FIGURES.classes["worse"], RULES)[0] for n in range(DRAWS)]
    assert [start for start in starts if start.phq < 10 and start.gad < 8] == []


@pytest.mark.parametrize(
    ("totals", "improves"),
    [
        pytest.param((20, 19, 18, 16), True, id="4.6 noEarlyResponse: a drop of 20 %"),
        pytest.param((20, 19, 18, 17), False, id="4.6 noEarlyResponse: a drop of 15 %"),
        pytest.param((20, 19, 18), True, id="too short to tell"),
    ],
)
def test_early_improvement_is_a_fifth_by_session_4(totals: tuple[int, ...], improves: bool) -> None:
    assert improves_early(20, totals, 4, 20) is improves
