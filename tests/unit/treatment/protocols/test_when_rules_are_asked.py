"""When a deviation is told: at once, when a session is settled, by the clock; and when it is withdrawn."""

import re
from dataclasses import replace

import pytest
from pydantic import TypeAdapter
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS, RULES, but, course, keys, on, whole

from casetrail_contracts.events.case import ClosureReason
from casetrail_contracts.scalars import DefinitionRef, RuleKey
from treatment.domain.deviations import (
    CourseRecord,
    FocusChange,
    NotOnTrack,
    UnreviewedItem,
    at_closing,
    at_focus_change,
    at_session,
    by_time,
    holding,
)

EMPTY = {"measures": frozenset[str](), "risk_checked": False, "technique": False}
OF_5 = [
    ("measureMissed/PHQ9/s-5", "minor"),
    ("measureMissed/GAD7/s-5", "minor"),
    ("noHomeworkOrTechnique/s-5", "info"),
    ("riskUnchecked/s-5", "minor"),
]


def test_what_may_still_be_entered_is_not_missed_at_the_append_of_the_session() -> None:
    assert at_session(IPT16, RULES, but(course(5), 5, **EMPTY), "s-5") == ()


def test_it_is_missed_when_the_next_session_is_held() -> None:
    assert keys(at_session(IPT16, RULES, but(course(6), 5, **EMPTY), "s-6")) == OF_5


def test_it_is_missed_when_the_case_is_closed() -> None:
    record = replace(but(course(5), 5, **EMPTY), closed_as=ClosureReason.DROPPED_OUT)
    assert keys(at_closing(IPT16, RULES, record)) == OF_5


@pytest.mark.parametrize(("days", "expected"), [(2, []), (3, OF_5)], ids=["two days", "three days"])
def test_it_is_missed_when_three_days_have_passed(days: int, expected: list[tuple[str, str]]) -> None:
    record = but(course(5), 5, **EMPTY)
    assert keys(by_time(IPT16, RULES, record, on(28 + days))) == expected


def test_a_session_that_is_entered_late_is_given_time_too() -> None:
    record = but(course(6), 5, **EMPTY)
    assert at_session(IPT16, RULES, record, "s-5") == ()
    assert keys(at_session(IPT16, RULES, record)) == OF_5


def test_a_rule_set_may_have_no_patience() -> None:
    at_once = replace(RULES, settling=frozenset())
    assert keys(at_session(IPT16, at_once, but(course(5), 5, **EMPTY), "s-5")) == OF_5


def test_severities_and_numbers_come_from_the_rule_set() -> None:
    ours = replace(
        RULES,
        severities={**RULES.severities, "riskUnchecked": "major", "measureMissed": "info"},
        misses_in_a_row=3,
        overrun_sessions=1,
    )
    record = but(but(course(17), 2, risk_checked=False), 3, measures=frozenset({"GAD7"}))
    assert keys(at_session(IPT16, ours, record)) == [
        ("phaseOverrun/IPT-16/termination", "minor"),
        ("measureMissed/PHQ9/s-3", "info"),
        ("riskUnchecked/s-2", "major"),
    ]


def test_a_protocol_may_leave_rules_out() -> None:
    without = replace(IPT16, rules=IPT16.rules - {"measureMissed", "riskUnchecked"})
    assert keys(at_session(without, RULES, but(course(6), 5, **EMPTY))) == [
        ("noHomeworkOrTechnique/s-5", "info")
    ]


def test_the_same_departure_has_the_same_key_whenever_it_is_looked_for() -> None:
    record = but(course(6), 5, **EMPTY)
    found = at_session(IPT16, RULES, record, "s-6")
    assert at_session(IPT16, RULES, record, "s-6") == found
    later = replace(record, sessions=(*record.sessions, whole(7), whole(8)))
    assert at_session(IPT16, RULES, later, "s-8") == found
    assert by_time(IPT16, RULES, record, on(36)) == found
    assert holding(IPT16, RULES, record, on(36)) == found


def test_what_no_longer_holds_after_a_correction_is_no_longer_there() -> None:
    told = holding(IPT16, RULES, but(course(6), 5, **EMPTY), on(36))
    corrected = holding(IPT16, RULES, but(course(6), 5, **(EMPTY | {"risk_checked": True})), on(36))
    assert [one for one in told if one not in corrected] == [told[-1]]
    assert keys(told[-1:]) == [("riskUnchecked/s-5", "minor")]


def everything() -> CourseRecord:
    """A course with every deviation that one course can have, but for its end."""
    odd = but(but(course(21), 6, **EMPTY), 7, **EMPTY)
    odd = but(odd, 8, minutes=10, without_consent=("p-1",))
    return replace(
        odd,
        sessions=(*odd.sessions, whole(22, started_at=on(24 * 7 + 10))),
        artifacts={},
        focus_changes=(FocusChange(event_id="change-1", after_session=9),),
        signals=(NotOnTrack(event_id="signal-1", after_session=4),),
        unreviewed_items=(UnreviewedItem(assessment_id="a-1", event_id="form-1", taken_on=on(63).date()),),
    )


def test_every_rule_of_the_reference_can_fire_and_each_key_fits_its_event() -> None:
    record = replace(everything(), closed_as=ClosureReason.COMPLETED)
    short = replace(course(3), closed_as=ClosureReason.COMPLETED)
    found = (*at_closing(IPT16, RULES, record), *at_closing(IPT16, RULES, short))
    assert {one.rule for one in found} == set(RULES.severities)
    adapter = TypeAdapter(RuleKey)
    assert [adapter.validate_python(one.key) for one in found] == [one.key for one in found]
    assert len({one.key for one in found}) == len(found)


def test_the_longest_ids_still_make_a_key() -> None:
    session, person = "s" * 64, "p" * 64
    record = replace(course(0), sessions=(whole(1, session_id=session, without_consent=(person,)),))
    found = at_session(IPT16, RULES, record, session)
    key = f"significantOtherNoConsent/{session}/{person}"
    assert [TypeAdapter(RuleKey).validate_python(one.key) for one in found] == [key]


def test_what_holds_is_what_the_single_occasions_find() -> None:
    record = everything()
    now = on(24 * 7 + 50)
    single = {
        *at_session(IPT16, RULES, record),
        *by_time(IPT16, RULES, record, now),
        *at_focus_change(IPT16, RULES, record),
    }
    assert set(holding(IPT16, RULES, record, now)) == single
    closed = replace(record, closed_as=ClosureReason.COMPLETED)
    assert holding(IPT16, RULES, closed, now) == at_closing(IPT16, RULES, closed)


def test_a_course_without_a_session_departs_from_nothing() -> None:
    for protocol in PROTOCOLS.by_code.values():
        assert at_session(protocol, RULES, CourseRecord()) == ()
        assert holding(protocol, RULES, CourseRecord(), on(0)) == ()


def test_the_names_of_the_definitions_fit_their_events() -> None:
    adapter = TypeAdapter(DefinitionRef)
    for reference in (RULES.reference, *PROTOCOLS.by_reference):
        assert adapter.validate_python(reference) == reference
        assert re.fullmatch(r"[A-Z0-9-]+@1#[0-9a-f]{64}", reference)
