"""What a protocol expects and a course lacks asks for a review, once, and blocks nothing (reference 2.3)."""

from datetime import timedelta

import pytest
from tests.builders import because
from tests.unit.treatment.course import SAFETY, Course, day
from tests.unit.treatment.given_when_then import INSTALLED, held, person

from casetrail_contracts import Payload
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import CaseActivated, CaseClosed, ClosureReason
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.inventory import (
    InventoryPersonRevised,
    InventoryRecorded,
    LivingStatus,
    PersonChange,
    Relationship,
)
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.problem_area import (
    Grief,
    InterpersonalDeficits,
    ProblemAreaRevised,
    ProblemAreaSelected,
)
from casetrail_contracts.events.protocol import ProtocolSwitched
from casetrail_contracts.events.session import Attendee, SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import AssignProtocol, SwitchProtocol

DEFICITS = InterpersonalDeficits(form="isolation")
GRIEF = Grief(deceased_person_id="p-2")
PARENT = person("p-1").model_copy(update={"relationship": Relationship.PARENT})
PEOPLE = InventoryRecorded(people=(PARENT, person("p-2", LivingStatus.DECEASED, past=True)))
ALONE = (Attendee(role="patient"), Attendee(role="therapist"))
WITH_PARENT = (*ALONE, Attendee(role="significantOther", person_id="p-1"))


def reviews(payloads: list[Payload]) -> list[tuple[str | None, str | None]]:
    return [(one.key, one.about) for one in payloads if isinstance(one, ReviewNeeded)]


def taken_back(payloads: list[Payload]) -> list[str]:
    return [one.fact for one in payloads if isinstance(one, DerivedFactWithdrawn)]


def switch(course: Course, code: str, on: int) -> list[Payload]:
    protocol = INSTALLED.protocol(code)
    return course.do(SwitchProtocol(protocol=protocol, because=because(), at=Moment(day(on))), day(on, 3))


@pytest.mark.parametrize(("total", "asks"), [(4, False), (5, True)], ids=["2.3 PHQ9<5", "PHQ9 5"])
def test_maintenance_that_begins_without_remission_is_reviewed(total: int, asks: bool) -> None:
    course = Course("IPT-16")
    course.weekly(16, total)
    told = switch(course, "IPT-M", 8)
    expected = ReviewNeeded(
        key="entryGate",
        rule="notOnTrack",
        about=course.event(ProtocolSwitched),
        due_at=day(8, 3) + timedelta(days=7),
        therapist_id="t-1",
        supervisor_id="s-1",
        rules=SAFETY,
    )
    assert [one for one in told if isinstance(one, ReviewNeeded)] == ([expected] if asks else [])
    assert course.case.protocol == INSTALLED.protocol("IPT-M").reference
    assert reviews(course.session("s-3", 30)) == []


def test_a_case_that_opens_with_maintenance_is_judged_when_it_is_activated() -> None:
    for total, asks in ((4, False), (9, True)):
        course = Course(protocol=None)
        course.score("a-1", total, 0)
        assign = AssignProtocol(protocol=INSTALLED.protocol("IPT-M"), at=Moment(day(0)))
        assert reviews(course.do(assign, day(0, 3))) == []
        told = course.record(CaseActivated(), 1)
        assert reviews(told) == ([("entryGate", course.event(CaseActivated))] if asks else [])


def test_a_form_of_before_that_comes_late_shows_the_remission_and_takes_the_review_back() -> None:
    course = Course("IPT-16")
    course.weekly(16, 9)
    switch(course, "IPT-M", 8)
    review = course.event(ReviewNeeded)
    assert taken_back(course.score("a-90", 9, 8, now=9)) == []
    assert review in taken_back(course.correct("a-90", 3, 8, now=10))


def test_a_remission_that_comes_after_the_beginning_does_not_undo_it() -> None:
    course = Course("IPT-16")
    course.weekly(16, 9)
    switch(course, "IPT-M", 8)
    course.session("s-3", 30)
    assert course.event(ReviewNeeded) not in taken_back(course.score("a-3", 3, 30))


