"""The goals of the therapy: set, revised, rated."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import EventId, Reference

GoalText = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Priority = Annotated[int, Field(ge=1, le=3, strict=True)]


class GoalStatus(StrEnum):
    """Where a goal stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    PAUSED = "paused"
    ACHIEVED = "achieved"
    PARTLY_ACHIEVED = "partlyAchieved"
    NOT_ACHIEVED = "notAchieved"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"


OpenStatus = Literal[GoalStatus.PROPOSED, GoalStatus.ACTIVE, GoalStatus.PAUSED]
EndStatus = Literal[
    GoalStatus.ACHIEVED,
    GoalStatus.PARTLY_ACHIEVED,
    GoalStatus.NOT_ACHIEVED,
    GoalStatus.DROPPED,
    GoalStatus.SUPERSEDED,
]
Measurement = Literal["GAS", "GBO"]
"""Goal attainment scaling (-2 to +2), or goal-based outcome (0 to 10)."""


class GoalAdded(Contract):
    """A goal that was set."""

    goal_id: Reference
    text: Personal[GoalText]
    problem_area: Area | None = None
    target_date: date | None = None
    priority: Priority = 2
    status: OpenStatus = GoalStatus.ACTIVE
    measurement: Measurement = "GBO"


class GoalChanged(Contract):
    """What changed about an open goal; what is absent stays as it was."""

    goal_id: Reference
    text: Personal[GoalText] | None = None
    target_date: date | None = None
    priority: Priority | None = None
    status: OpenStatus | None = None


class GoalClosed(Contract):
    """A goal that came to its end."""

    goal_id: Reference
    status: EndStatus


class GoalsRevised(Contract):
    """Goals were set, changed or closed, and why. The first revision sets them."""

    because: Because
    added: tuple[GoalAdded, ...] = Field(default=(), max_length=10)
    changed: tuple[GoalChanged, ...] = Field(default=(), max_length=10)
    closed: tuple[GoalClosed, ...] = Field(default=(), max_length=10)
    session_id: Reference | None = None
    """The session in which it was agreed: of an added goal, the one at which it was created."""

    @model_validator(mode="after")
    def _revises_something(self) -> Self:
        if not (self.added or self.changed or self.closed):
            raise ValueError("a revision adds, changes or closes at least one goal")
        return self


class GoalRated(Contract):
    """How far a goal is: -2 to +2 by attainment scaling, 0 to 10 as a goal-based outcome."""

    goal_id: Reference
    measurement: Measurement
    rating: Annotated[int, Field(ge=-2, le=10, strict=True)]
    session_id: Reference | None = None
    evidence: tuple[EventId, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _is_on_its_scale(self) -> Self:
        lowest, highest = (-2, 2) if self.measurement == "GAS" else (0, 10)
        if not lowest <= self.rating <= highest:
            raise ValueError(f"a rating by {self.measurement} is {lowest} to {highest}")
        return self
