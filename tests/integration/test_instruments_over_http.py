"""`GET /v1/instruments`: what is installed, how it is scored, and its wording where that may be shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.front_door import FrontDoor, front_door

from casetrail_contracts.identity import Role
from treatment.definitions.installed import shipped

INSTALLED = shipped()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    folder: Path = tmp_path_factory.mktemp("door")
    with front_door(folder) as door:
        yield door


def test_every_instrument_is_listed_with_its_notice(door: FrontDoor) -> None:
    answer = door.get("/v1/instruments")
    assert answer.json() == {
        "instruments": [
            {"code": code, "definition": one.reference, "title": one.title, "licence": one.licence}
            for code, one in sorted(INSTALLED.instruments.by_code.items())
        ]
    }


def test_the_wording_of_phq9_comes_with_its_scoring_and_the_owners_notice(door: FrontDoor) -> None:
    told = door.get("/v1/instruments/PHQ9").json()
    assert (told["lowest"], told["highest"], told["bands"][2]["code"]) == (0, 27, "moderate")
    assert told["thresholds"]["caseness"] == 10
    (wording,) = told["wording"]
    assert (wording["language"], len(wording["items"]), len(wording["items"][0]["options"])) == ("en", 10, 4)
    assert "Pfizer" in wording["licence"]


def test_what_its_owner_keeps_has_no_wording(door: FrontDoor) -> None:
    told = door.get("/v1/instruments/EPDS").json()
    assert (told["wording"], told["items"]["count"], told["thresholds"]["screening"]) == ([], 10, 10)
    assert door.get("/v1/instruments/MSPSS").json()["thresholds"]["reliableChange"] == "1.15"


def test_a_code_that_nobody_knows_is_answered_with_those_that_are(door: FrontDoor) -> None:
    answer = door.get("/v1/instruments/NOPE")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("instrument-unknown")


def test_who_has_no_part_in_it_may_not_ask(door: FrontDoor) -> None:
    assert door.get("/v1/instruments", "manager-1", Role.MANAGER).status_code == 403
