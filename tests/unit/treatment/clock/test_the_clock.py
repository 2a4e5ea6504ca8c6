"""Facts of elapsed time: each once, none while the therapy rests, none when nothing is overdue."""

from datetime import UTC, datetime

import pytest
from tests.builders import because, sealed
from tests.unit.treatment.course import SAFETY, Course, day
from tests.unit.treatment.given_when_then import INSTALLED, held

from casetrail_contracts import Payload
from casetrail_contracts.events.appointments import FollowUpRecorded
from casetrail_contracts.events.care import ReviewNeeded, RiskChecked
from casetrail_contracts.events.case import CaseClosed, CasePaused, CaseResumed, ClosureReason
from casetrail_contracts.events.ending import MaintenanceDecided
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.events.session import Modality, SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Record

CLOSED = CaseClosed(reason=ClosureReason.DROPPED_OUT)


def rules(payloads: list[Payload]) -> list[str]:
    """The rules of the clock: what a session lacks is told by it too, and is no matter of elapsed time."""
    timed = ("gapExceeded", "courseTooLong", "reviewNotDone", "followUpMissed")
    return [
        one.rule
        for one in payloads
        if isinstance(one, ProtocolDeviationDetected | ReviewNeeded) and one.rule in timed
    ]


def promised(**changes: object) -> GoalsRevised:
    reason = because().model_copy(update={"review_on": day(10).date(), **changes})
    return GoalsRevised(because=reason, added=(GoalAdded(goal_id="g-1", text=sealed("goal")),))


def contact(name: str, on: int) -> FollowUpRecorded:
    return FollowUpRecorded(follow_up_id=name, at=Moment(day(on)), modality=Modality.PHONE, outcome="reached")


def test_nothing_is_told_when_nothing_is_overdue() -> None:
    course = Course()
    assert course.tick(0) == []
    course.session("s-1", 0)
    assert course.tick(1) == []


def test_a_gap_is_told_once_and_asks_for_a_call() -> None:
    course = Course()
    course.session("s-1", 0)
    assert rules(course.tick(28)) == []
    assert rules(course.tick(29)) == ["gapExceeded", "gapExceeded"]
    call = ReviewNeeded(
        rule="gapExceeded",
        about=course.event(SessionHeld),
        due_at=day(36, 3),
        therapist_id="t-1",
        supervisor_id="s-1",
        rules=SAFETY,
    )
    assert [payload for _, payload in course.told if isinstance(payload, ReviewNeeded)] == [call]
    assert course.tick(29) == course.tick(40) == []


def test_the_gap_that_the_clock_told_is_not_told_again_by_the_session_that_ends_it() -> None:
    course = Course()
    course.session("s-1", 0)
    course.tick(29)
    assert "gapExceeded" not in rules(course.session("s-2", 30))
    assert rules(course.tick(59)) == ["gapExceeded", "gapExceeded"]


def test_days_of_a_pause_do_not_count_and_a_case_that_rests_has_no_gap() -> None:
    course = Course()
    course.session("s-1", 0)
    course.record(CasePaused(reason="illness"), 10)
    assert rules(course.tick(60)) == []
    course.record(CaseResumed(), 60)
    assert rules(course.tick(78)) == []
    assert rules(course.tick(79)) == ["gapExceeded", "gapExceeded"]


def test_a_course_too_long_is_told_once() -> None:
    course = Course()
    for number in range(8):
        course.session(f"s-{number}", 21 * number)
    assert rules(course.tick(168)) == []
    assert rules(course.tick(169)) == ["courseTooLong"]
    assert rules(course.tick(170)) == []


@pytest.mark.parametrize(("on", "told"), [(12, []), (13, ["reviewNotDone"])], ids=["in grace", "overdue"])
def test_a_review_that_was_promised_for_a_day(on: int, told: list[str]) -> None:
    course = Course()
    course.record(promised())
    assert rules(course.tick(on, -9)) == told


def test_a_review_that_was_not_done_is_told_once_with_what_is_to_be_reviewed() -> None:
    course = Course()
    course.record(promised())
    assert course.tick(13) == [
        ReviewNeeded(
            rule="reviewNotDone",
            about=course.event(GoalsRevised),
            due_at=INSTALLED.definitions.safety.review_due(day(13, 3)),
            therapist_id="t-1",
            supervisor_id="s-1",
            rules=SAFETY,
            promised_for=datetime.combine(day(10).date(), datetime.min.time(), UTC),
        )
    ]
    assert course.tick(14) == []


