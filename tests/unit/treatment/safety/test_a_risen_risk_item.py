"""Domain reference 5.2: an answer that rose since the form before is a review at least.

By the shipped definitions every answer above 0 is a review by itself, and hides this rule. So the forms here
are of a service that asks for a review from 2 points on.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.unit.treatment.course import Course, day, phq
from tests.unit.treatment.given_when_then import INSTRUMENTS, form

from casetrail_contracts import Payload
from casetrail_contracts.events.care import ReviewNeeded, RiskFlagRaised, RiskLevel
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import CorrectAssessment, ScoreAssessment
from treatment.domain.instruments import Instrument, RiskItem

PHQ9 = INSTRUMENTS.get("PHQ9")
PATIENT = replace(PHQ9, risk_items=(RiskItem(number=9, review_at=2, urgent_at=3),))
RISEN = [(RiskLevel.REVIEW, "riskItemRise")]


def answered(name: str, item_9: int | None, on: int, instrument: Instrument = PATIENT) -> ScoreAssessment:
    """A form of that day with this answer."""
    items = (*phq(8)[:8], item_9)
    return replace(form(items, name=name), instrument=instrument, taken_at=Moment(day(on)))


def flags(told: Sequence[Payload]) -> list[tuple[RiskLevel, str]]:
    return [(one.level, one.rule) for one in told if isinstance(one, RiskFlagRaised)]


@pytest.mark.parametrize(
    ("before", "now", "raised"),
    [
        pytest.param(0, 1, RISEN, id="5.2 from 0 to 1, below the level of a review"),
        pytest.param(1, 1, [], id="5.2 the same again"),
        pytest.param(1, 0, [], id="5.2 fallen"),
        pytest.param(None, 1, [], id="5.2 not answered before"),
        pytest.param(1, 2, [(RiskLevel.REVIEW, "riskItem")], id="5.2 risen to the level of a review"),
        pytest.param(0, 3, [(RiskLevel.URGENT, "riskItem")], id="5.2 risen to urgent"),
    ],
)
def test_a_risen_risk_item_is_a_review_whatever_its_level(
    before: int | None, now: int, raised: list[tuple[RiskLevel, str]]
) -> None:
    course = Course()
    course.form(answered("a-1", before, 0), day(0, 2))
    assert flags(course.form(answered("a-2", now, 7), day(7, 2))) == raised


def test_the_first_form_has_risen_from_nothing() -> None:
    assert flags(Course().form(answered("a-1", 1, 0), day(0, 2))) == []


def test_a_form_is_compared_with_the_one_taken_before_it_and_not_with_the_one_entered_before_it() -> None:
    course = Course()
    course.form(answered("a-1", 1, 0), day(0, 2))
    course.form(answered("a-3", 0, 14), day(14, 2))
    assert flags(course.form(answered("a-2", 1, 7), day(15, 2))) == []
    assert flags(course.form(answered("a-4", 1, 21), day(21, 2))) == RISEN


def test_forms_of_two_instruments_are_not_compared() -> None:
    course = Course()
    adolescents = replace(INSTRUMENTS.get("PHQ9A"), risk_items=PATIENT.risk_items)
    course.form(answered("a-1", 0, 0, adolescents), day(0, 2))
    assert flags(course.form(answered("a-2", 1, 7), day(7, 2))) == []


def corrected(course: Course, item_9: int) -> list[Payload]:
    """The newest form should have said so."""
    command = CorrectAssessment(form=answered("a-2", item_9, 7), reason="entryMistake", at=Moment(day(8)))
    return course.do(command, day(8, 2))


def test_a_correction_by_which_the_answer_rose_raises_the_flag_that_the_form_would_have_raised() -> None:
    course = Course()
    for number, item_9 in enumerate((0, 0)):
        course.form(answered(f"a-{number + 1}", item_9, 7 * number), day(7 * number, 2))
    assert flags(corrected(course, 1)) == RISEN


def test_a_correction_by_which_it_never_rose_leaves_the_flag_and_adds_a_note() -> None:
    course = Course()
    for number, item_9 in enumerate((0, 1)):
        course.form(answered(f"a-{number + 1}", item_9, 7 * number), day(7 * number, 2))
    told = corrected(course, 0)
    assert flags(told) == []
    assert [one.rule for one in told if isinstance(one, ReviewNeeded)] == ["riskNoteAfterCorrection"]
    assert len(course.case.open_flags) == 1
