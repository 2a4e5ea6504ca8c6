"""Who extends a course whose ending is fixed, over HTTP (invariant 10): by the roles of the token."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.front_door import FrontDoor, front_door

from casetrail_contracts.identity import Role

BECAUSE = {
    "reasonCode": "therapistReview",
    "statedReason": "More time is needed.",
    "decidedBy": "supervisor-1",
    "reviewOn": "2030-01-01",
}
LONG = {"sessions": 20, "cadenceDays": 7, "absenceRule": "rescheduled"}
EXTENDED = {"because": BECAUSE, "kind": "extendSessions", "trigger": "supervision", "sessions": 20}
BOTH = (Role.THERAPIST, Role.SUPERVISOR)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


@pytest.mark.parametrize(
    ("sub", "roles", "status"),
    [
        ("therapist-1", (Role.THERAPIST,), 403),
        ("therapist-1", BOTH, 201),
        ("supervisor-1", (Role.SUPERVISOR,), 201),
    ],
    ids=["therapist", "therapist and supervisor", "supervisor"],
)
@pytest.mark.parametrize(
    ("command", "body"), [("agree-contract", LONG), ("adapt-tactic", EXTENDED)], ids=["contract", "tactic"]
)
def test_invariant_10_only_who_supervises_extends(
    door: FrontDoor, command: str, body: dict[str, object], sub: str, roles: tuple[Role, ...], status: int
) -> None:
    case = door.open_case()
    assert door.post(f"/v1/cases/{case}/assign-protocol", {"protocol": "DIT-16"}).status_code == 201
    response = door.post(f"/v1/cases/{case}/{command}", body, sub, *roles)
    assert response.status_code == status, response.text


@pytest.mark.parametrize(
    ("sub", "command", "body", "role"),
    [
        ("therapist-1", "agree-contract", LONG, "supervisor"),
        ("therapist-1", "adapt-tactic", EXTENDED, "supervisor"),
        ("therapist-1", "adapt-tactic", EXTENDED | {"sessions": 12}, "therapist"),
        ("therapist-1", "adapt-tactic", EXTENDED | {"kind": "stepDown", "sessions": None}, "therapist"),
        ("supervisor-1", "adapt-tactic", EXTENDED, "supervisor"),
    ],
    ids=["contract", "tactic", "within the length", "another tactic", "the supervisor of the case"],
)
def test_the_event_names_the_role_to_which_the_decision_belongs(
    door: FrontDoor, sub: str, command: str, body: dict[str, object], role: str
) -> None:
    """The catalogue lets a supervisor extend: who has both roles did it as that."""
    case = door.open_case()
    door.post(f"/v1/cases/{case}/assign-protocol", {"protocol": "DIT-16"})
    response = door.post(f"/v1/cases/{case}/{command}", body, sub, *BOTH)
    assert response.status_code == 201, response.text
    event = response.json()["events"][0]
    assert (event["authid"], event["authrole"]) == (sub, role)


def test_a_role_counts_only_where_it_reaches_the_case(door: FrontDoor) -> None:
    case = door.open_case(teamId="team-west", supervisorId="supervisor-2")
    door.post(f"/v1/cases/{case}/assign-protocol", {"protocol": "DIT-16"})
    response = door.post(f"/v1/cases/{case}/agree-contract", LONG, "therapist-1", *BOTH)
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (403, "needs-another-role")


@pytest.mark.parametrize("sessions", [-5, 2**60], ids=["negative", "beyond every course"])
def test_a_tactic_with_a_figure_of_no_course_is_malformed(door: FrontDoor, sessions: int) -> None:
    case = door.open_case()
    response = door.post(f"/v1/cases/{case}/adapt-tactic", EXTENDED | {"sessions": sessions})
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (422, "malformed")
