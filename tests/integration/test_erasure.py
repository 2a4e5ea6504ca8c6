"""An erasure over HTTP: no text is sealed afterwards, on either database, and the case goes on in codes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.front_door import FrontDoor, front_door
from tests.integration.store import Store, opened, opening, request

from casetrail_contracts import Personal
from casetrail_contracts.events.care import SafetyPlanRecorded
from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Record
from treatment.domain.refusals import SubjectErased

PERSON = {
    "personId": "p-1",
    "alias": "Ann",
    "relationship": "friend",
    "temporal": "present",
    "livingStatus": "living",
    "closenessRing": 1,
    "linkToOnset": "none",
}
GOALS = {
    "because": {
        "reasonCode": "progress",
        "statedReason": "Better.",
        "decidedBy": "therapist-1",
        "reviewOn": "2099-01-01",
    },
    "added": [{"goalId": "g-1", "text": "Meet a friend."}],
}
PLAN = {"elements": ["contacts"]}
FORM = {
    "assessmentId": "a-1",
    "instrument": "PHQ9",
    "takenAt": "2026-03-02",
    "setting": "remote",
    "items": [1, 1, 1, 1, 1, 1, 1, 1, 3],
}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def erase(door: FrontDoor, case: str, **whose: str) -> None:
    asked = door.post(f"/v1/cases/{case}/request-erasure", {"legalBasis": "gdprArticle17", **whose})
    body = {"request": asked.json()["events"][0]["id"]}
    approved = door.post(f"/v1/cases/{case}/approve-erasure", body, "admin-1", Role.ADMIN)
    assert approved.status_code == 201, approved.text


def test_after_the_patients_erasure_texts_are_refused_and_codes_are_stored(door: FrontDoor) -> None:
    case = door.open_case()
    erase(door, case, subject="patient")
    refused = [
        door.post(f"/v1/cases/{case}/{name}", body)
        for name, body in (
            ("revise-goals", GOALS),
            ("record-safety-plan", PLAN | {"tells": "her sister"}),
            ("add-person", {"person": PERSON}),
        )
    ]
    told = [(one.status_code, one.json()["type"].rpartition("/")[2]) for one in refused]
    assert told == [(409, "subject-erased")] * 3
    form = door.post(f"/v1/cases/{case}/score-assessment", FORM)
    plan = door.post(f"/v1/cases/{case}/record-safety-plan", PLAN)
    check = door.post(f"/v1/cases/{case}/check-risk", {"asked": True, "level": "high"})
    assert [one.status_code for one in (form, plan, check)] == [201, 201, 201]
    assert [len(one.json()["events"]) for one in (form, plan, check)] == [2, 1, 2]


def test_after_a_persons_erasure_others_are_told_of_as_ever(door: FrontDoor) -> None:
    case = door.open_case()
    for other in (PERSON, PERSON | {"personId": "p-2"}):
        assert door.post(f"/v1/cases/{case}/add-person", {"person": other}).status_code == 201
    erase(door, case, subject="person", personId="p-1")
    said = [
        door.post(
            f"/v1/cases/{case}/revise-person",
            {"reason": "newInformation", "texts": {"personId": person_id, "canTalkAbout": "work"}},
        ).status_code
        for person_id in ("p-1", "p-2")
    ]
    assert said == [409, 201]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    with opened(f"sqlite:///{tmp_path}" if sqlite else request.getfixturevalue("postgres_url")) as store:
        yield store


def test_the_key_store_guards_against_a_decision_on_an_older_state(store: Store) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    application.store.destroy_keys(case, None)
    plan = SafetyPlanRecorded(elements=("contacts",), tells=Personal.plain("canary"))
    at = Moment.parse("2026-03-02")
    with pytest.raises(SubjectErased):
        application.handle(request("plan", case), Record(entry=plan, at=at))
    assert len(store.events_of_cases()) == 1
    without = SafetyPlanRecorded(elements=("contacts",))
    assert application.handle(request("codes", case), Record(entry=without, at=at)).version == 2
