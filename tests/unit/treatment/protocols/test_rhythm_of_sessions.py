"""Deviations about how far apart sessions are: days of the calendar, where the session took place (2.4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS, RULES, course, day, keys, on, whole

from casetrail_contracts.events.case import ClosureReason
from treatment.domain.deviations import Agreed, CourseRecord, Deviation, Pause, at_session, by_time

SLIP = ("cadenceSlip/s-1", "info")
GAP = ("gapExceeded/s-1", "major")


def two(apart: int, hour: int = 10) -> CourseRecord:
    """Two sessions so many days apart."""
    return replace(course(1), sessions=(whole(1), whole(2, started_at=on(apart, hour))))


@pytest.mark.parametrize(
    ("apart", "expected"),
    [(7, []), (11, []), (12, [SLIP]), (28, [SLIP]), (29, [SLIP, GAP])],
    ids=["weekly", "at target and tolerance", "2.4 cadenceSlip", "8.3 28-day gap", "2.4 gapExceeded"],
)
def test_a_session_slips_after_11_days_and_a_gap_is_one_after_28(
    apart: int, expected: list[tuple[str, str]]
) -> None:
    assert keys(at_session(IPT16, RULES, two(apart), "s-2")) == expected


def test_a_slip_names_both_sessions_and_a_gap_the_one_before_it() -> None:
    assert at_session(IPT16, RULES, two(29)) == (
        Deviation(
            rule="cadenceSlip", severity="info", key="cadenceSlip/s-1", evidence=("event-1", "event-2")
        ),
        Deviation(rule="gapExceeded", severity="major", key="gapExceeded/s-1", evidence=("event-1",)),
    )


@pytest.mark.parametrize("hour", [0, 10, 23])
def test_the_hour_of_a_session_does_not_make_a_day(hour: int) -> None:
    assert keys(at_session(IPT16, RULES, two(11, hour))) == []
    assert keys(at_session(IPT16, RULES, two(12, hour))) == [SLIP]


def test_the_day_is_that_of_the_place_also_when_the_clocks_change() -> None:
    winter, summer = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))
    first = whole(1, started_at=datetime(2026, 3, 20, 0, 30, tzinfo=winter))
    second = whole(2, started_at=datetime(2026, 3, 31, 23, 30, tzinfo=summer))
    assert at_session(IPT16, RULES, replace(course(1), sessions=(first, second))) == ()


@pytest.mark.parametrize(("waited", "expected"), [(28, []), (29, [GAP])], ids=["28 days", "2.4 gapExceeded"])
def test_the_clock_tells_of_the_patient_who_vanished(waited: int, expected: list[tuple[str, str]]) -> None:
    assert keys(by_time(IPT16, RULES, course(1), on(waited))) == expected


def test_the_gap_that_the_clock_told_is_the_one_that_the_next_session_ends() -> None:
    (told,) = by_time(IPT16, RULES, course(1), on(40))
    assert told in at_session(IPT16, RULES, two(45))


def test_today_is_the_day_where_the_newest_session_took_place() -> None:
    east = timezone(timedelta(hours=12))
    record = replace(course(1), sessions=(whole(1, started_at=datetime(2026, 3, 2, 10, tzinfo=east)),))
    assert keys(by_time(IPT16, RULES, record, datetime(2026, 3, 30, 11, tzinfo=east))) == []
    assert keys(by_time(IPT16, RULES, record, datetime(2026, 3, 30, 13, tzinfo=UTC))) == [GAP]


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        (Pause(began_on=day(2), ended_on=day(4)), []),
        (Pause(began_on=day(2)), []),
        (Pause(began_on=day(2), ended_on=(on(8)).date()), [GAP]),
        (Pause(began_on=day(20), ended_on=day(21)), [GAP]),
    ],
    ids=["two weeks", "still paused", "one day", "later"],
)
def test_days_of_a_pause_are_no_part_of_a_gap(pause: Pause, expected: list[tuple[str, str]]) -> None:
    assert keys(by_time(IPT16, RULES, course(1, pauses=(pause,)), on(30))) == expected


def test_nothing_is_told_by_time_of_a_course_that_is_closed_or_has_not_begun() -> None:
    closed = course(1, closed_as=ClosureReason.DROPPED_OUT)
    assert by_time(IPT16, RULES, closed, on(400)) == ()
    assert by_time(IPT16, RULES, course(0), on(400)) == ()


def in_steps(days: list[int]) -> CourseRecord:
    """A session on the first day, and on each of these later ones."""
    sessions = (whole(number, started_at=on(at)) for number, at in enumerate([0, *days], start=1))
    return replace(course(0, PROTOCOLS.get("IPT-2X")), sessions=tuple(sessions))


def test_ipt_2x_slips_after_five_days_at_first_and_after_eleven_later() -> None:
    protocol = PROTOCOLS.get("IPT-2X")
    eight = [5 * step for step in range(1, 8)]
    assert keys(at_session(protocol, RULES, in_steps([*eight, 35 + 11]))) == []
    assert keys(at_session(protocol, RULES, in_steps([*eight, 35 + 12]))) == [("cadenceSlip/s-8", "info")]
    assert keys(at_session(protocol, RULES, in_steps([*eight[:-1], 36]))) == [("cadenceSlip/s-7", "info")]


@pytest.mark.parametrize(
    ("agreed", "apart", "expected"),
    [
        (None, 40, []),
        (None, 41, [SLIP]),
        (14, 24, []),
        (14, 25, [SLIP]),
        (14, 61, [SLIP, GAP]),
        (21, 40, []),
    ],
)
def test_maintenance_keeps_the_cadence_that_the_contract_chose(
    agreed: int | None, apart: int, expected: list[tuple[str, str]]
) -> None:
    protocol = PROTOCOLS.get("IPT-M")
    contract = () if agreed is None else (Agreed(since=day(1), days=agreed),)
    found = at_session(protocol, RULES, replace(two(apart), agreed=contract))
    assert keys(found) == expected


def test_how_long_after_its_preparation_a_group_begins_is_left_open() -> None:
    protocol = PROTOCOLS.get("IPT-G8")
    before = whole(1)
    begun = whole(2, started_at=on(60), in_group=True, minutes=90)
    assert keys(by_time(protocol, RULES, replace(course(0, protocol), sessions=(before,)), on(60))) == []
    assert at_session(protocol, RULES, replace(course(0, protocol), sessions=(before, begun))) == ()


def test_sessions_are_taken_in_the_order_of_their_start() -> None:
    record = course(5)
    backwards = replace(record, sessions=tuple(reversed(record.sessions)))
    assert at_session(IPT16, RULES, backwards) == at_session(IPT16, RULES, record) == ()


def test_a_late_entry_can_close_a_gap() -> None:
    assert keys(at_session(IPT16, RULES, two(29))) == [SLIP, GAP]
    between = whole(3, started_at=on(14))
    found = at_session(IPT16, RULES, replace(two(29), sessions=(*two(29).sessions, between)), "s-3")
    assert keys(found) == [SLIP, ("cadenceSlip/s-3", "info")]
