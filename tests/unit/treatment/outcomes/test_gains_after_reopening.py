"""A gain told at closing rests on what was there then: scores after a reopening judge it again (4.5)."""

import pytest
from tests.unit.treatment.course import Course

from casetrail_contracts import Payload
from casetrail_contracts.events.case import CaseClosed, CaseReopened, ClosureReason
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, SuddenGainDetected, SuddenGainReversed

CLOSED = CaseClosed(reason=ClosureReason.DROPPED_OUT)
NEAR_THE_END = (18, 17, 18, 9, 9)
"""Nine points between the third session and the fourth: one session short of being settled."""


def reopened(*totals: int) -> Course:
    """A course whose gain was told at its closing, and that goes on two weeks later."""
    course = Course()
    course.weekly(*(totals or NEAR_THE_END))
    course.record(CLOSED, 29)
    assert len(told_gains(course)) == 1
    assert taken_back(course.record(CaseReopened(reason="patientReturned"), 42)) == []
    course.session("s-6", 42)
    return course


def told_gains(course: Course) -> list[str]:
    return [key for key in course.case.derived if key.startswith("SuddenGain/")]


def taken_back(payloads: list[Payload]) -> list[str]:
    return [one.fact for one in payloads if isinstance(one, DerivedFactWithdrawn)]


def test_a_score_that_shows_no_gain_any_more_takes_it_back() -> None:
    course = reopened()
    gain = course.event(SuddenGainDetected)
    derived = course.score("a-6", 17, 42)
    assert [one for one in derived if isinstance(one, DerivedFactWithdrawn)] == [
        DerivedFactWithdrawn(fact=gain, because_of=course.form_event("a-6"))
    ]
    assert told_gains(course) == []


@pytest.mark.parametrize("total", [8, 9, 10])
def test_a_score_that_bears_it_out_leaves_it_and_tells_it_not_again(total: int) -> None:
    course = reopened()
    derived = course.score("a-6", total, 42)
    assert taken_back(derived) == []
    assert not any(isinstance(one, SuddenGainDetected) for one in derived)
    assert len(told_gains(course)) == 1


def test_a_correction_of_another_score_leaves_a_gain_that_holds() -> None:
    course = reopened()
    assert taken_back(course.correct("a-1", 19, 0, now=43)) == []
    assert len(told_gains(course)) == 1


def test_a_gain_that_was_taken_back_by_a_wrong_score_is_told_again_when_that_is_corrected() -> None:
    course = reopened()
    course.score("a-6", 17, 42)
    first = course.event(SuddenGainDetected)
    corrected = course.correct("a-6", 9, 42, now=43)
    assert sum(isinstance(one, SuddenGainDetected) for one in corrected) == 1
    assert course.event(SuddenGainDetected) != first


def test_a_gain_that_holds_and_is_lost_again_is_reversed() -> None:
    course = reopened(18, 17, 18, 8, 8)
    gain = course.event(SuddenGainDetected)
    derived = course.score("a-6", 14, 42)
    assert taken_back(derived) == []
    assert [one.gain for one in derived if isinstance(one, SuddenGainReversed)] == [gain]


def test_the_reversal_goes_with_its_gain() -> None:
    course = reopened(18, 17, 18, 8, 8)
    course.score("a-6", 14, 42)
    told = {course.event(SuddenGainDetected), course.event(SuddenGainReversed)}
    course.session("s-7", 49)
    assert taken_back(course.score("a-7", 15, 49)) == []
    assert told <= set(taken_back(course.correct("a-6", 18, 42, now=50)))


def test_a_case_that_is_closed_again_has_the_gains_that_its_scores_show() -> None:
    course = reopened()
    course.score("a-6", 17, 42)
    course.record(CLOSED, 43)
    assert told_gains(course) == []


def test_a_form_that_names_an_earlier_session_takes_back_what_it_contradicts() -> None:
    course = Course()
    course.weekly(*NEAR_THE_END, 8)
    gain = course.event(SuddenGainDetected)
    late = course.name_session("a-90", 20, 36, "s-4")
    assert taken_back(late) == [gain]
