"""The rows of domain reference 1.4: the fields of a session record, and what each attendance code means."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

import pytest
from pydantic import ValidationError
from tests.plain import plain_json
from tests.unit.treatment.course import Course
from tests.unit.treatment.given_when_then import AT, CASE, given, held, opened

from casetrail_contracts import event_id
from casetrail_contracts.events.appointments import AppointmentScheduled, SessionMissed
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import RiskChecked
from casetrail_contracts.events.homework import HomeworkReviewed
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.events.session import Attendee, SessionHeld
from casetrail_contracts.model import Contract

SESSION = {
    "sessionId": "s-1",
    "startedAt": "2026-01-05T10:00:00.000000Z",
    "durationMinutes": 50,
    "timezone": "Europe/London",
    "attendance": "5",
    "modality": "video",
}
APPOINTMENT = {
    "appointmentId": "ap-1",
    "startsAt": "2026-01-12T10:00:00.000000Z",
    "durationMinutes": 50,
    "timezone": "Europe/London",
    "modality": "video",
}
MISSED = {
    "appointmentId": "ap-1",
    "scheduledAt": "2026-01-12T10:00:00.000000Z",
    "timezone": "Europe/London",
    "attendance": "3",
}
MOOD = {"at": "2026-01-05", "average": 5}
CHECK = {"asked": True, "level": "low"}
HOMEWORK = {"homeworkId": "h-1", "status": "completed"}
OTHER_PERSON = {"role": "significantOther", "personId": "p-1", "minutesPresent": 15}


class Row(NamedTuple):
    """A row of the table, the field that holds it, what fits, and what does not."""

    row: str
    field: str
    fits: object
    does_not: object
    base: Mapping[str, object] = SESSION
    model: type[Contract] = SessionHeld


ROWS = (
    Row("sessionId", "sessionId", "s-7", "the third session"),
    Row("appointmentId", "appointmentId", "ap-7", "a note"),
    Row("phase", "phase", "middle", "the middle one", {"attendedSessions": 5}, PhaseEntered),
    Row("actualStart", "startedAt", "2026-01-05T10:07:00.000000Z", "2026-01-05T10:07:00"),
    Row("durationMinutes", "durationMinutes", 35, "35"),
    Row("timezone", "timezone", "Pacific/Apia", "summer time"),
    Row("attendanceStatus", "attendance", "6", "3"),
    Row("modality", "modality", "asyncOnline", "telepathy"),
    Row("attendees", "attendees", [OTHER_PERSON | {"consentRef": event_id(CASE, 2)}], [{"role": "cat"}]),
    Row("techniques", "techniques", ["rolePlay"], ["hypnosis"]),
    Row("topics", "topics", ["loneliness"], ["She said that he never listens"]),
    Row("notesRef", "notesRef", "notes-0001", "She wept."),
    Row("homeworkReview", "status", "notDone", "assigned", HOMEWORK, HomeworkReviewed),
    Row("homeworkReview learning", "learning", "text", "x" * 201, HOMEWORK, HomeworkReviewed),
    Row("measures", "measures", ["a-1", "a-2"], [12]),
    Row("moodRating", "average", 10, 11, MOOD, MoodRated),
    Row("moodRating worst", "worst", 7, 4, MOOD, MoodRated),
    Row("moodRating best", "best", 2, 6, MOOD, MoodRated),
    Row("moodRating linked event", "worstEvent", "an argument", "x" * 101, MOOD, MoodRated),
    Row("riskCheck asked", "asked", fits=True, does_not=False, base=CHECK, model=RiskChecked),
    Row("riskCheck action", "action", "safetyPlan", "none needed", CHECK, RiskChecked),
    Row(
        "riskCheck safetyPlanUpdated",
        "safetyPlanUpdated",
        fits=True,
        does_not="yes, at home",
        base=CHECK,
        model=RiskChecked,
    ),
    Row(
        "nextAppointment",
        "startsAt",
        "2026-01-19T10:00:00.000000Z",
        "next week",
        APPOINTMENT,
        AppointmentScheduled,
    ),
    Row("therapistId", "therapistId", "therapist-2", ""),
    Row("scheduledStart", "scheduledAt", "2026-01-05T10:00:00.000000Z", "ten o'clock"),
    Row("focus", "focus", "grief", "her mother"),
    Row("alliance", "alliance", 7, 11),
    Row("supervisionNeeded", "supervisionNeeded", fits=True, does_not="perhaps"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"1.4 {row.row}")
def test_a_field_of_the_session_record_keeps_what_it_is_for_and_takes_nothing_else(row: Row) -> None:
    kept = row.model.model_validate({**row.base, row.field: row.fits})
    assert plain_json(kept)[row.field] == row.fits
    with pytest.raises(ValidationError):
        row.model.model_validate({**row.base, row.field: row.does_not})


@pytest.mark.parametrize("sent", ["number", "sessionNumber", "agenda", "summary"])
def test_1_4_a_session_is_sent_without_number_agenda_and_summary(sent: str) -> None:
    with pytest.raises(ValidationError):
        SessionHeld.model_validate(SESSION | {sent: "1"})


def test_1_4_who_is_outside_the_therapy_is_named_as_a_person_of_the_inventory() -> None:
    assert plain_json(Attendee.model_validate(OTHER_PERSON)) == OTHER_PERSON


@pytest.mark.parametrize("code", ["5", "6"], ids=["1.4 code 5 on time", "1.4 code 6 late, but seen"])
def test_a_code_that_counts_as_attended_is_of_a_session_that_counts(code: str) -> None:
    course = Course()
    course.record(SessionHeld.model_validate(SESSION | {"attendance": code}))
    assert (list(course.case.attended), list(course.case.missed)) == (["s-1"], [])
    with pytest.raises(ValidationError):
        SessionMissed.model_validate(MISSED | {"attendance": code})


@pytest.mark.parametrize(
    "code",
    ["7", "2", "3", "4"],
    ids=[
        "1.4 code 7 arrived late, could not be seen",
        "1.4 code 2 cancelled by or for the patient",
        "1.4 code 3 did not attend",
        "1.4 code 4 cancelled by the provider",
    ],
)
def test_a_code_that_does_not_count_is_of_an_appointment_that_was_missed(code: str) -> None:
    course = Course()
    course.record(SessionMissed.model_validate(MISSED | {"attendance": code}))
    assert (list(course.case.attended), list(course.case.missed)) == ([], ["ap-1"])
    with pytest.raises(ValidationError):
        SessionHeld.model_validate(SESSION | {"attendance": code})


def test_1_4_code_0_is_an_appointment_that_is_to_come_and_is_recorded_as_nothing_else() -> None:
    for model, base in ((SessionHeld, SESSION), (SessionMissed, MISSED)):
        with pytest.raises(ValidationError):
            model.model_validate(base | {"attendance": "0"})
    to_come = given(opened, AppointmentScheduled.model_validate(APPOINTMENT)).case
    assert (set(to_come.appointments), list(to_come.attended), list(to_come.missed)) == ({"ap-1"}, [], [])


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("assessment", False),
        ("treatment", True),
        ("assessmentAndTreatment", True),
        ("reviewAndTreatment", True),
    ],
    ids=lambda value: f"1.4 appointment type {value}" if isinstance(value, str) else "",
)
def test_appointments_at_which_somebody_is_treated_count(kind: str, counts: object) -> None:
    appointment = AppointmentScheduled.model_validate(APPOINTMENT | {"kind": kind})
    session = held("s-1", appointment_id="ap-1", started_at=AT.at - timedelta(days=1))
    assert bool(given(opened, appointment, session).case.attended) is counts
