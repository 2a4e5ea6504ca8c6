"""A date comes without its time zone: it has come as soon as it began anywhere on earth."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.treatment.given_when_then import circumstances, form, given, opened
from tests.unit.treatment.refusal import contact

from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import RiskChecked, RiskFlagRaised, RiskLevel
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Command, CorrectAssessment, Record
from treatment.domain.refusals import InTheFuture

BEGINS = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""When 3 March 2026 begins in the first time zone, UTC+14."""
IN_SYDNEY = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
"""8 in the morning of 3 March there."""
DAY = Moment.parse("2026-03-03")
POSITIVE = replace(form((1,) * 8 + (3,)), taken_at=DAY)
CHECK = RiskChecked(asked=True, level="none")


def test_a_form_of_this_morning_in_sydney_raises_its_flag() -> None:
    derived = given(opened).when(POSITIVE, circumstances(now=IN_SYDNEY)).derived
    assert [one.level for one in derived if isinstance(one, RiskFlagRaised)] == [RiskLevel.URGENT]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (POSITIVE, "takenAt"),
        (CorrectAssessment(form=POSITIVE, reason="wrongDate", at=DAY), "takenAt"),
        (Record(entry=CHECK, at=DAY), "happenedAt"),
        (Record(entry=contact(at=DAY), at=Moment(BEGINS - timedelta(hours=1))), "at"),
        (Record(entry=MoodRated(at=DAY, average=5), at=Moment(BEGINS - timedelta(hours=1))), "at"),
    ],
    ids=["score-assessment", "correct-assessment", "happenedAt", "record-follow-up", "rate-mood"],
)
def test_a_day_has_come_once_it_began_anywhere_and_not_before(command: Command, field: str) -> None:
    case = given(opened).also(given(opened).when(form((0,) * 9)).facts[0].payload)
    command = replace(command, assessment_id="a-2") if command is POSITIVE else command
    assert case.when(command, circumstances(now=BEGINS)).facts != []
    just_before = circumstances(now=BEGINS - timedelta(microseconds=1))
    case.when(command, just_before).then_refused(InTheFuture(field))


@pytest.mark.parametrize(("text", "first"), [("2026-04", (2026, 3, 31)), ("2027", (2026, 12, 31))])
def test_a_month_or_a_year_has_come_as_its_first_day_has(text: str, first: tuple[int, int, int]) -> None:
    begins = datetime(*first, 10, 0, tzinfo=UTC)
    command = Record(entry=CHECK, at=Moment.parse(text))
    assert given(opened).when(command, circumstances(now=begins)).facts != []
    too_early = circumstances(now=begins - timedelta(microseconds=1))
    given(opened).when(command, too_early).then_refused(InTheFuture("happenedAt"))


def test_an_instant_is_to_come_five_minutes_from_now() -> None:
    at = Moment(IN_SYDNEY + timedelta(minutes=5, microseconds=1))
    given(opened).when(Record(entry=CHECK, at=at), circumstances(now=IN_SYDNEY)).then_refused(
        InTheFuture("happenedAt")
    )
