"""Deviations about how long a course and its phases last, and how it ends (2.4)."""

from dataclasses import replace

import pytest
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS, RULES, course, keys, on, whole

from casetrail_contracts.events.case import ClosureReason
from treatment.domain.deviations import CourseRecord, Deviation, at_closing, at_session, by_time
from treatment.domain.phases import SetByHand


@pytest.mark.parametrize(
    ("attended", "expected"),
    [
        (17, ()),
        (
            18,
            (
                Deviation(
                    rule="phaseOverrun",
                    severity="minor",
                    key="phaseOverrun/IPT-16/termination",
                    evidence=("event-18",),
                ),
            ),
        ),
    ],
    ids=["2.4 phaseOverrun by 1", "2.4 phaseOverrun by 2"],
)
def test_a_phase_that_is_two_sessions_longer_than_planned_is_overrun(
    attended: int, expected: tuple[Deviation, ...]
) -> None:
    assert at_session(IPT16, RULES, course(attended), f"s-{attended}") == expected


def test_a_phase_that_is_held_by_hand_can_be_overrun_too() -> None:
    record = course(6, phases_by_hand=(SetByHand(phase="initial", after_session=4),))
    assert keys(at_session(IPT16, RULES, record)) == [("phaseOverrun/IPT-16/initial", "minor")]


def test_an_overrun_is_told_once_however_long_it_gets() -> None:
    assert at_session(IPT16, RULES, course(18)) == at_session(IPT16, RULES, course(20))


def completed(attended: int) -> CourseRecord:
    return course(attended, closed_as=ClosureReason.COMPLETED)


@pytest.mark.parametrize(
    ("attended", "expected"),
    [
        (11, [("sessionsBelowMin/IPT-16", "major")]),
        (12, []),
        (16, []),
        (20, []),
        (21, [("sessionsExceeded/IPT-16", "major")]),
    ],
    ids=["2.4 sessionsBelowMin", "at the fewest", "as planned", "at the most", "2.4 sessionsExceeded"],
)
def test_a_completed_course_is_within_its_number_of_sessions(
    attended: int, expected: list[tuple[str, str]]
) -> None:
    found = at_closing(IPT16, RULES, completed(attended))
    assert keys(tuple(one for one in found if one.rule != "phaseOverrun")) == expected


def test_a_course_that_broke_off_is_not_measured_by_its_plan() -> None:
    record = course(3, artifacts={}, closed_as=ClosureReason.DROPPED_OUT)
    assert at_closing(IPT16, RULES, record) == ()


def test_the_individual_session_before_a_group_is_not_one_of_its_sessions() -> None:
    group = PROTOCOLS.get("IPT-G8")
    sessions = tuple(whole(number, in_group=number > 1, minutes=90) for number in range(1, 8))
    record = replace(course(0, group), sessions=sessions, closed_as=ClosureReason.COMPLETED)
    assert keys(at_closing(group, RULES, record)) == [("sessionsBelowMin/IPT-G8", "major")]
    one_more = (*sessions, whole(8, in_group=True, minutes=90))
    assert at_closing(group, RULES, replace(record, sessions=one_more)) == ()


@pytest.mark.parametrize(
    ("day", "fires"), [(24 * 7, False), (24 * 7 + 1, True)], ids=["24 weeks", "a day more"]
)
def test_a_course_with_more_weeks_than_the_most_is_too_long(day: int, fires: object) -> None:
    sessions = (*course(16).sessions, whole(17, started_at=on(24 * 7 - 7)))
    record = course(0, sessions=sessions, artifacts=course(1).artifacts)
    found = tuple(one for one in by_time(IPT16, RULES, record, on(day)) if one.rule == "courseTooLong")
    expected = (
        Deviation(rule="courseTooLong", severity="minor", key="courseTooLong/IPT-16", evidence=("event-1",)),
    )
    assert found == (expected if fires else ())


def test_a_session_shows_that_a_course_is_too_long_before_the_clock_does() -> None:
    late = whole(17, started_at=on(24 * 7 + 1))
    record = replace(course(16), sessions=(*course(16).sessions, late))
    assert ("courseTooLong/IPT-16", "minor") in keys(at_session(IPT16, RULES, record, "s-17"))


def test_after_a_switch_the_weeks_count_from_the_first_session_under_the_new_protocol() -> None:
    brief = PROTOCOLS.get("IPT-B")
    record = course(14, protocol_since=10)
    assert "courseTooLong/IPT-B" not in dict(keys(at_session(brief, RULES, record)))
    assert "courseTooLong/IPT-B" in dict(keys(by_time(brief, RULES, record, on(70 + 12 * 7 + 1))))


@pytest.mark.parametrize(
    ("code", "missing", "fires"),
    [
        ("IPT-16", "endingReview", True),
        ("IPT-16", "relapsePlan", True),
        ("DIT-16", "goodbyeLetterFinal", True),
        ("DIT-16", "goodbyeLetterDraft", True),
        ("IPT-16", "maintenanceDecision", False),
    ],
    ids=[
        "2.4 endingNotPrepared endingReview",
        "2.4 endingNotPrepared relapsePlan",
        "2.4 endingNotPrepared DIT letter",
        "2.4 endingNotPrepared DIT draft",
        "not one of the three",
    ],
)
def test_an_ending_without_review_relapse_plan_or_letter_is_not_prepared(
    code: str, missing: str, fires: object
) -> None:
    protocol = PROTOCOLS.get(code)
    whole_course = course(16, protocol, closed_as=ClosureReason.COMPLETED)
    assert at_closing(protocol, RULES, whole_course) == ()
    artifacts = {name: count for name, count in whole_course.artifacts.items() if name != missing}
    found = at_closing(protocol, RULES, replace(whole_course, artifacts=artifacts))
    assert keys(found) == ([(f"endingNotPrepared/{code}", "major")] if fires else [])
