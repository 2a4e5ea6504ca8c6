"""A form that was taken back as entered in error comes again over HTTP: the answer says what became of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.front_door import FrontDoor, front_door

from casetrail_contracts.problem import PROBLEM_ROOT

FORM = {
    "assessmentId": "a-1",
    "instrument": "PHQ9",
    "takenAt": "2026-03-02T09:00:00Z",
    "setting": "remote",
    "inputMode": "screen",
    "items": [1, 1, 1, 1, 1, 1, 1, 1, 1],
}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def test_a_form_that_was_taken_back_is_refused_and_the_answer_names_the_correction(door: FrontDoor) -> None:
    case = door.open_case()
    path = f"/v1/cases/{case}/score-assessment"
    first = door.post(path, FORM, key="first")
    (stored, *_) = first.json()["events"]
    correction = {"target": stored["id"], "kind": "enteredInError", "cause": "wrongPatient"}
    taken_back = door.post(f"/v1/cases/{case}/correct-entry", correction)
    assert taken_back.status_code == 201, taken_back.text
    again = door.post(path, FORM)
    (by, *_) = taken_back.json()["events"]
    told = {name: again.json()[name] for name in ("type", "status", "detail", "cure")}
    assert told == {
        "type": f"{PROBLEM_ROOT}taken-back-before",
        "status": 409,
        "detail": f"The form a-1 said the same before, and {by['id']} took it back. "
        "Nothing was stored, and no alert was raised.",
        "cure": "Send it under an id of its own if it is right after all; otherwise there is nothing to do.",
    }
    # A repeat of the command itself is answered with what it stored, whatever became of that.
    assert door.post(path, FORM, key="first").json() == first.json()
    assert door.post(path, FORM | {"assessmentId": "a-2"}).status_code == 201
