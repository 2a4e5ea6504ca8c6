"""What ratings of goals add up to: attainment scaling, and goal-based outcomes (domain reference 1.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from treatment.domain.outcomes.rules import GoalRules, Points
from treatment.domain.outcomes.talking_therapies import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """How far one goal was attained: -2 much less than expected, 0 as expected, +2 much more."""

    level: int
    weight: float = 1.0
    """How much the goal counts beside the others; above 0."""


def gas_t_score(rules: GoalRules, goals: Iterable[Attainment]) -> float | None:
    """The summary T: 50 when all went as expected, 10 a standard deviation; none without goals.

    The formula of Kiresuk. Weights count by their proportion only; one that is not above 0 is a `ValueError`.
    """
    rated = tuple(goals)
    if any(goal.weight <= 0 for goal in rated):
        raise ValueError("the weight of a goal is above 0")
    if not rated:
        return None
    weights = sum(goal.weight for goal in rated)
    squares = sum(goal.weight**2 for goal in rated)
    attained = sum(goal.weight * goal.level for goal in rated)
    return 50 + 10 * attained / sqrt((1 - rules.gas_rho) * squares + rules.gas_rho * weights**2)


def gbo_change(rules: GoalRules, first: Points, last: Points) -> Change:
    """Whether one goal moved reliably on its scale from 0 (no progress) to 10 (reached)."""
    moved = last - first
    if moved >= rules.gbo_reliable_change:
        return Change.IMPROVED
    return Change.DETERIORATED if moved <= -rules.gbo_reliable_change else Change.NONE
