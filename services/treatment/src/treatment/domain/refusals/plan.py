"""Refusals about goals."""

from dataclasses import dataclass

from treatment.domain.refusals.refusal import Refusal


@dataclass(slots=True)
class GoalUnknown(Refusal):
    """There is no such goal."""

    goal_id: str


@dataclass(slots=True)
class GoalEnded(Refusal):
    """The goal came to its end before."""

    goal_id: str


@dataclass(slots=True)
class GoalRepeated(Refusal):
    """The goal's id is taken, or is named twice in one revision."""

    goal_id: str


@dataclass(slots=True)
class WrongScale(Refusal):
    """The goal is rated on the other scale."""

    goal_id: str
    measurement: str
