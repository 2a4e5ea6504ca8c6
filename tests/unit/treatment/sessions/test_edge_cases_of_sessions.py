"""The edge cases of domain reference 8.3 that are about sessions and the course, each by its words."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.builders import because
from tests.unit.treatment.course import Course, day
from tests.unit.treatment.given_when_then import AT, INSTALLED, held, person

from casetrail_contracts import Payload
from casetrail_contracts.events.appointments import AppointmentKind, AppointmentScheduled
from casetrail_contracts.events.care import RiskFlagRaised
from casetrail_contracts.events.case import CaseClosed, CaseReopened, CaseTransferred, ClosureReason
from casetrail_contracts.events.consent import ConsentRecorded
from casetrail_contracts.events.inventory import InventoryRecorded
from casetrail_contracts.events.outcome import OutcomeSummarised
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolDeviationDetected
from casetrail_contracts.events.session import Attendee, Modality, SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Record, SwitchProtocol

DROPPED_OUT = CaseClosed(reason=ClosureReason.DROPPED_OUT)


def deviations(payloads: list[Payload]) -> list[str]:
    return [one.key for one in payloads if isinstance(one, ProtocolDeviationDetected)]


def summary(payloads: list[Payload]) -> OutcomeSummarised:
    return next(one for one in payloads if isinstance(one, OutcomeSummarised))


def recorded(session: SessionHeld) -> Record:
    return Record(entry=session, at=AT)


@pytest.mark.parametrize(
    ("zone", "told"), [("Europe/London", ["cadenceSlip/s-1"]), ("UTC", [])], ids=["in London", "by UTC"]
)
def test_a_dst_change_between_sessions_is_on_the_calendar_of_the_place(zone: str, told: list[str]) -> None:
    course = Course()
    first = held("s-1", started_at=datetime(2026, 3, 20, 23, 30, tzinfo=UTC), timezone=zone)
    course.do(recorded(first), datetime(2026, 3, 21, tzinfo=UTC))
    # Eleven days of UTC. Since the night in which an hour was lost it is half past midnight in London.
    second = held("s-2", started_at=datetime(2026, 3, 31, 23, 30, tzinfo=UTC), timezone=zone)
    derived = course.do(recorded(second), datetime(2026, 4, 1, tzinfo=UTC))
    assert [key for key in deviations(derived) if key.startswith("cadence")] == told


def test_a_session_across_midnight_belongs_to_the_day_on_which_it_began() -> None:
    course = Course()
    late = held("s-1", started_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC), timezone="Europe/Berlin")
    course.do(recorded(late), datetime(2026, 3, 3, 2, 0, tzinfo=UTC))
    next_day = datetime(2026, 3, 14, 20, 0, tzinfo=UTC)
    derived = course.do(recorded(held("s-2", started_at=next_day)), next_day + timedelta(hours=2))
    assert not [key for key in deviations(derived) if key.startswith("cadence")]


def test_a_reopened_case_goes_on_with_its_sessions_scores_and_flags() -> None:
    course = Course()
    course.weekly(20, 18)
    course.score("a-3", 18, 8, item_9=1)
    course.record(DROPPED_OUT, 9)
    course.record(CaseReopened(reason="patientReturned"), 20)
    course.session("s-3", 21)
    assert (len(course.case.sessions), len(course.case.assessments), len(course.case.open_flags)) == (3, 3, 1)


def test_a_therapist_who_is_transferred_while_a_flag_is_open() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=2)
    course.record(CaseTransferred(therapist_id="t-2", reason="staffChange"), 1)
    assert [flag.acknowledged for flag in course.case.open_flags.values()] == [False]
    assert (course.case.therapist_id, course.case.supervisor_id) == ("t-2", "s-1")


def test_a_gap_of_28_days_is_not_too_long_and_one_of_29_is() -> None:
    for days, told in ((28, []), (29, ["gapExceeded/s-1"])):
        course = Course()
        course.session("s-1", 0)
        found = course.session("s-2", days)
        assert [key for key in deviations(found) if key.startswith("gap")] == told


def test_a_session_held_with_nobody_but_a_significant_other_is_not_treatment() -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1"),)))
    course.record(ConsentRecorded(scope="significantOther", person_id="p-1"))
    alone = (Attendee(role="therapist"), Attendee(role="significantOther", person_id="p-1"))
    course.session("s-1", 0, attendees=(Attendee(role="patient"), *alone))
    course.session("s-2", 7, attendees=alone)
    told = summary(course.record(DROPPED_OUT, 8))
    assert (told.attended_sessions, told.finished_course) == (1, False)


def test_a_guest_without_consent_is_told_also_where_the_patient_was_not_there() -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1"),)))
    alone = (Attendee(role="therapist"), Attendee(role="significantOther", person_id="p-1"))
    assert deviations(course.session("s-1", 0, attendees=alone)) == ["significantOtherNoConsent/s-1/p-1"]
    course.score("a-1", 10, 1)
    assert "significantOtherNoConsent/s-1/p-1" in course.case.derived


def test_a_group_session_with_an_individual_risk_item() -> None:
    course = Course("IPT-G8")
    course.session("s-1", 0, modality=Modality.GROUP, group_session_id="group-7")
    assert [type(one) for one in course.score("a-1", 10, 0, item_9=2)] == [RiskFlagRaised]


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("assessment", False),
        ("treatment", True),
        ("assessmentAndTreatment", True),
        ("reviewAndTreatment", True),
        ("followUp", False),
    ],
)
def test_4_1_an_appointment_for_an_assessment_only_does_not_count_as_treatment(
    kind: AppointmentKind, counts: bool
) -> None:
    course = Course()
    course.record(
        AppointmentScheduled(
            appointment_id="ap-1",
            starts_at=day(0),
            duration_minutes=50,
            timezone="Europe/London",
            modality=Modality.VIDEO,
            kind=kind,
        )
    )
    first = course.session("s-1", 0, appointment_id="ap-1")
    course.session("s-2", 7)
    assert any(isinstance(one, PhaseEntered) for one in first) is counts
    assert len(course.case.attended) == 1 + counts
    told = summary(course.record(DROPPED_OUT, 8))
    assert (told.attended_sessions, told.finished_course) == (1 + counts, counts)


def test_a_protocol_switched_from_ipt_to_dit_at_session_5_goes_on_counting() -> None:
    course = Course()
    for number in range(1, 6):
        course.session(f"s-{number}", 7 * (number - 1))
    dit = INSTALLED.protocol("DIT-16")
    course.do(SwitchProtocol(protocol=dit, because=because(), at=Moment(day(29))), day(29, 1))
    for number in range(6, 13):
        course.session(f"s-{number}", 7 * (number - 1))
    assert (len(course.case.attended), course.case.phase) == (12, "middle")
    thirteenth = course.session("s-13", 84)
    assert PhaseEntered(phase="ending", definition=dit.reference, attended_sessions=13) in thirteenth