def test_a_review_that_was_promised_for_a_session_is_due_when_the_session_was_held() -> None:
    course = Course()
    course.record(promised(review_on=None, review_at_session_id="s-2"))
    assert rules(course.tick(20)) == []
    course.session("s-2", 20)
    assert rules(course.tick(22)) == []
    assert rules(course.tick(23)) == ["reviewNotDone"]


def test_a_later_revision_of_its_kind_is_the_review() -> None:
    course = Course()
    course.record(promised())
    later = because().model_copy(update={"review_on": day(90).date()})
    again = GoalsRevised(because=later, added=(GoalAdded(goal_id="g-2", text=sealed("goal")),))
    course.record(again, 9)
    assert rules(course.tick(13)) == []


def test_an_adaptation_that_names_it_as_evidence_is_the_review() -> None:
    course = Course()
    course.record(promised())
    later = because(course.event(GoalsRevised)).model_copy(update={"review_on": day(90).date()})
    course.record(TacticAdapted(because=later, kind="stepDown", trigger="scoreTrend"), 9)
    assert rules(course.tick(13)) == []


def test_a_maintenance_contact_that_was_missed_is_told_once() -> None:
    course = Course()
    course.record(CLOSED, 0)
    course.record(MaintenanceDecided(decision="accepted", cadence_days=30), 0)
    assert rules(course.tick(44, -1)) == []
    assert rules(course.tick(45)) == ["followUpMissed"]
    assert rules(course.tick(46)) == []
    course.record(contact("f-1", 50), 50)
    assert rules(course.tick(94, -1)) == []
    assert rules(course.tick(95)) == ["followUpMissed"]


def test_a_contact_that_was_missed_is_looked_at_in_the_days_to_come() -> None:
    course = Course()
    course.record(CLOSED, 0)
    course.record(MaintenanceDecided(decision="accepted", cadence_days=30), 0)
    assert course.tick(45) == [
        ReviewNeeded(
            rule="followUpMissed",
            about=course.event(MaintenanceDecided),
            due_at=INSTALLED.definitions.safety.review_due(day(45, 3)),
            therapist_id="t-1",
            supervisor_id="s-1",
            rules=SAFETY,
            promised_for=day(30),
        )
    ]


def test_a_contact_that_is_entered_late_is_not_the_newest_one() -> None:
    course = Course()
    course.record(CLOSED, 0)
    course.record(MaintenanceDecided(decision="accepted", cadence_days=30), 0)
    course.record(contact("f-2", 28), 28)
    course.record(contact("f-1", 3), 29)
    assert rules(course.tick(50)) == []


def test_who_declined_maintenance_misses_no_contact() -> None:
    course = Course()
    course.record(CLOSED, 0)
    course.record(MaintenanceDecided(decision="accepted", cadence_days=30), 0)
    course.record(MaintenanceDecided(decision="declined"), 1)
    assert course.tick(200) == []


def test_contacts_that_the_protocol_has_after_its_end_can_be_missed() -> None:
    course = Course("IPT-A-SCI")
    course.record(CLOSED, 0)
    told = []
    for on in range(0, 200, 5):
        told += [(on, rule) for rule in rules(course.tick(on))]
        if on in (60, 90, 120):
            course.record(contact(f"f-{on}", on), on)
    assert told == [(45, "followUpMissed")]


def test_a_repeat_of_any_other_command_tells_nothing_that_is_overdue() -> None:
    course = Course()
    course.session("s-1", 0)
    again = Record(entry=held("s-1", started_at=day(0)), at=Moment(day(0)))
    assert course.do(again, day(60)) == []
    assert rules(course.tick(60)) == ["gapExceeded", "gapExceeded"]


def test_what_a_session_lacks_is_told_by_the_clock_when_the_session_is_settled() -> None:
    course = Course()
    course.session("s-1", 0)
    course.score("a-1", 10, 0)
    course.record(RiskChecked(asked=True, level="none", session_id="s-1"))
    assert course.tick(2) == []
    (missed,) = course.tick(3)
    assert isinstance(missed, ProtocolDeviationDetected)
    assert (missed.key, missed.severity) == ("measureMissed/GAD7/s-1", "minor")
