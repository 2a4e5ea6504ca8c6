"""The edge cases of domain reference 8.3, each by its words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.treatment.course import Course, day, phq
from tests.unit.treatment.given_when_then import AT, form, given, held, opened, person

from casetrail_contracts import Payload
from casetrail_contracts.events.appointments import AppointmentKind, AppointmentScheduled
from casetrail_contracts.events.care import RiskFlagRaised, RiskItemUnanswered
from casetrail_contracts.events.case import CaseClosed, CaseReopened, CaseTransferred, ClosureReason
from casetrail_contracts.events.consent import ConsentRecorded
from casetrail_contracts.events.inventory import InventoryRecorded
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import OutcomeSummarised
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolDeviationDetected
from casetrail_contracts.events.session import Attendee, Modality, SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Record
from treatment.domain.refusals import TotalOutOfRange

DROPPED_OUT = CaseClosed(reason=ClosureReason.DROPPED_OUT)


def names(payloads: list[Payload]) -> list[str]:
    return [type(one).__name__ for one in payloads]


def deviations(payloads: list[Payload]) -> list[str]:
    return [one.key for one in payloads if isinstance(one, ProtocolDeviationDetected)]


def summary(payloads: list[Payload]) -> OutcomeSummarised:
    return next(one for one in payloads if isinstance(one, OutcomeSummarised))


def recorded(session: SessionHeld) -> Record:
    return Record(entry=session, at=AT)


def gad(course: Course, name: str, total: int, on: int) -> list[Payload]:
    answers = tuple(min(3, max(0, total - 3 * item)) for item in range(7))
    taken = replace(form(answers, code="GAD7", name=name), taken_at=Moment(day(on)))
    return course.form(taken, day(on, 2))


def test_two_phq_9_forms_in_one_day_are_two_and_the_later_one_counts() -> None:
    course = Course()
    course.session("s-1", 0)
    for name, total, hour in (("morning", 20, 0), ("evening", 12, 1)):
        taken = replace(form(phq(total), name=name), taken_at=Moment(day(0, hour)))
        course.form(taken, day(0, 3))
    assert set(course.case.assessments) == {"morning", "evening"}
    (measure,) = summary(course.record(DROPPED_OUT, 1)).measures
    assert (measure.first, measure.last, measure.forms) == (12, 12, 1)


def test_a_form_before_the_first_session_is_the_baseline_beside_that_of_session_1() -> None:
    course = Course()
    course.score("baseline", 18, -3, now=0)
    course.session("s-1", 0)
    assert "ReliableImprovementReached" in names(course.score("a-1", 12, 0))


def test_phq_9_by_phone_with_item_9_skipped() -> None:
    by_phone = replace(form((1,) * 8 + (None,)), input_mode="phone")
    decided = given(opened).when(by_phone)
    assert isinstance(decided.facts[0].payload, AssessmentScored)
    assert names(decided.derived) == ["RiskItemUnanswered"]
    assert decided.facts[0].payload.total is not None


@pytest.mark.parametrize(
    ("code", "total", "band_or_case"),
    [
        ("PHQ9", 4, "minimal"),
        ("PHQ9", 5, "mild"),
        ("PHQ9", 9, "mild"),
        ("PHQ9", 10, "moderate"),
        ("PHQ9", 19, "moderatelySevere"),
        ("PHQ9", 20, "severe"),
    ],
    ids=str,
)
def test_a_score_exactly_on_a_cut_off(code: str, total: int, band_or_case: str) -> None:
    scored = given(opened).when(form(phq(total), code=code)).facts[0].payload
    assert isinstance(scored, AssessmentScored)
    assert scored.band == band_or_case


@pytest.mark.parametrize(
    ("first", "case"),
    [((9, 7), False), ((10, 7), True), ((9, 8), True), ((10, 8), True)],
    ids=["PHQ 9, GAD 7", "PHQ 10, GAD 7", "PHQ 9, GAD 8", "PHQ 10, GAD 8"],
)
def test_caseness_exactly_on_the_cut_offs(first: tuple[int, int], case: bool) -> None:
    course = Course()
    course.session("s-1", 0)
    course.score("a-1", first[0], 0)
    gad(course, "g-1", first[1], 0)
    assert summary(course.record(DROPPED_OUT, 1)).caseness_at_start is case


def test_phq_improves_while_gad_worsens() -> None:
    course = Course()
    for number, (on, first, second) in enumerate([(0, 15, 8), (7, 9, 12)], start=1):
        course.session(f"s-{number}", on)
        course.score(f"a-{number}", first, on)
        gad(course, f"g-{number}", second, on)
    told = summary(course.record(DROPPED_OUT, 8))
    assert (told.reliably_improved, told.reliably_deteriorated, told.recovered) == (False, False, False)


def test_only_one_score() -> None:
    course = Course()
    course.weekly(15)
    told = summary(course.record(DROPPED_OUT, 1))
    assert (told.caseness_at_start, told.reliably_improved, told.reliably_recovered) == (True, None, None)


def test_an_assessment_dated_after_closure() -> None:
    course = Course()
    course.weekly(20, 18)
    course.record(DROPPED_OUT, 8)
    derived = course.score("a-3", 10, 30, item_9=2)
    assert names(derived) == ["RiskFlagRaised", "ReliableImprovementReached"]
    assert len(course.case.assessments) == 3


def test_a_dst_change_between_sessions_makes_no_day_longer() -> None:
    course = Course()
    # Eleven days by the calendar of London, over the night in which an hour is lost.
    first = held("s-1", started_at=datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    course.do(recorded(first), datetime(2026, 3, 20, 10, 0, tzinfo=UTC))
    second = held("s-2", started_at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))
    derived = course.do(recorded(second), datetime(2026, 4, 1, tzinfo=UTC))
    assert not [key for key in deviations(derived) if key.startswith("cadence")]


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
    assert (course.case.therapist_id, course.case.supervisor_id) == ("t-2", None)


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


def test_a_score_series_with_gaps_is_judged_by_the_scores_that_are_there() -> None:
    course = Course()
    for number in range(1, 7):
        course.session(f"s-{number}", 7 * (number - 1))
    for number, total in ((1, 18), (4, 17), (6, 11)):
        derived = course.score(f"a-{number}", total, 7 * (number - 1), now=40)
    assert "ReliableImprovementReached" in names(derived)


def test_a_total_of_300_is_refused_and_nothing_is_stored() -> None:
    given(opened).when(form(total=300)).then_refused(TotalOutOfRange("PHQ9", 0, 27))


def test_a_total_that_disagrees_with_its_items_is_kept_and_the_computed_one_counts() -> None:
    scored = given(opened).when(form((1,) * 8 + (0,), total=20)).facts[0].payload
    assert isinstance(scored, AssessmentScored)
    assert (scored.reported_total, scored.total, scored.total_mismatch) == (20, 8, True)


def test_a_total_alone_asks_once_for_what_is_not_known() -> None:
    assert [type(one) for one in given(opened).when(form(total=12)).derived] == [RiskItemUnanswered]


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
