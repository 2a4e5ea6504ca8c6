"""The shipped files against the overview of the domain reference 2.1, row by row."""

import pytest
from tests.unit.treatment.protocols.courses import PROTOCOLS

from treatment.domain.protocols import (
    Count,
    Weeks,
)

IPT_16_PHASES = (("initial", 1, 4), ("middle", 5, 12), ("termination", 13, 16))
AT_50 = (40, 50, 60)

Row = tuple[
    str,
    tuple[int, int, int],
    tuple[int | None, int, int],
    tuple[int, int, int] | None,
    tuple[tuple[str, int, int], ...],
]
OVERVIEW: list[Row] = [
    ("IPT-16", (12, 16, 20), (None, 16, 24), AT_50, IPT_16_PHASES),
    (
        "IPT-12",
        (10, 12, 14),
        (None, 12, 16),
        AT_50,
        (("initial", 1, 3), ("middle", 4, 9), ("termination", 10, 12)),
    ),
    ("IPT-B", (6, 8, 9), (8, 8, 12), AT_50, (("initial", 1, 2), ("middle", 3, 7), ("termination", 8, 8))),
    ("IPC", (3, 6, 8), (3, 6, 8), (20, 30, 45), (("initial", 1, 1), ("middle", 2, 5), ("termination", 6, 6))),
    ("IPT-EST", (3, 3, 3), (None, 3, 6), None, (("evaluate", 1, 1), ("strategies", 2, 2), ("triage", 3, 3))),
    (
        "IPT-A",
        (10, 12, 16),
        (None, 12, 16),
        (35, 45, 50),
        (("initial", 1, 4), ("middle", 5, 9), ("termination", 10, 12)),
    ),
    (
        "IPT-A-SCI",
        (5, 5, 5),
        (None, 5, 18),
        None,
        (("safetyPlan", 1, 1), ("focus", 2, 2), ("skills", 3, 4), ("relapsePlan", 5, 5)),
    ),
    (
        "IPT-G8",
        (7, 8, 16),
        (None, 8, 16),
        (60, 90, 120),
        (("preGroup", 0, 0), ("initial", 1, 2), ("middle", 3, 6), ("termination", 7, 8)),
    ),
    ("IPT-M", (1, 24, 104), (None, 104, 104), AT_50, (("maintenance", 1, 104),)),
    (
        "IPSRT",
        (16, 20, 44),
        (None, 20, 124),
        (45, 50, 60),
        (("initial", 1, 4), ("intermediate", 5, 20), ("maintenance", 21, 42), ("final", 43, 44)),
    ),
    (
        "DIT-16",
        (12, 16, 16),
        (16, 20, 24),
        AT_50,
        (("engagement", 1, 4), ("middle", 5, 12), ("ending", 13, 16)),
    ),
    (
        "MIT-12W",
        (10, 12, 14),
        (None, 12, 16),
        AT_50,
        (("formulation", 1, 4), ("change", 5, 10), ("consolidation", 11, 12)),
    ),
    (
        "MIT-12M",
        (40, 48, 52),
        (None, 52, 60),
        AT_50,
        (("sharedFormulation", 1, 12), ("changePromoting", 13, 42), ("ending", 43, 48)),
    ),
    (
        "MIT-G16",
        (14, 16, 16),
        (None, 16, 20),
        (90, 120, 150),
        (("psychoeducation", 1, 4), ("experiential", 5, 16)),
    ),
    ("IPT-BLEND", (12, 16, 16), (12, 16, 20), AT_50, IPT_16_PHASES),
    (
        "IPT-2X",
        (12, 20, 20),
        (16, 20, 24),
        (40, 45, 60),
        (("initial", 1, 4), ("middleTwiceWeekly", 5, 8), ("middle", 9, 16), ("termination", 17, 20)),
    ),
]


@pytest.mark.parametrize(
    ("code", "sessions", "weeks", "minutes", "phases"), OVERVIEW, ids=[f"2.1 {row[0]}" for row in OVERVIEW]
)
def test_a_protocol_has_the_length_and_the_phases_of_its_row(
    code: str,
    sessions: tuple[int, int, int],
    weeks: tuple[int | None, int, int],
    minutes: tuple[int, int, int] | None,
    phases: tuple[tuple[str, int, int], ...],
) -> None:
    found = PROTOCOLS.get(code)
    assert (found.sessions, found.weeks, found.minutes, _phases(code)) == (
        _count(sessions),
        Weeks(least=weeks[0], planned=weeks[1], most=weeks[2]),
        minutes and _count(minutes),
        phases,
    )


def test_sixteen_protocols_ship_each_named_by_its_digest() -> None:
    assert sorted(PROTOCOLS.by_code) == sorted(row[0] for row in OVERVIEW)
    assert sorted(PROTOCOLS.by_reference) == sorted(one.reference for one in PROTOCOLS.by_code.values())
    assert len({one.sha256 for one in PROTOCOLS.by_code.values()}) == 16


@pytest.mark.parametrize(
    ("code", "modality", "focus"),
    [
        ("IPT-16", "individual", "problemArea"),
        ("IPT-12", "individual", "problemArea"),
        ("IPT-B", "individual", "problemArea"),
        ("IPC", "individual", "problemArea"),
        ("IPT-EST", "individual", "problemArea"),
        ("IPT-A", "individual", "problemArea"),
        ("IPT-A-SCI", "individual", "problemArea"),
        ("IPT-G8", "group", "problemArea"),
        ("IPT-M", "individual", "problemArea"),
        ("IPSRT", "individual", "formulation"),
        ("DIT-16", "individual", "formulation"),
        ("MIT-12W", "individual", "formulation"),
        ("MIT-12M", "individual", "formulation"),
        ("MIT-G16", "group", "none"),
        ("IPT-BLEND", "blended", "problemArea"),
        ("IPT-2X", "individual", "problemArea"),
    ],
)
def test_a_protocol_says_in_which_form_it_is_held_and_on_what_it_works(
    code: str, modality: str, focus: str
) -> None:
    found = PROTOCOLS.get(code)
    assert (found.modality, found.focus) == (modality, focus)


def _count(three: tuple[int, int, int]) -> Count:
    return Count(least=three[0], planned=three[1], most=three[2])


def _phases(code: str) -> tuple[tuple[str, int, int], ...]:
    return tuple((phase.code, phase.first, phase.last) for phase in PROTOCOLS.get(code).phases)
