"""`GET /v1/cases/{id}/outcomes` over HTTP: by whom it may be asked, and what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.front_door import FrontDoor, front_door

from casetrail_contracts.identity import Role


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def scored(door: FrontDoor, case: str, day: str, instrument: str, **more: object) -> None:
    body = {
        "assessmentId": f"{instrument}-{day}",
        "instrument": instrument,
        "takenAt": day,
        "setting": "remote",
        "respondent": "patient",
        "inputMode": "paper",
    }
    response = door.post(f"/v1/cases/{case}/score-assessment", body | more)
    assert response.status_code == 201, response.text


def test_the_outcomes_of_a_case_are_computed_from_its_events(door: FrontDoor) -> None:
    case = door.open_case(happenedAt="2025-01-01")
    scored(door, case, "2025-01-06", "PHQ9", reportedTotal=20)
    scored(door, case, "2026-01-05", "PHQ9", reportedTotal=4)
    scored(door, case, "2025-01-06", "MSPSS", reportedMean="3.25")
    answer = door.get(f"/v1/cases/{case}/outcomes")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    told = answer.json()
    assert told["talkingTherapies"] == {
        "caseness": True,
        "recovered": None,
        "change": "reliablyImproved",
        "reliablyRecovered": None,
    }
    mspss, phq9 = told["measures"]
    assert [(one["score"], one["isCase"]) for one in mspss["scores"]] == [("3.25", None)]
    assert (phq9["response"], phq9["remission"], phq9["changeClass"]) == (True, True, "recovered")
    (cms159,) = [one for one in phq9["windows"] if one["code"] == "CMS159"]
    assert cms159 == {
        "code": "CMS159",
        "inMeasure": True,
        "index": phq9["scores"][0]["eventId"],
        "opensOn": "2025-11-07",
        "closesOn": "2026-03-07",
        "followUp": phq9["scores"][1]["eventId"],
        "remission": True,
        "response": True,
    }


def test_who_may_not_see_the_case_is_answered_as_if_there_were_none(door: FrontDoor) -> None:
    case = door.open_case()
    assert door.get(f"/v1/cases/{case}/outcomes", "therapist-2").status_code == 404
    assert door.get(f"/v1/cases/{case}/outcomes", "operator-1", Role.OPERATOR).status_code == 403
    assert door.get(f"/v1/cases/{case}/outcomes", "auditor-1", Role.AUDITOR).status_code == 200
