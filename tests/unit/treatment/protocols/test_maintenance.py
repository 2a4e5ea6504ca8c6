"""IPT-M: who may begin, and when the illness seems to come back (domain reference 2.3)."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from tests.unit.treatment.protocols.courses import IPT16, PROTOCOLS

from treatment.domain.maintenance import Visit, may_begin, recurrence_suspected

MAINTENANCE = PROTOCOLS.get("IPT-M")


@pytest.mark.parametrize(
    ("totals", "begins"),
    [
        ({"HRSD17": 7}, True),
        ({"HRSD17": 8}, False),
        ({"PHQ9": 4}, True),
        ({"PHQ9": 5}, False),
        ({"HRSD17": 8, "PHQ9": 4}, True),
        ({"GAD7": 0}, False),
        ({}, False),
    ],
    ids=["HRSD<=7", "HRSD 8", "PHQ9<5", "PHQ9 5", "one is enough", "another instrument", "no score"],
)
def test_maintenance_begins_after_a_remission(totals: Mapping[str, int], begins: object) -> None:
    assert may_begin(MAINTENANCE, totals) is begins


def test_a_protocol_without_a_gate_may_begin() -> None:
    assert may_begin(IPT16, {})


@pytest.mark.parametrize(
    ("visits", "suspected"),
    [
        ([(0, 10), (28, 10)], True),
        ([(0, 10), (29, 10)], False),
        ([(0, 9), (28, 10)], False),
        ([(0, 10), (28, 9)], False),
        ([(0, 12), (14, 9), (28, 12)], False),
        ([(0, 3), (60, 11), (80, 12)], True),
        ([(0, 20)], False),
    ],
    ids=[
        "at the edge",
        "29 days",
        "first at 9",
        "second at 9",
        "not consecutive",
        "the newest two",
        "one visit",
    ],
)
def test_two_high_visits_close_together_are_a_recurrence(
    visits: list[tuple[int, int]], suspected: object
) -> None:
    rule = MAINTENANCE.recurrence
    assert rule is not None
    first = date(2026, 3, 2)
    given = [Visit(on=first + timedelta(days=day), total=total) for day, total in visits]
    assert recurrence_suspected(rule, given) is suspected
