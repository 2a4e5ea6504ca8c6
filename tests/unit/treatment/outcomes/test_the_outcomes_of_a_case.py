"""The outcomes of one case, computed from its events as they stand (domain reference 4)."""

from datetime import date

from tests.unit.treatment.course import OUTCOMES, Course
from tests.unit.treatment.given_when_then import circumstances

from treatment.domain.outcomes.measured_sessions import Coverage, Trend
from treatment.domain.outcomes.on_track import OnTrackCode
from treatment.domain.outcomes.reliable_change import ChangeClass, NoticedChange
from treatment.domain.outcomes.sudden_gains import Direction, SuddenChange
from treatment.domain.outcomes.talking_therapies import Change, TalkingTherapiesOutcome
from treatment.domain.policy.outcome_view import CaseOutcomes, ShownMeasure, ShownWindow, outcomes_of


def of(course: Course) -> CaseOutcomes:
    return outcomes_of(course.case, circumstances())


def phq9(course: Course) -> ShownMeasure:
    (measure,) = of(course).measures
    return measure


def test_a_case_without_scores_has_no_outcome() -> None:
    unknown = TalkingTherapiesOutcome(caseness=None, recovered=None, change=None, reliably_recovered=None)
    assert of(Course()) == CaseOutcomes(
        rules=OUTCOMES,
        sessions=0,
        talking_therapies=unknown,
        measures=(),
        coverage=tuple(
            Coverage(instrument=code, sessions=0, measured=0, missing=()) for code in ("PHQ9", "GAD7")
        ),
        goal_attainment=None,
    )


def test_change_response_and_remission_are_those_of_first_and_last_score() -> None:
    course = Course()
    course.weekly(16, 10, 9, 4)
    found = phq9(course)
    assert [(one.session, one.score, one.is_case) for one in found.scores] == [
        (1, 16, True),
        (2, 10, True),
        (3, 9, False),
        (4, 4, False),
    ]
    assert found.trend == Trend(first=16, current=4, since_first=12, since_previous=5)
    assert (found.change, found.change_class) == (Change.IMPROVED, ChangeClass.RECOVERED)
    # 12 points / (sqrt 2 x 5.5 x sqrt 0.11).
    assert found.change_index is not None
    assert (round(found.change_index, 3), found.change_beyond_error) == (-4.652, True)
    assert found.noticed == NoticedChange(by_points=True, by_percent=True)
    assert (found.response, found.remission) == (True, True)


def test_early_response_is_shown_and_so_is_what_asks_for_a_review() -> None:
    course = Course()
    course.weekly(16, 10, 9, 16)
    assert phq9(course).rules_that_hold == (
        OnTrackCode.EARLY_RESPONSE,
        OnTrackCode.NO_EARLY_RESPONSE,
        OnTrackCode.DETERIORATING,
    )


def test_a_gain_is_shown_before_its_window_is_complete() -> None:
    course = Course()
    course.weekly(18, 17, 18, 9, 9)
    assert phq9(course).sudden_gains == (
        SuddenChange(
            direction=Direction.GAIN,
            after_session=3,
            before=18,
            after=9,
            share_of_total=1.0,
            reversed=False,
        ),
    )


def test_the_newest_score_inside_a_window_is_the_one_that_counts() -> None:
    course = Course()
    course.score("first", 20, 0)
    course.score("half", 9, 180)
    course.score("year", 4, 360)
    windows = {one.code: one for one in phq9(course).windows}
    first = course.form_event("first")
    assert windows["CMS159"] == ShownWindow(
        code="CMS159",
        in_measure=True,
        index=first,
        opens_on=date(2027, 1, 1),
        closes_on=date(2027, 5, 1),
        follow_up=course.form_event("year"),
        remission=True,
        response=True,
    )
    assert windows["NQF1884"].follow_up == course.form_event("half")
    assert (windows["NQF1884"].response, windows["NQF1884"].remission) == (True, False)


def test_a_mild_start_is_in_no_window() -> None:
    course = Course()
    course.score("first", 8, 0)
    assert [(one.code, one.in_measure, one.index) for one in phq9(course).windows] == [
        ("CMS159", False, None),
        ("NQF1884", False, None),
        ("DRRE", False, None),
    ]
