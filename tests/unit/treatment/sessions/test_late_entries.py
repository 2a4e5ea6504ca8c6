"""What is entered late counts when it happened, and takes back what was told without it (8.2, 4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.builders import because, sealed
from tests.unit.treatment.course import Course, day
from tests.unit.treatment.given_when_then import INSTALLED, held

from casetrail_contracts import Payload
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import ReviewNeeded, RiskFlagResolved, RiskOutcome
from casetrail_contracts.events.case import CasePaused
from casetrail_contracts.events.formulation import FormulationAgreed
from casetrail_contracts.events.inventory import InventoryRecorded
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.problem_area import (
    InterpersonalDeficits,
    ProblemAreaRevised,
    ProblemAreaSelected,
    RoleTransition,
)
from casetrail_contracts.scalars import Moment, Precision
from treatment.domain.commands import Entry, Record, SwitchProtocol

DEFICITS = InterpersonalDeficits(form="isolation")
TRANSITION = RoleTransition(
    transition_type="retirement", old_role=sealed("old role"), new_role=sealed("new role")
)
CHOSEN = ProblemAreaSelected(rank="primary", focus=DEFICITS)
REVISED = ProblemAreaRevised(because=because(), rank="primary", focus=TRANSITION)


def weekly(course: Course, sessions: int) -> None:
    for number in range(1, sessions + 1):
        course.session(f"s-{number}", 7 * (number - 1))


def late(course: Course, entry: Entry, happened: Moment, entered: int) -> list[Payload]:
    return course.do(Record(entry=entry, at=happened), day(entered, 1))


def in_session(number: int) -> Moment:
    """Half an hour after a session of a weekly course began."""
    return Moment(day(7 * (number - 1)) + timedelta(minutes=30))


def test_a_session_entered_late_takes_back_the_gap_and_the_call_at_once() -> None:
    course = Course()
    course.session("s-1", 0)
    course.tick(29)
    assert "gapExceeded/s-1" in course.case.derived
    told = course.session_on(7, entered=35, name="s-2")
    assert sum(isinstance(one, DerivedFactWithdrawn) for one in told) == 2
    assert "gapExceeded/s-1" not in course.case.derived
    calls = [entry.holds for entry in course.case.history if isinstance(entry.payload, ReviewNeeded)]
    assert calls == [None]


def test_a_session_entered_in_time_takes_nothing_back() -> None:
    course = Course()
    course.session("s-1", 0)
    course.tick(29)
    course.session("s-2", 30)
    assert "gapExceeded/s-1" in course.case.derived


def test_a_mood_rated_late_is_the_measure_of_its_session() -> None:
    course = Course("IPT-A")
    weekly(course, 2)
    assert "measureMissed/MOOD10/s-1" in course.case.derived
    rated = MoodRated(session_id="s-1", at=Moment(day(0)), average=6)
    late(course, rated, Moment(day(9)), 9)
    assert "measureMissed/MOOD10/s-1" not in course.case.derived


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        (lambda: CHOSEN, "focusMissing/IPT-16"),
        (
            lambda: FormulationAgreed(
                kind="problemArea", area="roleTransition", statement=sealed("s"), agreed_on=day(7).date()
            ),
            "formulationMissing/IPT-16",
        ),
        (
            lambda: InventoryRecorded(people=(), no_significant_others=True),
            "inventoryIncomplete/IPT-16",
        ),
    ],
    ids=["area", "formulation", "inventory"],
)
@pytest.mark.parametrize(
    ("happened", "stays"),
    [
        (in_session(2), False),
        (Moment(day(28), Precision.DAY), False),
        (in_session(5), True),
        (Moment(day(29), Precision.DAY), True),
    ],
    ids=["in session 2", "on the day of session 5", "in session 5", "on the day after session 5"],
)
def test_what_the_initial_phase_lacked_counts_from_when_it_happened(
    entry: Callable[[], Entry], key: str, happened: Moment, stays: bool
) -> None:
    course = Course()
    weekly(course, 5)
    assert key in course.case.derived
    late(course, entry(), happened, 40)
    assert (key in course.case.derived) is stays


def test_what_was_recorded_before_a_session_that_was_entered_late_counts_it() -> None:
    course = Course()
    weekly(course, 4)
    course.record(CHOSEN, 30)
    course.session_on(28, entered=40, name="s-5")
    assert "focusMissing/IPT-16" in course.case.derived


@pytest.mark.parametrize(("session", "told"), [(3, False), (5, True)])
def test_a_focus_is_changed_late_by_when_it_was_changed(session: int, told: bool) -> None:
    course = Course()
    course.record(CHOSEN)
    weekly(course, 6)
    late(course, REVISED, in_session(session), 40)
    assert any(key.startswith("focusChangedLate") for key in course.case.derived) is told


def test_a_pause_entered_late_takes_back_the_gap() -> None:
    course = Course()
    course.session("s-1", 0)
    course.tick(29)
    late(course, CasePaused(reason="illness"), Moment(day(3)), 30)
    assert "gapExceeded/s-1" not in course.case.derived


def test_a_review_of_a_risk_item_entered_late_is_its_review() -> None:
    course = Course()
    course.session("s-1", 0)
    course.score("a-1", 10, 0, item_9=1)
    course.session("s-2", 7)
    assert "riskUnchecked/positive/a-1" in course.case.derived
    (flag,) = course.case.flags
    resolved = RiskFlagResolved(flag_id=flag, outcome=RiskOutcome.ASSESSED_NO_FURTHER)
    late(course, resolved, Moment(day(1)), 9)
    assert "riskUnchecked/positive/a-1" not in course.case.derived


def test_a_session_of_before_the_switch_that_is_entered_late_is_not_judged_by_the_new_protocol() -> None:
    course = Course()
    course.session("s-1", 0)
    switch = SwitchProtocol(protocol=INSTALLED.protocol("DIT-16"), because=because(), at=Moment(day(10)))
    course.do(switch, day(10, 1))
    short = held("s-2", started_at=day(7), duration_minutes=10)
    course.record(short, 12)
    course.session("s-3", 14, duration_minutes=10)
    found = {key for key in course.case.derived if key.startswith("wrongModalityLength")}
    assert found == {"wrongModalityLength/s-3"}


def test_a_course_that_is_entered_as_a_whole_is_judged_from_its_beginning() -> None:
    course = Course()
    course.record(held("s-1", started_at=day(-300), duration_minutes=10), 1)
    assert "wrongModalityLength/s-1" in course.case.derived
