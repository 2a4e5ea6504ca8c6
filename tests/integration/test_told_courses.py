"""The three told courses of the domain reference 6.3, through the front door: every step is accepted."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.integration.front_door import FrontDoor, front_door

from casetrail_contracts.identity import Role
from treatment.embedded.demo.run import _remember
from treatment.embedded.demo.told import COURSES, Course

START = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def told(door: FrontDoor, course: Course) -> list[str]:
    """The names of all events of the course."""
    case = door.open_case(patientRef=course.key, happenedAt="2026-01-05")
    ids: dict[str, str] = {}
    for step in course.steps(START):
        role = Role.DOCTOR if step.by == "doctor" else Role.THERAPIST
        sub = "doctor-1" if step.by == "doctor" else "therapist-1"
        response = door.post(f"/v1/cases/{case}/{step.command}", step.body(ids), sub, role)
        assert response.status_code == 201, (step.told, response.text)
        _remember(ids, step, response.json())
    events = door.get(f"/v1/cases/{case}/events").json()["events"]
    return [event["type"].split(".")[-2] for event in events]


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (
            COURSES[0],
            {
                "session_held": 12,
                "mood_rated": 2,
                "risk_flag_raised": 2,
                "risk_flag_resolved": 2,
                "crisis_referral_made": 1,
                "goals_revised": 2,
                "case_closed": 1,
            },
        ),
        (COURSES[1], {"session_held": 3, "problem_area_selected": 1, "medication_recorded": 1}),
        (
            COURSES[2],
            {"session_held": 5, "safety_plan_recorded": 1, "case_closed": 1, "follow_up_recorded": 3},
        ),
    ],
    ids=[course.key for course in COURSES],
)
def test_a_told_course_is_accepted_whole(door: FrontDoor, course: Course, expected: dict[str, int]) -> None:
    found = Counter(told(door, course))
    assert {name: found[name] for name in expected} == expected
