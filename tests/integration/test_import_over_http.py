"""Forms of FHIR messages reach their cases once, over HTTP; the rest is listed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.front_door import FrontDoor, front_door
from tests.integration.imported import PATIENTS, counts, envelopes, events, told
from tests.unit.treatment.imports.fhir import observation

from casetrail_contracts.identity import Role
from casetrail_contracts.problem import PROBLEM_ROOT
from treatment.imports.patients import HANDED_OVER


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def post(
    door: FrontDoor, content: bytes, query: str = "", sub: str = "therapist-1", *roles: Role
) -> httpx.Response:
    headers = {**door.headers(sub, *roles), "content-type": "application/fhir+json"}
    return door.send("POST", f"/v1/fhir{query}", headers, content=content)


def bundle(
    door: FrontDoor, content: bytes, query: str = "", sub: str = "therapist-1", *roles: Role
) -> dict[str, Any]:
    response = post(door, content, query, sub, *roles)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def total_of(patient: str, total: int, **fields: Any) -> bytes:
    """One Observation of patient 77 or another; the address says whose server it is."""
    sent = observation(identity="o-1", valueInteger=total, subject={"reference": patient}, **fields)
    return json.dumps(sent).encode()


def test_the_twelve_patients_go_in_once_and_what_cannot_is_listed(door: FrontDoor) -> None:
    first = [bundle(door, file.read_bytes()) for file in PATIENTS]
    assert (len(PATIENTS), sum(one["added"] for one in first)) == (12, 20)
    rejected = [one["reason"] for report in first for one in report["rejected"]]
    assert len(rejected) == 2
    again = [bundle(door, file.read_bytes()) for file in PATIENTS]
    assert [(one["added"], one["known"]) for one in again] == [(0, one["added"]) for one in first]
    assert [one["cases"] for one in again] == [one["cases"] for one in first]
    opened = [event["subject"] for event in envelopes(door.folder, "case_opened")]
    assert [[case["caseId"] for case in one["cases"]] for one in first] == [[one] for one in opened]
    assert [case["forms"] for one in first for case in one["cases"]] == [one["added"] for one in first]
    found = counts(door.folder)
    assert (found["case_opened"], found["assessment_scored"]) == (12, 20)


def test_history_that_is_imported_pages_nobody(door: FrontDoor) -> None:
    for file in PATIENTS:
        bundle(door, file.read_bytes())
    assert set(counts(door.folder)) & {"risk_flag_raised", "risk_item_unanswered"} == set()


@pytest.mark.parametrize(
    ("content", "kind", "status", "problem", "detail"),
    [
        (b"not json", "application/fhir+json", 400, "import-unreadable", "not JSON"),
        (b"", "application/fhir+json", 400, "import-unreadable", "empty"),
        (b"<Bundle/>", "application/fhir+json", 400, "import-unreadable", "XML is not read"),
        (b"[]", "application/json; charset=utf-8", 400, "import-unreadable", "neither a Bundle nor"),
        (b"{}", "application/fhir+xml", 415, "unsupported-media-type", "not said to be JSON"),
        (b"{}", "text/plain", 415, "unsupported-media-type", "not said to be JSON"),
    ],
)
def test_what_cannot_be_read_at_all_is_a_problem_and_no_report(
    door: FrontDoor, content: bytes, kind: str, status: int, problem: str, detail: str
) -> None:
    response = door.send("POST", "/v1/fhir", {**door.headers(), "content-type": kind}, content=content)
    assert (response.status_code, response.json()["type"]) == (status, PROBLEM_ROOT + problem)
    assert detail in response.json()["detail"]


def test_the_patients_of_two_hospitals_are_two_cases_though_their_ids_are_alike(door: FrontDoor) -> None:
    reports = [
        bundle(door, total_of(f"https://{name}.example/fhir/Patient/77", total))
        for name, total in [("a", 12), ("b", 5)]
    ]
    assert [(one["added"], one["known"]) for one in reports] == [(1, 0), (1, 0)]
    assert counts(door.folder)["case_opened"] == 2


def test_software_is_a_sender_of_its_own_unless_it_names_another(door: FrontDoor) -> None:
    content = total_of("Patient/77", 12)
    assert bundle(door, content)["added"] == 1
    assert bundle(door, content, "", "therapist-1", Role.SYSTEM)["added"] == 1
    assert bundle(door, content, "?system=fhir", "therapist-1", Role.SYSTEM)["known"] == 1
    assert post(door, content, "?system=s|other").status_code == 422
    assert post(door, content, "?sender=fhir").status_code == 422


def test_who_is_in_charge_of_new_cases_is_said_with_the_message(door: FrontDoor) -> None:
    bundle(door, total_of("Patient/77", 12), "?supervisor_id=supervisor-1&team_id=team-east")
    (opened,) = events(door.folder, "case_opened")
    assert (opened["supervisorId"], opened["teamId"]) == ("supervisor-1", "team-east")


def test_a_corrected_observation_counts_and_one_in_error_is_taken_back(door: FrontDoor) -> None:
    """Domain reference 4.2. Each file again adds nothing."""
    files = [
        total_of("Patient/77", 12),
        total_of("Patient/77", 13, status="corrected"),
        total_of("Patient/77", 13, status="entered-in-error"),
    ]
    names = ("added", "corrected", "takenBack", "known")
    first = [tuple(report[name] for name in names) for report in (bundle(door, one) for one in files)]
    assert first == [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0)]
    again = [tuple(report[name] for name in names) for report in (bundle(door, one) for one in files)]
    assert again == [(0, 0, 0, 1)] * 3
    found = counts(door.folder)
    assert [found[name] for name in ("assessment_scored", "assessment_corrected", "entry_corrected")] == [
        1,
        1,
        1,
    ]


def test_other_content_without_a_correction_is_told_by_the_senders_id(door: FrontDoor) -> None:
    bundle(door, total_of("Patient/77", 12))
    (rejected,) = bundle(door, total_of("Patient/77", 13))["rejected"]
    assert rejected["reason"].startswith("Observation/o-1 is stored already with other content: send it with")


def test_a_date_in_the_future_is_told_in_words_and_opens_no_case(door: FrontDoor) -> None:
    (rejected,) = bundle(door, total_of("Patient/77", 12, effectiveDateTime="2090-01-01"))["rejected"]
    assert rejected["reason"].startswith("its date lies in the future")
    assert counts(door.folder) == {}


def test_another_therapist_learns_nothing_of_cases_that_are_not_theirs(door: FrontDoor) -> None:
    """The answer is the same whether somebody else treats the patient or nobody does."""
    content = total_of("Patient/77", 12)
    first = bundle(door, content)
    second, unknown = (
        {name: value for name, value in report.items() if name != "position"}
        for report in (
            bundle(door, content, "", "therapist-2"),
            bundle(door, total_of("Patient/78", 12), "", "therapist-2"),
        )
    )
    (mine,) = second.pop("cases")
    (new,) = unknown.pop("cases")
    assert mine | {"caseId": ""} == new | {"caseId": ""}
    assert mine["caseId"] not in {one["caseId"] for one in first["cases"]}
    assert second == unknown == told(added=1) | {"rejected": []}
    assert bundle(door, content, "", "therapist-2")["known"] == 1


def test_a_case_that_was_handed_over_is_found_by_its_new_therapist_only(door: FrontDoor) -> None:
    content = total_of("Patient/77", 12)
    bundle(door, content)
    (opened,) = envelopes(door.folder, "case_opened")
    body = {"therapistId": "therapist-2", "reason": "staffChange"}
    assert door.post(f"/v1/cases/{opened['subject']}/transfer", body).status_code == 201
    assert bundle(door, content, "", "therapist-2")["known"] == 1
    (rejected,) = bundle(door, content)["rejected"]
    assert rejected["reason"] == HANDED_OVER


def test_nobody_but_a_clinician_imports(door: FrontDoor) -> None:
    assert door.send("POST", "/v1/fhir", {}, content=b"{}").status_code == 401
    as_auditor = door.headers("auditor-1", Role.AUDITOR)
    assert door.send("POST", "/v1/fhir", as_auditor, content=b"{}").status_code == 403
