"""Deviations about single sessions: measures, work, risk, consent, length, and reviews that are due (2.4)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS, RULES, but, course, day, keys, whole

from treatment.domain.deviations import Deviation, NotOnTrack, UnreviewedItem, at_session
from treatment.domain.protocols import AfterMonths, AfterWeeks, Measure, PhaseEnd, Protocol

ONLY_GAD7 = frozenset({"GAD7"})


def test_a_required_measure_that_is_absent_is_missed() -> None:
    record = but(course(4), 3, measures=ONLY_GAD7)
    assert at_session(IPT16, RULES, record, "s-4") == (
        Deviation(
            rule="measureMissed", severity="minor", key="measureMissed/PHQ9/s-3", evidence=("event-3",)
        ),
    )


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        ([2, 3], ["minor", "major"]),
        ([2, 4], ["minor", "minor"]),
        ([1, 2, 3], ["minor", "major", "major"]),
    ],
    ids=["2.4 measureMissed 2 in a row", "one in between", "three in a row"],
)
def test_two_missed_in_a_row_are_graver(missed: list[int], expected: list[str]) -> None:
    record = course(5)
    for number in missed:
        record = but(record, number, measures=ONLY_GAD7)
    assert keys(at_session(IPT16, RULES, record)) == [
        (f"measureMissed/PHQ9/s-{number}", severity)
        for number, severity in zip(missed, expected, strict=True)
    ]


def test_each_measure_has_a_row_of_its_own() -> None:
    record = but(but(course(4), 2, measures=ONLY_GAD7), 3, measures=frozenset({"PHQ9"}))
    assert keys(at_session(IPT16, RULES, record)) == [
        ("measureMissed/PHQ9/s-2", "minor"),
        ("measureMissed/GAD7/s-3", "minor"),
    ]


def test_a_measure_is_missed_only_where_it_is_due() -> None:
    mit = PROTOCOLS.get("MIT-12W")
    record = course(13, mit)
    for number in range(1, 14):
        record = but(record, number, measures=frozenset({"PHQ9"}))
    assert keys(at_session(mit, RULES, record)) == [
        ("measureMissed/EMOTION_ID/s-1", "minor"),
        ("measureMissed/EMOTION_ID/s-6", "major"),
        ("measureMissed/EMOTION_ID/s-12", "major"),
    ]


def test_a_measure_of_the_end_of_a_phase_is_due_at_its_last_session() -> None:
    measure = Measure(instrument="WSAS", when=PhaseEnd(), required=True)
    protocol = replace(IPT16, measures=(measure,))
    assert keys(at_session(protocol, RULES, course(13))) == [
        ("measureMissed/WSAS/s-4", "minor"),
        ("measureMissed/WSAS/s-12", "major"),
    ]


QUARTER = AfterMonths(months=(Decimal(0), Decimal(3)))
WEEKS = AfterWeeks(weeks=(Decimal("1.5"), Decimal(2)))


@pytest.mark.parametrize(
    ("when", "bare", "missed"),
    [
        (QUARTER, (1, 2, 13, 14, 15), [("s-1", "minor"), ("s-14", "major")]),
        (QUARTER, (2, 13, 15), []),
        (WEEKS, (2, 3, 4), [("s-3", "minor")]),
    ],
    ids=["2.2 months", "between the months", "2.2 weeks"],
)
def test_a_measure_of_months_or_weeks_is_due_at_the_first_session_from_that_day_on(
    when: AfterMonths | AfterWeeks, bare: tuple[int, ...], missed: list[tuple[str, str]]
) -> None:
    protocol = replace(IPT16, measures=(Measure(instrument="WSAS", when=when, required=True),))
    sessions = tuple(
        whole(number, measures=frozenset() if number in bare else {"WSAS"}) for number in range(1, 17)
    )
    found = [(one.key, one.severity) for one in at_session(protocol, RULES, course(0, sessions=sessions))]
    told = [(key, severity) for key, severity in found if key.startswith("measureMissed")]
    assert told == [(f"measureMissed/WSAS/{session}", severity) for session, severity in missed]


def test_after_a_switch_months_count_from_the_first_session_under_the_protocol() -> None:
    record = course(18, PROTOCOLS.get("MIT-12M"), protocol_since=3)
    record = replace(record, sessions=tuple(replace(one, measures=frozenset()) for one in record.sessions))
    found = at_session(PROTOCOLS.get("MIT-12M"), RULES, record)
    told = [one.key for one in found if one.key.startswith("measureMissed/PHQ9")]
    assert told == ["measureMissed/PHQ9/s-4", "measureMissed/PHQ9/s-17"]


@pytest.mark.parametrize("code", ["IPSRT", "MIT-G16"])
def test_what_is_not_required_is_not_missed(code: str) -> None:
    protocol = PROTOCOLS.get(code)
    record = but(course(4, protocol), 2, measures=frozenset(), minutes=120)
    assert [one for one in at_session(protocol, RULES, record) if one.rule == "measureMissed"] == []


@pytest.mark.parametrize(
    ("number", "technique", "homework", "fires"),
    [(6, False, False, True), (6, True, False, False), (6, False, True, False), (4, False, False, False)],
    ids=["2.4 noHomeworkOrTechnique", "technique", "homework", "initial phase"],
)
def test_a_middle_session_has_homework_or_a_technique(
    number: int, technique: object, homework: object, fires: object
) -> None:
    record = but(course(7), number, technique=technique, homework=homework)
    expected = [(f"noHomeworkOrTechnique/s-{number}", "info")] if fires else []
    assert keys(at_session(IPT16, RULES, record)) == expected


def item(taken: int) -> UnreviewedItem:
    """A positive item on the day of that session."""
    return UnreviewedItem(assessment_id="a-1", event_id="form-1", taken_on=day(taken))


def test_a_session_without_a_risk_check_is_a_minor_deviation() -> None:
    record = but(course(4), 3, risk_checked=False)
    assert at_session(IPT16, RULES, record) == (
        Deviation(rule="riskUnchecked", severity="minor", key="riskUnchecked/s-3", evidence=("event-3",)),
    )


@pytest.mark.parametrize("checked", [True, False], ids=["another check", "no check"])
def test_a_positive_item_that_nobody_reviewed_is_critical(checked: object) -> None:
    record = but(course(4, unreviewed_items=(item(3),)), 3, risk_checked=checked)
    assert at_session(IPT16, RULES, record) == (
        Deviation(
            rule="riskUnchecked",
            severity="critical",
            key="riskUnchecked/positive/a-1",
            evidence=("form-1", "event-3"),
        ),
    )


@pytest.mark.parametrize(
    ("days_after", "expected"),
    [(0, []), (3, []), (4, [("riskUnchecked/positive/a-1", "critical")])],
    ids=["the same day", "before the session is settled", "later"],
)
def test_a_late_review_does_not_undo_that_an_item_was_left_open(
    days_after: int, expected: list[tuple[str, str]]
) -> None:
    reviewed = replace(item(3), reviewed_on=day(3) + timedelta(days=days_after))
    assert keys(at_session(IPT16, RULES, course(5, unreviewed_items=(reviewed,)))) == expected


def test_an_item_is_no_matter_of_the_sessions_before_it() -> None:
    record = but(course(4, unreviewed_items=(item(4),)), 3, risk_checked=False)
    assert keys(at_session(IPT16, RULES, record)) == [("riskUnchecked/s-3", "minor")]


def test_each_person_without_consent_is_told_at_once() -> None:
    record = but(course(3), 3, without_consent=("p-1", "p-2"))
    found = at_session(IPT16, RULES, record, "s-3")
    assert keys(found) == [
        ("significantOtherNoConsent/s-3/p-1", "critical"),
        ("significantOtherNoConsent/s-3/p-2", "critical"),
    ]
    assert {one.evidence for one in found} == {("event-3",)}


@pytest.mark.parametrize(
    ("code", "minutes", "fires"),
    [
        ("IPT-16", 24, False),
        ("IPT-16", 23, True),
        ("IPC", 12, False),
        ("IPC", 11, True),
        ("IPT-A", 21, False),
        ("IPT-A", 20, True),
        ("IPT-16", None, False),
        ("IPT-EST", 5, False),
        ("IPT-A-SCI", 5, False),
    ],
    ids=lambda value: f"2.4 wrongModalityLength {value}" if isinstance(value, str) else str(value),
)
def test_a_session_below_60_percent_of_the_shortest_is_too_short(
    code: str, minutes: int | None, fires: object
) -> None:
    protocol = PROTOCOLS.get(code)
    record = but(course(2, protocol), 2, minutes=minutes)
    found = [one for one in at_session(protocol, RULES, record, "s-2") if one.rule == "wrongModalityLength"]
    assert keys(tuple(found)) == ([("wrongModalityLength/s-2", "info")] if fires else [])


@pytest.mark.parametrize(
    ("attended", "reviewed_after", "fires"),
    [(6, None, False), (7, None, True), (7, 6, False), (9, 6, False), (9, 7, True)],
    ids=["still possible", "2.4 nonResponseNoReview", "at the edge", "long ago", "one late"],
)
def test_a_signal_is_reviewed_within_two_sessions(
    attended: int, reviewed_after: int | None, fires: object
) -> None:
    signal = NotOnTrack(event_id="signal-1", after_session=4, reviewed_after_session=reviewed_after)
    found = at_session(IPT16, RULES, course(attended, signals=(signal,)), f"s-{attended}")
    expected = (
        Deviation(
            rule="nonResponseNoReview",
            severity="major",
            key="nonResponseNoReview/signal-1",
            evidence=("signal-1",),
        ),
    )
    assert found == (expected if fires else ())


@pytest.mark.parametrize("protocol", PROTOCOLS.by_code.values(), ids=lambda one: f"2.3 {one.code}")
def test_a_course_that_keeps_to_its_protocol_has_no_deviation(protocol: Protocol) -> None:
    days = 0
    sessions = []
    grouped = protocol.modality == "group"
    for number in range(1, protocol.sessions.planned + 1):
        phase = next(phase for phase in protocol.phases if number <= phase.last)
        days += (phase.cadence or protocol.cadence).target
        minutes = protocol.minutes.planned if protocol.minutes else None
        started = whole(1).started_at.replace(month=1, day=1)
        sessions.append(
            whole(number, started_at=started + timedelta(days=days), minutes=minutes, in_group=grouped)
        )
    assert at_session(protocol, RULES, replace(course(0, protocol), sessions=tuple(sessions))) == ()
