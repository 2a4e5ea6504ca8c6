"""Consent is renewed, and it ends on the day that it names (invariant 1; domain reference 2.4)."""

from datetime import date

import pytest
from tests.unit.treatment.course import SUITABLE, Course
from tests.unit.treatment.given_when_then import AT, given, opened, person
from tests.unit.treatment.rich_case import IPT16

from casetrail_contracts import Payload
from casetrail_contracts.events.case import CaseActivated
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.inventory import InventoryRecorded
from casetrail_contracts.events.protocol import ProtocolAssigned, ProtocolDeviationDetected
from casetrail_contracts.events.session import Attendee
from treatment.domain.commands import Record
from treatment.domain.refusals import NotFound, NotReady

TODAY = AT.at.date()
GIVEN = ConsentRecorded(scope="treatment")
READY = (SUITABLE, ProtocolAssigned(definition=IPT16.reference))
ACTIVATE = Record(entry=CaseActivated(), at=AT)
EXPIRED = NotReady(("consent to treatment: the one that was given has expired (record-consent)",))
WITH_OTHER = (Attendee(role="patient"), Attendee(role="significantOther", person_id="p-1"))


def until(day: date) -> ConsentRecorded:
    return GIVEN.model_copy(update={"expires_on": day})


@pytest.mark.parametrize(
    "change",
    [{"expires_on": date(2027, 3, 2)}, {"given_by": "parent"}, {"given_how": "spoken"}],
    ids=["expiresOn", "givenBy", "givenHow"],
)
def test_a_consent_that_says_something_else_is_stored(change: dict[str, object]) -> None:
    renewed = GIVEN.model_copy(update=change)
    case = given(opened, GIVEN)
    case.when(Record(entry=renewed, at=AT)).then(renewed)
    assert case.also(renewed).case.consents == {("treatment", None): renewed}
    case.also(renewed).when(Record(entry=renewed, at=AT)).then()


def test_whether_a_significant_other_was_informed_is_said_later_too() -> None:
    agreed = ConsentRecorded(scope="significantOther", person_id="p-1")
    informed = agreed.model_copy(update={"other_informed": True})
    case = given(opened, InventoryRecorded(people=(person("p-1"),)), agreed)
    case.when(Record(entry=informed, at=AT)).then(informed)


@pytest.mark.parametrize(
    ("last_day", "holds"),
    [(date(2020, 1, 1), False), (date(2026, 3, 1), False), (TODAY, True), (date(2026, 3, 3), True)],
    ids=["years ago", "yesterday", "today", "tomorrow"],
)
def test_invariant_1_an_expired_consent_does_not_activate(last_day: date, holds: bool) -> None:
    asked = given(opened, until(last_day), *READY).when(ACTIVATE)
    if holds:
        asked.then(CaseActivated())
    else:
        asked.then_refused(EXPIRED)


def test_a_renewal_activates_and_a_shorter_one_no_more() -> None:
    past, ahead = until(date(2020, 1, 1)), until(date(2027, 1, 1))
    given(opened, past, ahead, *READY).when(ACTIVATE).then(CaseActivated())
    given(opened, ahead, past, *READY).when(ACTIVATE).then_refused(EXPIRED)


def test_a_consent_is_taken_back_once() -> None:
    taken_back = ConsentWithdrawn(scope="treatment")
    case = given(opened, GIVEN, taken_back)
    assert case.case.consents == {}
    case.when(Record(entry=taken_back, at=AT)).then_refused(NotFound("consent", "treatment", "scope"))


@pytest.mark.parametrize(
    ("last_day", "told"),
    [(date(2026, 3, 1), ["significantOtherNoConsent/s-1/p-1"]), (TODAY, [])],
    ids=["2.4 significantOtherNoConsent expired", "its last day"],
)
def test_an_expired_consent_lets_nobody_join(last_day: date, told: list[str]) -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1"),)))
    course.record(ConsentRecorded(scope="significantOther", person_id="p-1", expires_on=last_day))
    assert deviations(course.session("s-1", 0, attendees=WITH_OTHER)) == told


def deviations(payloads: list[Payload]) -> list[str]:
    return [one.key for one in payloads if isinstance(one, ProtocolDeviationDetected)]
