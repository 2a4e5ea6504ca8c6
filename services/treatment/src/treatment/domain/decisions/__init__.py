"""Deciding: from a case and a command to facts, or a refusal. One file per topic."""

from datetime import datetime
from typing import assert_never

from treatment.domain.case import Case, Status
from treatment.domain.commands import (
    CloseCase,
    Command,
    HoldSession,
    OpenCase,
    RecordInventory,
    ReviseGoals,
    ScoreAssessment,
    SelectProblemArea,
)
from treatment.domain.decisions.formulation import record_inventory, select_problem_area
from treatment.domain.decisions.life import close_case, open_case
from treatment.domain.decisions.measures import score_assessment
from treatment.domain.decisions.plan import revise_goals
from treatment.domain.decisions.sessions import hold_session
from treatment.domain.facts import Fact, not_in_the_future
from treatment.domain.refusals import CaseUnknown, NotInThisState

IN_ANY_STATE = (ScoreAssessment,)
"""State never refuses a form: a 422 on one would mean that no alert was raised."""
WHILE_OPEN = (Status.OPENED, Status.ACTIVE)


def decide(case: Case, command: Command, now: datetime) -> list[Fact]:
    """Answer a command with facts, or refuse it. A command that says nothing new yields no facts."""
    if isinstance(command, OpenCase):
        not_in_the_future(command.at, now, "happenedAt")
        return open_case(case, command)
    if case.status is Status.UNOPENED:
        raise CaseUnknown
    if not isinstance(command, IN_ANY_STATE) and not _allowed(case, command):
        raise NotInThisState(case.status, type(command).__name__)
    return _decide(case, command, now)


def _allowed(case: Case, command: Command) -> bool:
    if isinstance(command, CloseCase):
        return case.status is not Status.CLOSED
    return case.status in WHILE_OPEN


def _decide(case: Case, command: Command, now: datetime) -> list[Fact]:
    match command:
        case RecordInventory():
            not_in_the_future(command.at, now, "happenedAt")
            return record_inventory(case, command)
        case SelectProblemArea():
            not_in_the_future(command.at, now, "happenedAt")
            return select_problem_area(case, command)
        case HoldSession():
            return hold_session(case, command, now)
        case ScoreAssessment():
            not_in_the_future(command.taken_at, now, "takenAt")
            return score_assessment(case, command)
        case ReviseGoals():
            not_in_the_future(command.at, now, "happenedAt")
            return revise_goals(case, command)
        case CloseCase():
            not_in_the_future(command.at, now, "happenedAt")
            return close_case(case, command)
        case OpenCase():
            raise AssertionError("decide() answers OpenCase itself")
        case _:
            assert_never(command)
