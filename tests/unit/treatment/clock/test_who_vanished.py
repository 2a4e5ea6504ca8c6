"""The patient who vanished: before a first session, after a pause, and whom nobody is to call any more."""

from datetime import date

import pytest
from tests.builders import because, sealed
from tests.unit.treatment.course import Course, day

from casetrail_contracts import Payload
from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CasePaused,
    CaseReopened,
    CaseResumed,
    ClosureReason,
)
from casetrail_contracts.events.ending import MaintenanceDecided
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.events.session import Modality
from casetrail_contracts.scalars import Moment

GAP = ["gapExceeded", "gapExceeded"]
"""The departure, and the call that it asks for."""


def rules(payloads: list[Payload]) -> list[str]:
    timed = ("gapExceeded", "reviewNotDone", "followUpMissed")
    return [
        one.rule
        for one in payloads
        if isinstance(one, ProtocolDeviationDetected | ReviewNeeded) and one.rule in timed
    ]


def appointment(on: int) -> AppointmentScheduled:
    return AppointmentScheduled(
        appointment_id="ap-1",
        starts_at=day(on),
        duration_minutes=50,
        timezone="Europe/London",
        modality=Modality.VIDEO,
    )


def promised(**changes: object) -> GoalsRevised:
    reason = because().model_copy(update=changes)
    return GoalsRevised(because=reason, added=(GoalAdded(goal_id="g-1", text=sealed("goal")),))


def test_who_never_came_is_missed_since_the_activation_once() -> None:
    course = Course()
    assert rules(course.tick(28)) == []
    assert rules(course.tick(29)) == GAP
    assert f"gapExceeded/{course.event(CaseActivated)}" in course.case.derived
    assert rules(course.tick(200)) == []


@pytest.mark.parametrize("missed", [False, True], ids=["lapsed", "missed"])
def test_who_never_came_is_missed_since_the_appointment(missed: bool) -> None:
    course = Course()
    course.record(appointment(20), 1)
    if missed:
        no_show = SessionMissed(appointment_id="ap-1", scheduled_at=day(20), timezone="UTC", attendance="3")
        course.record(no_show, 21)
    assert rules(course.tick(48)) == []
    assert rules(course.tick(49)) == GAP
    assert f"gapExceeded/{course.event(AppointmentScheduled)}" in course.case.derived


def test_an_appointment_that_was_moved_or_given_up_is_waited_for_no_longer() -> None:
    course = Course()
    course.record(appointment(20), 1)
    moved = AppointmentRescheduled(appointment_id="ap-1", starts_at=day(40), timezone="UTC", by="patient")
    course.record(moved, 15)
    assert rules(course.tick(60)) == []
    course.record(AppointmentCancelled(appointment_id="ap-1", by="patient"), 61)
    assert rules(course.tick(61)) == GAP
    assert f"gapExceeded/{course.event(CaseActivated)}" in course.case.derived


def test_a_first_session_that_is_entered_late_takes_back_the_gap_and_the_call() -> None:
    course = Course()
    course.tick(29)
    told = course.session_on(10, entered=30)
    assert sum(isinstance(one, DerivedFactWithdrawn) for one in told) == 2
    assert not [key for key in course.case.derived if "gapExceeded" in key]


def test_a_gap_before_the_first_session_stays_when_the_session_came_after_it() -> None:
    course = Course()
    course.tick(29)
    course.session("s-1", 35)
    course.score("a-1", 10, 35)
    assert f"gapExceeded/{course.event(CaseActivated)}" in course.case.derived


def test_who_was_away_is_waited_for_from_the_reopening() -> None:
    course = Course()
    course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 5)
    course.record(CaseReopened(reason="patientReturned"), 100)
    assert rules(course.tick(128)) == []
    assert rules(course.tick(129)) == GAP


@pytest.mark.parametrize(("resumed", "told"), [(None, GAP), (60, GAP)], ids=["still away", "resumed then"])
def test_a_pause_rests_until_the_day_that_was_expected(resumed: int | None, told: list[str]) -> None:
    course = Course()
    course.session("s-1", 0)
    course.record(CasePaused(reason="illness", expected_until=day(60).date()), 10)
    if resumed is not None:
        course.record(CaseResumed(), resumed)
    assert rules(course.tick(78)) == []
    assert rules(course.tick(79)) == told
    assert rules(course.tick(300)) == []


def test_a_pause_without_a_day_rests_on() -> None:
    course = Course()
    course.session("s-1", 0)
    course.record(CasePaused(reason="illness"), 10)
    assert course.tick(300) == []


@pytest.mark.parametrize("protocol", ["IPT-16", "IPT-A-SCI"])
def test_nobody_is_to_call_who_has_died(protocol: str) -> None:
    course = Course(protocol)
    course.record(MaintenanceDecided(decision="accepted", cadence_days=30), 0)
    course.record(CaseClosed(reason=ClosureReason.DECEASED), 0)
    assert course.tick(300) == []


def test_maintenance_contacts_stop_when_maintenance_ends() -> None:
    course = Course()
    course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 0)
    until = day(59).date()
    course.record(MaintenanceDecided(decision="accepted", cadence_days=30, until=until), 0)
    assert rules(course.tick(45)) == ["followUpMissed"]
    contact = FollowUpRecorded(
        follow_up_id="f-1", at=Moment(day(46)), modality=Modality.PHONE, outcome="reached"
    )
    course.record(contact, 46)
    assert course.tick(300) == []


def test_a_review_at_a_session_that_never_comes_is_due_on_the_latest_day() -> None:
    course = Course()
    course.record(promised(review_on=None, review_at_session_id="s-99"))
    assert "reviewNotDone" not in rules(course.tick(93, -10))
    (review,) = [
        one for one in course.tick(94) if isinstance(one, ReviewNeeded) and one.rule == "reviewNotDone"
    ]
    assert review.promised_for is not None
    assert review.promised_for.date() == day(91).date()


def test_a_session_that_keeps_what_was_decided_is_its_review() -> None:
    course = Course()
    course.record(promised(review_on=day(10).date()))
    course.session("s-1", 9, reviewed=(course.event(GoalsRevised),))
    assert "reviewNotDone" not in rules(course.tick(13))


def test_a_review_of_before_the_first_rule_is_overdue_and_loads() -> None:
    course = Course()
    course.store(promised(review_on=date(1999, 1, 1)), 0)
    assert "reviewNotDone" in rules(course.tick(1))