def test_an_area_that_is_discouraged_as_the_only_focus_is_reviewed_and_chosen_all_the_same() -> None:
    course = Course("IPT-B")
    told = course.record(ProblemAreaSelected(rank="primary", focus=DEFICITS), 1)
    assert reviews(told) == [("areaDiscouraged", course.event(ProblemAreaSelected))]
    assert course.case.focus == {"primary": DEFICITS}
    assert reviews(course.session("s-1", 2)) == []


@pytest.mark.parametrize("code", ["IPT-16", "IPT-12"])
def test_another_protocol_discourages_no_area(code: str) -> None:
    told = Course(code).record(ProblemAreaSelected(rank="primary", focus=DEFICITS), 1)
    assert reviews(told) == []


def test_an_area_is_discouraged_only_as_the_only_focus() -> None:
    course = Course("IPT-B")
    course.record(PEOPLE)
    assert reviews(course.record(ProblemAreaSelected(rank="primary", focus=GRIEF), 1)) == []
    assert reviews(course.record(ProblemAreaSelected(rank="secondary", focus=DEFICITS), 2)) == []


@pytest.mark.parametrize("how", ["another area beside it", "another area", "a longer protocol"])
def test_the_review_of_an_area_goes_with_its_reason(how: str) -> None:
    course = Course("IPT-B")
    course.record(PEOPLE)
    course.record(ProblemAreaSelected(rank="primary", focus=DEFICITS), 1)
    review = course.event(ReviewNeeded)
    match how:
        case "another area beside it":
            told = course.record(ProblemAreaSelected(rank="secondary", focus=GRIEF), 2)
        case "another area":
            told = course.record(ProblemAreaRevised(because=because(), rank="primary", focus=GRIEF), 2)
        case _:
            told = switch(course, "IPT-16", 2)
    assert taken_back(told) == [review]


def test_a_switch_to_a_protocol_that_discourages_the_chosen_area_is_reviewed() -> None:
    course = Course("IPT-16")
    course.record(ProblemAreaSelected(rank="primary", focus=DEFICITS), 1)
    assert reviews(switch(course, "IPT-B", 2)) == [("areaDiscouraged", course.event(ProblemAreaSelected))]


def adolescent() -> Course:
    course = Course("IPT-A")
    course.record(PEOPLE)
    return course


@pytest.mark.parametrize(
    ("attendees", "asks"),
    [(ALONE, True), (WITH_PARENT, False), ((), False)],
    ids=["2.3 no parent in session 1", "a parent", "not said"],
)
def test_a_parent_is_expected_in_the_first_session(attendees: tuple[Attendee, ...], asks: bool) -> None:
    course = adolescent()
    told = course.session("s-1", 0, attendees=attendees)
    assert reviews(told) == ([("attendeeMissing", course.event(SessionHeld))] if asks else [])
    assert reviews(course.session("s-2", 7, attendees=ALONE)) == []


@pytest.mark.parametrize("joined", [None, 11], ids=["2.3 no parent at the ending", "a parent at session 11"])
def test_a_parent_is_expected_once_at_the_ending(joined: int | None) -> None:
    course = adolescent()
    for number in range(1, 13):
        with_parent = number in (1, joined)
        course.session(f"s-{number}", 7 * number, attendees=WITH_PARENT if with_parent else ALONE)
    closed = course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 85)
    expected = [] if joined else [("attendeeMissing", course.event(SessionHeld))]
    assert reviews(closed) == expected


def test_a_parent_who_was_there_after_all_takes_the_review_back() -> None:
    course = adolescent()
    course.session("s-1", 0, attendees=ALONE)
    review = course.event(ReviewNeeded)
    whole = held("s-1", started_at=day(0), attendees=WITH_PARENT)
    told = course.amend(course.event(SessionHeld), Replacement(session_held=whole), 1)
    assert review in taken_back(told)


def test_who_turns_out_to_be_a_parent_was_one() -> None:
    course = Course("IPT-A")
    course.record(InventoryRecorded(people=(person("p-1"),)))
    course.session("s-1", 0, attendees=WITH_PARENT)
    review = course.event(ReviewNeeded)
    was_parent = InventoryPersonRevised(
        reason="mistake", change=PersonChange(person_id="p-1", relationship=Relationship.PARENT)
    )
    assert taken_back(course.record(was_parent, 1)) == [review]
