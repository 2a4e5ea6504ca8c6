"""An appointment comes once: it is held or missed, and is not to come again (invariant 3)."""

import pytest
from tests.unit.treatment.given_when_then import AT, given, held, opened
from tests.unit.treatment.refusal import amended, in_error, other, planned
from tests.unit.treatment.rich_case import RICH, RICH_CASE, number

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.appointments import AppointmentCancelled, AppointmentScheduled
from casetrail_contracts.events.session import Attendee, SessionHeld
from treatment.domain.case import Case
from treatment.domain.commands import Record
from treatment.domain.refusals import AlreadyRecorded, TimeZoneUnknown

SCHEDULED = next(one for one in RICH if isinstance(one, AppointmentScheduled))
AGAIN = Record(entry=SCHEDULED, at=AT)
HELD = held("s-2", appointment_id="ap-1")


@pytest.mark.parametrize("came", [HELD, other()], ids=["held", "missed"])
def test_an_appointment_that_came_is_not_to_come_again(came: Payload) -> None:
    case = RICH_CASE.also(came)
    case.when(AGAIN).then()
    assert case.case.appointments == frozenset()


def test_one_that_is_told_after_it_came_is_stored_and_is_not_to_come() -> None:
    late = planned("ap-1", 0)
    case = given(opened, HELD)
    case.when(Record(entry=late, at=AT)).then(late)
    assert case.also(late).case.appointments == frozenset()


def test_one_that_was_cancelled_is_agreed_anew() -> None:
    case = RICH_CASE.also(AppointmentCancelled(appointment_id="ap-1", by="patient"))
    case.when(AGAIN).then(SCHEDULED)
    assert case.also(SCHEDULED).case.appointments == {"ap-1"}


def test_what_was_missed_by_mistake_can_be_held() -> None:
    case = RICH_CASE.also(other())
    corrected = case.also(in_error(event_id(case.case.case_id, case.case.version)))
    corrected.when(Record(entry=HELD, at=AT)).then(HELD)


def test_a_correction_takes_no_appointment_of_another_session() -> None:
    case = RICH_CASE.also(HELD)
    whole = held("s-1", appointment_id="ap-1")
    moved = amended(number(SessionHeld), session_held=whole)
    case.when(Record(entry=moved, at=AT)).then_refused(AlreadyRecorded("appointment", "ap-1"))
    zone = amended(number(SessionHeld), session_held=held("s-1", timezone="Europe/Olympus"))
    case.when(Record(entry=zone, at=AT)).then_refused(TimeZoneUnknown("Europe/Olympus"))


@pytest.mark.parametrize(
    ("roles", "counts"),
    [
        ((), True),
        (("patient",), True),
        (("patient", "interpreter"), True),
        (("therapist", "supervisor"), False),
        (("observer",), False),
        (("significantOther",), False),
    ],
    ids=str,
)
def test_a_session_whose_attendees_are_named_counts_with_the_patient_only(
    roles: tuple[str, ...], counts: bool
) -> None:
    attendees = tuple(Attendee.model_validate({"role": role}) for role in roles)
    case: Case = given(opened, held("s-1", attendees=attendees)).case
    assert set(case.attended) == ({"s-1"} if counts else set())
