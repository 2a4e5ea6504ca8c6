"""An EHR backend acts in the role of the clinician that it names; each event says who, as what, and how."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.integration.front_door import FrontDoor, front_door

from casetrail_contracts.identity import Role

ADVICE = {"outcome": "suitable", "combination": "iptAlone", "advisedBy": "doctor-1"}
PLAN = {"elements": ["warningSigns"]}
NOT_FOUND = (404, "case-unknown")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    with front_door(tmp_path_factory.mktemp("door")) as door:
        yield door


@pytest.fixture
def case(door: FrontDoor) -> str:
    """A case of therapist-1, supervisor-1 and team-east; every token of the door is of that team."""
    return door.open_case()


def through(
    door: FrontDoor, case: str, name: str, body: dict[str, Any], sub: str, *more: Role
) -> httpx.Response:
    """A command of an EHR backend for somebody."""
    return door.post(f"/v1/cases/{case}/{name}", body, sub, Role.SYSTEM, *more)


def told(response: httpx.Response) -> tuple[str, str, str]:
    """Who, in which role, through which software."""
    assert response.status_code == 201, response.text
    first = response.json()["events"][0]
    return first["authid"], first["authrole"], first["authclient"]


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].rpartition("/")[2]


def test_software_that_holds_only_system_makes_a_case_ready_and_activates_it(
    door: FrontDoor, case: str
) -> None:
    steps: tuple[tuple[str, dict[str, Any], str, str], ...] = (
        ("record-consent", {"scope": "treatment"}, "therapist-1", "therapist"),
        ("advise-suitability", ADVICE, "doctor-1", "doctor"),
        ("assign-protocol", {"protocol": "IPT-16"}, "therapist-1", "therapist"),
        ("activate", {}, "therapist-1", "therapist"),
        ("transfer", {"therapistId": "therapist-2", "reason": "staffChange"}, "supervisor-1", "supervisor"),
    )
    acted = [told(through(door, case, name, body, sub)) for name, body, sub, _ in steps]
    assert acted == [(sub, role, "ehr-north") for _, _, sub, role in steps]


def test_nobody_has_more_rights_through_software_than_by_hand(door: FrontDoor, case: str) -> None:
    """Of a clinician whose role the token does not say, the case says it: one part, and no more."""
    refused = (
        through(door, case, "advise-suitability", ADVICE, "therapist-1"),
        through(door, case, "advise-suitability", ADVICE, "supervisor-1"),
        through(door, case, "record-safety-plan", PLAN, "doctor-1"),
        through(door, case, "record-consent", {"scope": "treatment"}, "supervisor-1"),
    )
    assert [refusal(response) for response in refused] == [NOT_FOUND] * 4


def test_a_role_beside_system_is_the_clinicians_and_no_other_is(door: FrontDoor, case: str) -> None:
    doctor = through(door, case, "advise-suitability", ADVICE, "doctor-1", Role.DOCTOR)
    assert told(doctor) == ("doctor-1", "doctor", "ehr-north")
    supervisor = through(door, case, "record-safety-plan", PLAN, "supervisor-2", Role.SUPERVISOR)
    assert told(supervisor) == ("supervisor-2", "supervisor", "ehr-north")
    nurse = through(door, case, "advise-suitability", ADVICE, "therapist-2", Role.THERAPIST)
    assert refusal(nurse) == (403, "not-allowed")


def test_who_has_two_roles_acts_in_the_one_that_sees_the_case(door: FrontDoor) -> None:
    case = door.open_case(therapistId="therapist-1")
    both = (Role.THERAPIST, Role.SUPERVISOR)
    path = f"/v1/cases/{case}/record-safety-plan"
    assert told(door.post(path, PLAN, "supervisor-1", *both)) == ("supervisor-1", "supervisor", "direct")
    assert told(door.post(path, PLAN, "therapist-1", *both)) == ("therapist-1", "therapist", "direct")
