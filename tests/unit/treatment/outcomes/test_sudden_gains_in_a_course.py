"""Sudden gains become facts when no later score can take them back, or at closing (domain reference 4.5)."""

from tests.unit.treatment.course import OUTCOMES, Course
from tests.unit.treatment.given_when_then import held

from casetrail_contracts import Payload
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, SuddenGainDetected, SuddenGainReversed
from casetrail_contracts.events.session import SessionHeld

GAIN = (18, 17, 18, 9, 9, 8)
"""Nine points between the third session and the fourth."""


def gains(payloads: list[Payload]) -> list[Payload]:
    return [one for one in payloads if isinstance(one, SuddenGainDetected | SuddenGainReversed)]


def gain(course: Course, before: str, after: str, session: int, magnitude: int) -> SuddenGainDetected:
    event = course.form_event(after)
    return SuddenGainDetected(
        key=f"SuddenGain/PHQ9/{event}",
        instrument="PHQ9",
        rules=OUTCOMES,
        evidence=(course.form_event(before), event),
        after_session=session,
        magnitude=magnitude,
    )


def test_a_gain_is_told_when_the_score_three_sessions_on_exists() -> None:
    course = Course()
    *earlier, sixth = [gains(one) for one in course.weekly(*GAIN)]
    assert earlier == [[]] * 5
    assert sixth == [gain(course, "a-3", "a-4", 3, 9)]


def test_a_gain_is_told_once() -> None:
    told = [gains(one) for one in Course().weekly(*GAIN, 8, 8)]
    assert [len(one) for one in told] == [0, 0, 0, 0, 0, 1, 0, 0]


def test_at_closing_a_gain_near_the_end_is_told() -> None:
    course = Course()
    assert not any(gains(one) for one in course.weekly(*GAIN[:5]))
    closed = course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 29)
    assert gains(closed) == [gain(course, "a-3", "a-4", 3, 9)]


def test_a_form_after_closing_leaves_a_gain_that_was_told_at_closing() -> None:
    course = Course()
    course.weekly(*GAIN[:5])
    course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 29)
    course.correct("a-1", 19, 0, now=30)
    assert gain(course, "a-3", "a-4", 3, 9).key in course.case.derived


def test_a_gain_is_reversed_by_a_score_above_half_of_it_once() -> None:
    course = Course()
    *_, at_half, above, again = [gains(one) for one in course.weekly(*GAIN, 13, 14, 15)]
    told = course.event(SuddenGainDetected)
    assert at_half == []
    evidence = (told, course.form_event("a-8"))
    assert above == [SuddenGainReversed(gain=told, evidence=evidence, rules=OUTCOMES)]
    assert again == []


def test_a_gain_that_is_lost_when_it_is_told_is_reversed_in_the_same_append() -> None:
    *_, sixth = Course().weekly(18, 17, 18, 8, 8, 14)
    assert [type(one) for one in gains(sixth)] == [SuddenGainDetected, SuddenGainReversed]


def test_a_correction_takes_a_gain_back_and_its_reversal_with_it() -> None:
    course = Course()
    course.weekly(*GAIN, 14)
    told = {course.event(SuddenGainDetected), course.event(SuddenGainReversed)}
    withdrawn = course.correct("a-4", 13, 21, now=43)
    assert told <= {one.fact for one in withdrawn if isinstance(one, DerivedFactWithdrawn)}
    assert not any("SuddenGain" in key for key in course.case.derived)


def test_a_reversal_is_taken_back_when_the_score_was_wrong() -> None:
    course = Course()
    course.weekly(*GAIN, 14)
    reversal = course.event(SuddenGainReversed)
    withdrawn = course.correct("a-7", 8, 42, now=43)
    assert [one.fact for one in withdrawn if isinstance(one, DerivedFactWithdrawn)][-1:] == [reversal]
    assert [key.split("/")[0] for key in course.case.derived if "SuddenGain" in key] == ["SuddenGain"]


def test_a_session_that_is_entered_late_renumbers_the_course_and_tells_no_gain_twice() -> None:
    course = Course()
    course.weekly(*GAIN)
    assert gains(course.session("s-0", -7)) == []
    assert gains(course.score("a-7", 8, 42)) == []


def test_a_session_between_two_scores_makes_the_interval_unknown() -> None:
    course = Course()
    course.weekly(*GAIN)
    told = course.event(SuddenGainDetected)
    known = dict(course.told)
    withdrawn = [one for one in course.session("s-90", 17) if isinstance(one, DerivedFactWithdrawn)]
    gone = [one.fact for one in withdrawn if isinstance(known[one.fact], SuddenGainDetected)]
    assert gone == [told]


def test_a_session_that_was_never_held_gives_the_gain_its_place() -> None:
    course = Course()
    course.session("s-90", 17)
    assert not any(gains(one) for one in course.weekly(*GAIN))
    told = course.take_back(course.event(SessionHeld, 0), 36)
    assert gains(told) == [gain(course, "a-3", "a-4", 3, 9)]


def test_a_session_that_was_held_on_another_day_is_judged_there() -> None:
    course = Course()
    course.session("s-90", 17)
    course.weekly(*GAIN)
    moved = held("s-90", started_at=course.case.sessions["s-1"].started_at)
    told = course.amend(course.event(SessionHeld, 0), Replacement(session_held=moved), 36)
    assert [type(one) for one in gains(told)] == [SuddenGainDetected]
