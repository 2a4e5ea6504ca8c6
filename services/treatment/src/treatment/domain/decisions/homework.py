"""Work at home: assigned once, reviewed until it ends."""

from typing import assert_never

from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.scalars import Moment
from treatment.domain.case import HOMEWORK_OPEN, Case
from treatment.domain.decisions.evidence import was_recorded
from treatment.domain.facts import Fact
from treatment.domain.refusals import AlreadyEnded, AlreadyRecorded, GoalUnknown, NotFound, PersonUnknown


def record(
    case: Case, entry: HomeworkAssigned | HomeworkReviewed | HomeworkWithdrawn, at: Moment
) -> list[Fact]:
    """The facts of an entry about homework."""
    match entry:
        case HomeworkAssigned():
            check_links(case, entry)
            if entry.homework_id in case.homework:
                if was_recorded(case, entry):
                    return []
                raise AlreadyRecorded("homework", entry.homework_id)
        case HomeworkReviewed() | HomeworkWithdrawn():
            status = case.homework.get(entry.homework_id)
            if status is None:
                raise NotFound("homework", entry.homework_id, "homeworkId")
            if status not in HOMEWORK_OPEN:
                if was_recorded(case, entry):
                    return []
                raise AlreadyEnded("homework", entry.homework_id)
        case _:
            assert_never(entry)
    return [Fact(payload=entry, at=at)]


def check_links(case: Case, entry: HomeworkAssigned) -> None:
    """Raise unless the goal and the person that it is tied to are known."""
    if entry.linked_goal_id is not None and entry.linked_goal_id not in case.goals:
        raise GoalUnknown(entry.linked_goal_id)
    if entry.linked_person_id is not None and entry.linked_person_id not in case.people:
        raise PersonUnknown(entry.linked_person_id, "linkedPersonId")
