"""Texts that are accepted are nowhere in plain: every command with every text marked (compliance 4.1, T4)."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from tests.contract.test_no_process_notes import reviewed
from tests.integration.front_door import FrontDoor, front_door
from tests.integration.projections.feeding import everything_in, feed_all
from tests.marked_texts import MARK, MarkedCourse, Sent, event_of, marked, sender

from casetrail_contracts.identity import Role
from treatment.api.command_routes import OPENING, ROUTES
from treatment.store.opening import open_database
from treatment.store.stored_log import StoredLog

NOT_OF_A_CASE = {"actor_registered", "definition_published"}
"""Texts of the register: who acts is covered in `test_register.py`, a definition is about no person."""
QUERIES = ("/v1/cases/{case}", "/v1/cases/{case}/events", "/v1/cases", "/v1/events")


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def told(door: FrontDoor) -> list[Sent]:
    return list(course(door).tell())


def course(door: FrontDoor) -> MarkedCourse:
    return MarkedCourse(door.post)


def test_every_command_of_the_catalogue_is_accepted_with_its_texts_t4(door: FrontDoor) -> None:
    sent = told(door)
    refused = [(one.name, one.response.text) for one in sent if one.response.status_code != 201]
    assert refused == []
    assert {one.name for one in sent} == {OPENING.name, *(route.name for route in ROUTES)}
    texts = {f"{event_of(one.name)} {path}" for one in sent for path in marked(one.body)}
    wanted = {text for text in reviewed() if text.split()[0] not in NOT_OF_A_CASE}
    assert texts == wanted, (
        "a text that no command of the marked course sends: add it in tests/marked_texts.py"
    )


def test_a_marked_text_is_in_no_answer_no_table_and_no_line_t4(
    door: FrontDoor, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = course(door)
    answers = [one.response for one in whole.tell()]
    address = f"sqlite:///{door.folder}"
    with (
        closing(open_database(address, "store")) as store,
        closing(open_database(address, "read")) as read_models,
    ):
        contents = [row.content for row in StoredLog(store).after(0, 1_000)]
        feed_all(read_models, contents)
        assert everything_in(read_models)["quarantine"] == []
        answers += [door.get(path.format(case=whole.case), "auditor-1", Role.AUDITOR) for path in QUERIES]
    assert [answer.status_code for answer in answers[-len(QUERIES) :]] == [200] * len(QUERIES)
    assert [str(answer.url) for answer in answers if shows(answer)] == []
    files = sorted(file for file in door.folder.iterdir() if ".db" in file.name)
    # What is not sealed is found, so what is not found is not there.
    found = {file.name.split(".")[0] for file in files if b"therapist-1" in file.read_bytes()}
    assert found >= {"store", "read"}
    assert [file.name for file in files if MARK.encode() in file.read_bytes()] == []
    assert MARK not in "".join(capsys.readouterr())


def test_a_refusal_shows_nothing_of_what_it_refuses_t4(door: FrontDoor) -> None:
    nobody = "00000000-0000-4000-8000-000000000001"
    answers = []
    for one in course(door).tell():
        case = one.response.json()["caseId"]
        path = "/v1/cases" if one.name == OPENING.name else f"/v1/cases/{case}/{one.name}"
        answers.append(door.post(path, one.body, *sender(one.name)))
        answers.append(door.post(path.replace(case, nobody), one.body, *sender(one.name)))
        answers.append(door.post(path, one.body, "operator-1", Role.OPERATOR))
    assert {answer.status_code for answer in answers} >= {403, 404, 409, 422}
    assert [str(answer.url) for answer in answers if shows(answer)] == []


def test_a_note_in_an_imported_bundle_is_passed_over_and_stored_nowhere_t5(door: FrontDoor) -> None:
    label = [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSYTHPN"}]
    attachment = {"contentType": "text/plain", "data": b64encode(MARK.encode()).decode(), "title": MARK}
    note = {
        "resourceType": "DocumentReference",
        "id": "note-1",
        "meta": {"security": label},
        "status": "current",
        "description": MARK,
        "content": [{"attachment": attachment}],
    }
    form = {
        "resourceType": "Observation",
        "id": "form-1",
        "status": "final",
        "text": {"status": "generated", "div": f"<div>{MARK}</div>"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}], "text": MARK},
        "subject": {"reference": "Patient/1", "display": MARK},
        "effectiveDateTime": "2026-01-05",
        "valueInteger": 12,
        "note": [{"text": MARK}],
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": note}, {"resource": form}],
    }
    answer = door.post("/v1/fhir", bundle)
    told = answer.json()
    assert (answer.status_code, told["added"], told["passedOver"], told["rejected"]) == (200, 1, 1, [])
    assert not shows(answer)
    content = b"".join(file.read_bytes() for file in door.folder.iterdir() if ".db" in file.name)
    assert [text for text in (MARK.encode(), attachment["data"].encode()) if text in content] == []


def shows(answer: httpx.Response) -> bool:
    """Whether a marked text is in the answer or in its headers."""
    return MARK in answer.text or any(MARK in value for value in answer.headers.values())
