"""What goal ratings add up to: the checks of domain reference 1.5."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.outcomes.courses import RULES

from treatment.domain.outcomes.goals import Attainment, gas_t_score, gbo_change
from treatment.domain.outcomes.talking_therapies import Change

RULE = RULES.goals


def rated(*levels: int, weight: float = 1.0) -> list[Attainment]:
    return [Attainment(level=level, weight=weight) for level in levels]


@pytest.mark.parametrize(
    ("levels", "t_score"),
    [((0, 0, 0), 50.00), ((1, 1, 1), 63.69), ((2, 0, -1), 54.56), ((-1, -1, -1), 36.31)],
    ids=str,
)
def test_the_checks_of_attainment_scaling_come_out(levels: tuple[int, ...], t_score: float) -> None:
    found = gas_t_score(RULE, rated(*levels))
    assert found is not None
    assert round(found, 2) == t_score


def test_without_goals_there_is_no_score() -> None:
    assert gas_t_score(RULE, []) is None


def test_one_goal_counts_ten_for_each_level() -> None:
    assert [gas_t_score(RULE, rated(level)) for level in range(-2, 3)] == [30, 40, 50, 60, 70]


def test_a_weight_pulls_the_score_to_its_goal() -> None:
    light, heavy = Attainment(level=-1), Attainment(level=1, weight=3)
    found = gas_t_score(RULE, [light, heavy])
    assert found == 50 + 10 * 2 / (0.7 * 10 + RULE.gas_rho * 16) ** 0.5


@pytest.mark.parametrize("weight", [0, -1], ids=str)
def test_a_goal_that_weighs_nothing_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        gas_t_score(RULE, rated(1, weight=weight))


levels = st.lists(st.integers(-2, 2), min_size=1, max_size=10)


@given(levels)
def test_the_score_is_symmetric_around_50(attained: list[int]) -> None:
    up, down = gas_t_score(RULE, rated(*attained)), gas_t_score(RULE, rated(*(-one for one in attained)))
    assert up is not None
    assert down is not None
    assert up + down == pytest.approx(100)


@given(levels, st.sampled_from([0.5, 2.0, 4.0]))
def test_only_the_proportion_of_weights_counts(attained: list[int], weight: float) -> None:
    assert gas_t_score(RULE, rated(*attained, weight=weight)) == pytest.approx(
        gas_t_score(RULE, rated(*attained))
    )


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (2, 5, Change.IMPROVED),
        (2, 4, Change.NONE),
        (5, 2, Change.DETERIORATED),
        (Decimal(2), Decimal("4.45"), Change.IMPROVED),
        (Decimal(2), Decimal("4.44"), Change.NONE),
    ],
    ids=str,
)
def test_a_goal_moves_reliably_by_2_45_points(
    first: int | Decimal, last: int | Decimal, expected: Change
) -> None:
    assert gbo_change(RULE, first, last) is expected
