"""Who is expected beside the patient: at a session, and once in a phase (domain reference 2.3, IPT-A)."""

from dataclasses import replace

import pytest
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS, RULES, but, course

from casetrail_contracts.events.case import ClosureReason
from casetrail_contracts.events.inventory import Relationship
from treatment.domain.deviations import CourseRecord, attendees_missing
from treatment.domain.protocols import ExpectedAttendee, Protocol

IPT_A = PROTOCOLS.get("IPT-A")
NOBODY: frozenset[Relationship] = frozenset()
PARENT = frozenset({Relationship.PARENT, Relationship.SIBLING})
OTHERS = frozenset({Relationship.SIBLING, Relationship.OTHER_FAMILY})


def attended(sessions: int, guests: dict[int, frozenset[Relationship] | None]) -> CourseRecord:
    """Sessions with these guests; at all others only the patient was there."""
    record = course(sessions, IPT_A)
    for number in range(1, sessions + 1):
        record = but(record, number, guests=guests.get(number, NOBODY))
    return record


def missing(record: CourseRecord, protocol: Protocol = IPT_A) -> list[str]:
    return [one.session_id for one in attendees_missing(protocol, RULES, record)]


@pytest.mark.parametrize(
    ("guests", "expected"),
    [(PARENT, []), (NOBODY, ["s-1"]), (OTHERS, ["s-1"]), (None, [])],
    ids=["a parent", "nobody", "others", "not said"],
)
def test_a_parent_is_expected_in_session_1(
    guests: frozenset[Relationship] | None, expected: list[str]
) -> None:
    assert missing(attended(3, {1: guests})) == expected


@pytest.mark.parametrize(
    ("with_parent", "expected"),
    [((1, 10), []), ((1, 12), []), ((1,), ["s-12"]), ((1, 9), ["s-12"])],
    ids=["at its first session", "at its last", "never", "before it began"],
)
def test_a_parent_is_expected_once_in_the_termination(
    with_parent: tuple[int, ...], expected: list[str]
) -> None:
    record = attended(12, dict.fromkeys(with_parent, PARENT))
    assert missing(record) == []
    assert missing(replace(record, closed_as=ClosureReason.COMPLETED)) == expected


def test_a_session_of_the_phase_that_does_not_say_who_was_there_may_have_had_a_parent() -> None:
    record = attended(12, {1: PARENT, 11: None})
    assert missing(replace(record, closed_as=ClosureReason.COMPLETED)) == []


def test_a_course_that_broke_off_before_the_termination_lacks_nobody_in_it() -> None:
    record = attended(8, {1: PARENT})
    assert missing(replace(record, closed_as=ClosureReason.DROPPED_OUT)) == []


def test_a_phase_is_over_when_another_one_has_begun() -> None:
    early = replace(IPT_A, expected_attendees=(ExpectedAttendee(who="parent", in_phases=("initial",)),))
    assert missing(attended(4, {}), early) == []
    assert missing(attended(5, {}), early) == ["s-4"]


@pytest.mark.parametrize(
    ("who", "guests", "expected"),
    [
        ("partner", frozenset({Relationship.PARTNER}), []),
        ("partner", PARENT, ["s-1"]),
        ("significantOther", OTHERS, []),
        ("significantOther", NOBODY, ["s-1"]),
    ],
)
def test_a_protocol_says_who_is_expected(
    who: str, guests: frozenset[Relationship], expected: list[str]
) -> None:
    somebody = ExpectedAttendee(who=who, at_sessions=(1,))  # type: ignore[arg-type]
    assert missing(attended(2, {1: guests}), replace(IPT_A, expected_attendees=(somebody,))) == expected


def test_sessions_under_an_earlier_protocol_are_not_judged() -> None:
    assert missing(replace(attended(3, {}), protocol_since=1)) == []


def test_a_protocol_that_expects_nobody_lacks_nobody() -> None:
    assert missing(attended(16, {}), IPT16) == []
