"""Deviations about what the initial phase brings: each fires at its edge, and not before it (2.4)."""

from dataclasses import replace

import pytest
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS, RULES, course, keys

from casetrail_contracts.events.case import ClosureReason
from treatment.domain.deviations import (
    Deviation,
    FocusChange,
    at_closing,
    at_focus_change,
    at_session,
)
from treatment.domain.phases import SetByHand

ARTIFACT = {
    "focusMissing": "problemArea",
    "formulationMissing": "formulation",
    "inventoryIncomplete": "inventory",
}
SEVERITY = {"focusMissing": "major", "formulationMissing": "minor", "inventoryIncomplete": "minor"}


@pytest.mark.parametrize("rule", ARTIFACT, ids=lambda rule: f"2.4 {rule}")
@pytest.mark.parametrize(
    ("attended", "recorded_after", "fires"),
    [(4, None, False), (5, None, True), (5, 4, False), (5, 5, True), (12, 5, True), (12, 0, False)],
    ids=["still possible", "not at all", "at the edge", "one late", "late for ever", "before the first"],
)
def test_what_is_not_there_by_the_end_of_the_initial_phase_is_missing(
    rule: str, attended: int, recorded_after: int | None, fires: object
) -> None:
    artifacts = dict(course(attended).artifacts)
    artifacts.pop(ARTIFACT[rule])
    if recorded_after is not None:
        artifacts[ARTIFACT[rule]] = recorded_after
    found = at_session(IPT16, RULES, course(attended, artifacts=artifacts), f"s-{attended}")
    expected = [(f"{rule}/IPT-16", SEVERITY[rule])] if fires else []
    assert keys(found) == expected


def test_a_missing_focus_names_the_session_that_ended_the_phase() -> None:
    artifacts = dict.fromkeys(course(5).artifacts, 1)
    artifacts.pop("problemArea")
    assert at_session(IPT16, RULES, course(5, artifacts=artifacts)) == (
        Deviation(rule="focusMissing", severity="major", key="focusMissing/IPT-16", evidence=("event-4",)),
    )


def test_a_phase_that_is_held_back_by_hand_gives_more_time() -> None:
    artifacts = dict.fromkeys(course(6).artifacts, 1) | {"problemArea": 5}
    held = (SetByHand(phase="initial", after_session=4), SetByHand(phase="middle", after_session=5))
    record = course(7, artifacts=artifacts, phases_by_hand=held)
    assert at_session(IPT16, RULES, record) == ()
    late = replace(record, artifacts=artifacts | {"problemArea": 6})
    assert keys(at_session(IPT16, RULES, late)) == [("focusMissing/IPT-16", "major")]


@pytest.mark.parametrize(
    ("code", "missing", "expected"),
    [
        ("IPT-B", "problemArea", [("focusMissing/IPT-B", "major")]),
        ("IPT-A-SCI", "problemArea", [("focusMissing/IPT-A-SCI", "major")]),
        ("IPT-A-SCI", "inventory", [("inventoryIncomplete/IPT-A-SCI", "minor")]),
        ("DIT-16", "ipaf", [("formulationMissing/DIT-16", "minor")]),
        ("MIT-12W", "schemaFormulation", [("formulationMissing/MIT-12W", "minor")]),
        ("IPSRT", "socialRhythm", [("formulationMissing/IPSRT", "minor")]),
        ("IPT-EST", "problemArea", []),
        ("IPT-M", "problemArea", []),
        ("MIT-G16", "formulation", []),
    ],
)
def test_each_protocol_misses_what_it_asks_for(
    code: str, missing: str, expected: list[tuple[str, str]]
) -> None:
    protocol = PROTOCOLS.get(code)
    last = max((phase.last for phase in protocol.phases if phase.kind == "initial"), default=3)
    record = course(last + 1, protocol)
    artifacts = {artifact: count for artifact, count in record.artifacts.items() if artifact != missing}
    found = at_session(protocol, RULES, replace(record, artifacts=artifacts))
    about = [one for one in found if one.rule.endswith(("Missing", "Incomplete"))]
    assert keys(tuple(about)) == expected


def test_after_a_switch_the_earlier_sessions_are_not_judged_by_the_new_protocol() -> None:
    dit = PROTOCOLS.get("DIT-16")
    assert at_session(dit, RULES, course(6, artifacts={}, protocol_since=5)) == ()
    early = course(5, artifacts={"goals": 3}, protocol_since=2)
    assert keys(at_session(dit, RULES, early)) == [("formulationMissing/DIT-16", "minor")]


@pytest.mark.parametrize(
    ("attended", "after", "fires"),
    [(4, 4, False), (5, 4, False), (5, 5, True), (13, 13, True)],
    ids=["initial", "before the first middle session", "after it", "ending"],
)
def test_a_change_of_focus_after_the_first_middle_session_is_late(
    attended: int, after: int, fires: object
) -> None:
    record = course(attended, focus_changes=(FocusChange(event_id="change-1", after_session=after),))
    expected = (
        Deviation(
            rule="focusChangedLate",
            severity="major",
            key="focusChangedLate/change-1",
            evidence=("change-1",),
        ),
    )
    assert at_focus_change(IPT16, RULES, record) == (expected if fires else ())


def test_a_change_before_any_session_or_before_the_switch_is_not_late() -> None:
    change = (FocusChange(event_id="change-1", after_session=0),)
    assert at_focus_change(IPT16, RULES, course(0, focus_changes=change)) == ()
    before = (FocusChange(event_id="change-1", after_session=6),)
    assert at_focus_change(IPT16, RULES, course(7, focus_changes=before, protocol_since=6)) == ()


def test_a_late_change_is_also_found_at_the_closing() -> None:
    change = (FocusChange(event_id="change-1", after_session=9),)
    record = course(16, focus_changes=change, closed_as=ClosureReason.COMPLETED)
    assert keys(at_closing(IPT16, RULES, record)) == [("focusChangedLate/change-1", "major")]
