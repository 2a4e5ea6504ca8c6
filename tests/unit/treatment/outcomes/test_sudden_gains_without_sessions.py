"""A series that was imported without sessions is judged week by week (domain reference 4.5)."""

from dataclasses import replace

from tests.unit.treatment.course import OUTCOMES, Course, day
from tests.unit.treatment.given_when_then import form

from casetrail_contracts import Payload
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, SuddenGainDetected, SuddenGainReversed
from casetrail_contracts.scalars import Moment
from treatment.embedded.demo.series import WEEKS, read_series

GAIN = (18, 17, 18, 17, 8, 8, 7)
"""Nine points between week 3 and week 4, and the two weeks after it."""


def imported(course: Course, code: str, total: int, week: int) -> list[Payload]:
    command = form(total=total, code=code, name=f"w-{week}")
    taken = replace(command, taken_at=Moment(day(7 * week)), imported=True)
    return course.form(taken, day(400))


def of_weeks(course: Course, weeks: dict[int, int], code: str = "PHQ9") -> list[Payload]:
    told = [payload for week, total in weeks.items() for payload in imported(course, code, total, week)]
    return [one for one in told if isinstance(one, SuddenGainDetected | SuddenGainReversed)]


def test_a_gain_is_told_by_weeks_where_no_session_was_held() -> None:
    course = Course(None)
    found = of_weeks(course, dict(enumerate(GAIN)))
    after = course.form_event("w-4")
    assert found == [
        SuddenGainDetected(
            key=f"SuddenGain/PHQ9/{after}",
            instrument="PHQ9",
            rules=OUTCOMES,
            evidence=(course.form_event("w-3"), after),
            after_session=3,
            magnitude=9,
        )
    ]


def test_scores_with_a_week_between_them_are_not_consecutive() -> None:
    fortnightly = {2 * number: total for number, total in enumerate(GAIN)}
    assert of_weeks(Course(None), fortnightly) == []


def test_once_a_session_is_held_sessions_count_and_what_weeks_showed_is_withdrawn() -> None:
    course = Course()
    of_weeks(course, dict(enumerate(GAIN)))
    told = course.event(SuddenGainDetected)
    course.session("s-1", 56)
    later = course.score("a-1", 7, 56)
    assert [one.fact for one in later if isinstance(one, DerivedFactWithdrawn)] == [told]


def test_the_43_real_series_tell_the_published_gains() -> None:
    found = {
        one.person: of_weeks(
            Course(None), {WEEKS[occasion]: total for occasion, total in one.totals.items()}, "BDI"
        )
        for one in read_series()
    }
    gains = {
        person: sum(isinstance(one, SuddenGainDetected) for one in told) for person, told in found.items()
    }
    reversals = sum(isinstance(one, SuddenGainReversed) for told in found.values() for one in told)
    assert (sum(gains.values()), sum(count > 0 for count in gains.values()), reversals) == (24, 15, 4)
