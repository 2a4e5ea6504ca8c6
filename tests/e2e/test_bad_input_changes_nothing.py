"""Bad input gets a problem document that says what is wrong and how to mend it, and changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.services.house import House, send

from casetrail_contracts.identity import Role

FORM = {"assessmentId": "bad", "instrument": "PHQ9", "takenAt": "2026-01-05", "setting": "remote"}
PERSON = {
    "personId": "p-1",
    "alias": "Sam",
    "relationship": "partner",
    "temporal": "present",
    "livingStatus": "living",
    "closenessRing": 1,
    "linkToOnset": "none",
}
SESSION = {
    "sessionId": "bad",
    "startedAt": "2026-01-05T10:00:00Z",
    "durationMinutes": 50,
    "timezone": "Europe/London",
    "attendance": "5",
    "modality": "video",
}
BECAUSE = {
    "reasonCode": "progress",
    "statedReason": "Better.",
    "decidedBy": "therapist-1",
    "reviewOn": "2099-03-01",
}
DISPUTE = {"area": "roleDispute", "otherPartyId": "nobody", "stage": "impasse"}

BODIES: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "wrong type": ("score-assessment", FORM | {"items": ["1"] * 9}, 422, "malformed"),
    "unknown field": ("score-assessment", FORM | {"reportedTotal": 3, "notes": "x"}, 422, "malformed"),
    "missing field": ("score-assessment", {"assessmentId": "bad"}, 422, "malformed"),
    "text too long": (
        "revise-goals",
        {"because": BECAUSE, "added": [{"goalId": "g", "text": "x" * 501}]},
        422,
        "malformed",
    ),
    "no reason": (
        "revise-goals",
        {
            "because": {"reasonCode": "progress", "decidedBy": "therapist-1", "reviewOn": "2099-03-01"},
            "added": [{"goalId": "g", "text": "x"}],
        },
        422,
        "malformed",
    ),
    "answer out of range": ("score-assessment", FORM | {"items": [0] * 8 + [4]}, 422, "item-out-of-range"),
    "negative answer": ("score-assessment", FORM | {"items": [0] * 8 + [-1]}, 422, "item-out-of-range"),
    "total out of range": ("score-assessment", FORM | {"reportedTotal": 300}, 422, "total-out-of-range"),
    "too few items": ("score-assessment", FORM | {"items": [0] * 3}, 422, "wrong-item-count"),
    "no answer at all": ("score-assessment", FORM, 422, "nothing-to-score"),
    "unknown instrument": (
        "score-assessment",
        FORM | {"instrument": "NOPE", "reportedTotal": 3},
        422,
        "instrument-unknown",
    ),
    "in the future": (
        "score-assessment",
        FORM | {"takenAt": "2099-01-01", "reportedTotal": 3},
        422,
        "in-the-future",
    ),
    "time without offset": (
        "hold-session",
        SESSION | {"startedAt": "2026-01-05T10:00:00"},
        422,
        "malformed",
    ),
    "no such day": (
        "score-assessment",
        FORM | {"takenAt": "2026-02-30", "reportedTotal": 3},
        422,
        "malformed",
    ),
    "not attended": ("hold-session", SESSION | {"attendance": "3"}, 422, "malformed"),
    "area before inventory": (
        "select-problem-area",
        {"rank": "primary", "focus": DISPUTE},
        422,
        "person-unknown",
    ),
    "completed before active": ("close", {"reason": "completed"}, 409, "closure-not-possible"),
    "unknown goal": (
        "revise-goals",
        {"because": BECAUSE, "closed": [{"goalId": "g", "status": "achieved"}]},
        422,
        "goal-unknown",
    ),
    "evidence of another case": (
        "revise-goals",
        {
            "because": BECAUSE | {"evidence": [f"{uuid4()}-0000000001"]},
            "added": [{"goalId": "g", "text": "x"}],
        },
        422,
        "evidence-unknown",
    ),
    "nobody in the inventory": ("record-inventory", {"people": []}, 422, "inventory-incomplete"),
    "a person twice": ("record-inventory", {"people": [PERSON, PERSON]}, 422, "person-repeated"),
    "lone surrogate": ("record-inventory", {"people": [PERSON | {"alias": "\ud800"}]}, 422, "malformed"),
    "integer beyond JSON": ("hold-session", SESSION | {"durationMinutes": 10**30}, 422, "malformed"),
}


@pytest.fixture(scope="module")
def case(house: House) -> str:
    return house.open_case()


@pytest.fixture
def unchanged(house: House, case: str) -> Iterator[None]:
    """Rows of every table and the stream are afterwards as they were before."""
    house.settle()
    before = counted(house)
    yield
    assert counted(house) == before


def counted(house: House) -> dict[str, int]:
    """What there is, but for the notes that the relay takes of the stream every few seconds."""
    return {name: count for name, count in house.counts().items() if name != "store.broker_seen"}


def check(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = response.json()
    assert problem["type"].endswith(f"/{kind}"), problem
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["cure"]
    assert "Traceback" not in response.text
    return problem


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_refused(house: House, case: str, name: str) -> None:
    command, body, status, kind = BODIES[name]
    with house.client() as client:
        content = (
            httpx.Request("POST", "http://x", json=body).read()
            if name != "lone surrogate"
            else (
                b'{"people": [' + str(PERSON).replace("'", '"').replace('"Sam"', '"\\ud800"').encode() + b"]}"
            )
        )
        response = client.post(
            f"/v1/cases/{case}/{command}",
            content=content,
            headers={"idempotency-key": str(uuid4()), "content-type": "application/json"},
        )
    check(response, status, kind)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"items": [NaN]}', b"{}" + b" " * 300_000],
    ids=["empty", "cut", "array", "null", "not UTF-8", "nested", "not a number", "too large"],
)
def test_a_body_that_is_no_object_is_refused(house: House, case: str, content: bytes) -> None:
    with house.client() as client:
        response = client.post(
            f"/v1/cases/{case}/score-assessment",
            content=content,
            headers={"idempotency-key": str(uuid4()), "content-type": "application/json"},
        )
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.usefixtures("unchanged")
def test_a_missing_or_odd_header_is_refused(house: House, case: str) -> None:
    with house.client() as client:
        path = f"/v1/cases/{case}/score-assessment"
        form = FORM | {"reportedTotal": 3}
        check(client.post(path, json=form), 422, "malformed")
        check(client.post(path, json=form, headers={"idempotency-key": "two words"}), 422, "malformed")
        odd = {"idempotency-key": str(uuid4()), "if-match": "W/abc"}
        check(client.post(path, json=form, headers=odd), 422, "malformed")
        stale = {"idempotency-key": str(uuid4()), "if-match": '"7"'}
        check(client.post(path, json=form, headers=stale), 412, "version-mismatch")


@pytest.mark.usefixtures("unchanged")
def test_nobody_and_the_wrong_role_are_refused(house: House, case: str) -> None:
    path, form, key = f"/v1/cases/{case}/score-assessment", FORM | {"reportedTotal": 3}, str(uuid4())
    with house.client() as client:
        client.headers.pop("authorization")
        check(client.post(path, json=form, headers={"idempotency-key": key}), 401, "not-authenticated")
        check(client.get("/v1/cases"), 401, "not-authenticated")
    for role in (Role.AUDITOR, Role.INTEGRATOR, Role.MANAGER, Role.OPERATOR, Role.ADMIN, Role.NOTIFIER):
        with house.client("therapist-1", role) as client:
            check(client.post(path, json=form, headers={"idempotency-key": key}), 403, "not-allowed")
    with house.client("therapist-1", Role.SYSTEM) as client:
        check(client.post(path, json=form, headers={"idempotency-key": key}), 403, "not-allowed")
    with house.client("therapist-1", Role.THERAPIST) as client:
        check(client.get("/v1/events"), 403, "not-allowed")


@pytest.mark.usefixtures("unchanged")
def test_another_tenants_case_is_answered_like_a_missing_one(house: House, case: str) -> None:
    missing = str(uuid4())
    form, key = FORM | {"reportedTotal": 3}, {"idempotency-key": str(uuid4())}
    trace = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    strangers = (
        house.client("therapist-1", Role.THERAPIST, tenant="other"),
        house.client("therapist-2", Role.THERAPIST),
        house.client("supervisor-2", Role.SUPERVISOR, teams=["team-west"]),
    )
    for client in strangers:
        with client:
            for path in ("", "/events"):
                answers = [client.get(f"/v1/cases/{one}{path}", headers=trace) for one in (case, missing)]
                assert_equal(*answers)
            if client is not strangers[2]:
                answers = [
                    client.post(f"/v1/cases/{one}/score-assessment", json=form, headers=key | trace)
                    for one in (case, missing)
                ]
                assert_equal(*answers)
    with house.client("auditor-2", Role.AUDITOR, tenant="other") as auditor:
        assert auditor.get("/v1/events").json() == {"events": [], "next": "0"}
        assert auditor.get("/v1/cases").json() == {"cases": [], "next": None}


def assert_equal(theirs: httpx.Response, missing: httpx.Response) -> None:
    def shown(response: httpx.Response) -> tuple[int, dict[str, str], bytes]:
        headers = {name: value for name, value in response.headers.items() if name != "date"}
        return response.status_code, headers, response.content

    assert shown(theirs) == shown(missing)
    assert theirs.status_code == 404


def test_no_text_of_a_person_is_in_any_log(house: House, case: str) -> None:
    canary = "Zebedee-canary-7731"
    with house.client() as client:
        send(client, f"/v1/cases/{case}/record-inventory", {"people": [PERSON | {"alias": canary}]})
        refused = client.post(
            f"/v1/cases/{case}/record-inventory",
            json={"people": [PERSON | {"alias": canary * 10}]},
            headers={"idempotency-key": str(uuid4())},
        )
    assert refused.status_code == 422
    assert canary not in refused.text
    assert [str(file) for file in house.data.rglob("*") if canary.encode() in content(file)] == []


def content(file: Path) -> bytes:
    """Nothing of a folder, or of a file that its owner has removed meanwhile."""
    try:
        return file.read_bytes()
    except (IsADirectoryError, FileNotFoundError):
        return b""
