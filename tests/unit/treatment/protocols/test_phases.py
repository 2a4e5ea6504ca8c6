"""Which phase a course is in: derived from attended sessions, or set by hand (invariant 5)."""

from dataclasses import replace

import pytest
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS, course, whole

from treatment.domain.deviations import CourseRecord, phase_now
from treatment.domain.phases import (
    SetByHand,
    cadence_of,
    is_beyond_the_end,
    numbers,
    phase_after,
    phase_of,
)
from treatment.domain.protocols import Cadence, Phase, Protocol

GROUP = PROTOCOLS.get("IPT-G8")
INITIAL, MIDDLE, TERMINATION = IPT16.phases


@pytest.mark.parametrize("protocol", PROTOCOLS.by_code.values(), ids=lambda one: f"2.1 {one.code}")
def test_each_session_of_the_plan_is_in_the_phase_that_names_it(protocol: Protocol) -> None:
    for phase in protocol.phases:
        assert {phase_of(protocol, number) for number in range(phase.first, phase.last + 1)} == {phase}
    assert phase_of(protocol, protocol.phases[-1].last + 1) == protocol.phases[-1]


@pytest.mark.parametrize(
    ("attended", "phase"),
    [
        (0, INITIAL),
        (1, INITIAL),
        (4, INITIAL),
        (5, MIDDLE),
        (12, MIDDLE),
        (13, TERMINATION),
        (20, TERMINATION),
    ],
)
def test_a_course_is_in_the_phase_of_its_newest_session(attended: int, phase: Phase) -> None:
    assert phase_after(IPT16, attended) == phase


@pytest.mark.parametrize(
    ("chosen", "after", "expected"),
    [
        ("middle", 2, "i i m m m m m m m m m m t t t t"),
        ("initial", 4, "i i i i i i i i i i i i t t t t"),
        ("middle", 12, "i i i i m m m m m m m m m m m m"),
        ("initial", 1, "i i i i i i i i i i i i t t t t"),
        ("middle", 6, "i i i i m m m m m m m m m m m m"),
        ("termination", 8, "i i i i m m m m t t t t t t t t"),
        ("engagement", 2, "i i i i m m m m m m m m t t t t"),
    ],
    ids=[
        "early",
        "held back",
        "extended",
        "to stay",
        "to stay until the end",
        "ended early",
        "of another protocol",
    ],
)
def test_a_phase_that_was_set_by_hand_holds_until_the_plan_goes_on(
    chosen: str, after: int, expected: str
) -> None:
    by_hand = (SetByHand(phase=chosen, after_session=after),)
    assert " ".join(phase_of(IPT16, number, by_hand).code[0] for number in range(1, 17)) == expected


def test_a_phase_that_was_just_set_holds_at_once_and_the_newest_one_wins() -> None:
    early = SetByHand(phase="middle", after_session=2)
    back = SetByHand(phase="initial", after_session=3)
    assert phase_after(IPT16, 2, (early,)) == MIDDLE
    assert phase_after(IPT16, 3, (early,)) == MIDDLE
    assert phase_after(IPT16, 3, (early, back)) == INITIAL
    assert phase_after(IPT16, 0, (SetByHand(phase="middle", after_session=0),)) == MIDDLE


@pytest.mark.parametrize(
    ("in_group", "expected"),
    [
        ([], ()),
        ([False], (0,)),
        ([False, True, True], (0, 1, 2)),
        ([True, True], (1, 2)),
        ([False, False, True], (0, 1, 2)),
        ([True, False, True], (1, 2, 3)),
    ],
    ids=[
        "none yet",
        "before the group",
        "one before",
        "none before",
        "two before, one planned",
        "later alone",
    ],
)
def test_the_individual_session_before_a_group_has_no_number(
    in_group: list[bool], expected: tuple[int, ...]
) -> None:
    assert numbers(GROUP, in_group) == expected
    assert numbers(IPT16, in_group) == tuple(range(1, len(in_group) + 1))


def test_before_its_first_session_a_group_is_in_preparation() -> None:
    assert (phase_of(GROUP, 0).code, phase_after(GROUP, 0).code, phase_of(GROUP, 1).code) == (
        "preGroup",
        "preGroup",
        "initial",
    )


def test_a_record_knows_its_phase_also_in_a_group() -> None:
    alone = whole(1)
    group = tuple(whole(number, in_group=True) for number in (2, 3, 4))
    found = [
        phase_now(GROUP, CourseRecord(sessions=sessions)).code
        for sessions in ((), (alone,), (alone, *group[:2]), (alone, *group), group)
    ]
    assert found == ["preGroup", "preGroup", "initial", "middle", "middle"]
    by_hand = (SetByHand(phase="middle", after_session=2),)
    held = CourseRecord(sessions=(alone, group[0]), phases_by_hand=by_hand)
    assert phase_now(GROUP, held).code == "middle"
    assert phase_now(IPT16, course(5)) == MIDDLE


def test_a_session_beyond_the_most_needs_a_decision() -> None:
    dit = PROTOCOLS.get("DIT-16")
    assert (is_beyond_the_end(dit, 16), is_beyond_the_end(dit, 17)) == (False, True)
    assert (is_beyond_the_end(IPT16, 20), is_beyond_the_end(IPT16, 21)) == (False, True)


def test_the_contract_chooses_among_the_cadences_that_maintenance_allows() -> None:
    maintenance = PROTOCOLS.get("IPT-M")
    (phase,) = maintenance.phases
    monthly = Cadence(target=30, tolerance=10, longest_gap=60, allowed=(7, 14, 30))
    assert cadence_of(maintenance, phase) == monthly
    assert cadence_of(maintenance, phase, 14) == replace(monthly, target=14)
    assert cadence_of(maintenance, phase, 21) == monthly
    assert cadence_of(IPT16, MIDDLE, 14) == IPT16.cadence
