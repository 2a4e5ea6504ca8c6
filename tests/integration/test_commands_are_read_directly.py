"""A command that is read directly is answered exactly as the framework would have it answered."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from tests.integration.front_door import FrontDoor, front_door

from casetrail_contracts.identity import Role
from treatment.api.direct import CommandApiRoute

BODY = {"patientRef": "patient", "therapistId": "therapist-1", "teamId": "team-east"}
JSON = {"content-type": "application/json"}
KEY = {"idempotency-key": "key"}
ODD: dict[str, tuple[dict[str, str], bytes]] = {
    "no key": (JSON, b"{}"),
    "a key with a space": (JSON | {"idempotency-key": "a b"}, b"{}"),
    "a key that is too long": (JSON | {"idempotency-key": "k" * 201}, b"{}"),
    "a version in words": (JSON | KEY | {"if-match": "seven"}, b"{}"),
    "a version and a bad body": (JSON | KEY | {"if-match": "seven"}, b"{]"),
    "no body": (JSON | KEY, b""),
    "no JSON": (JSON | KEY, b"{"),
    "no UTF-8": (JSON | KEY, b'{"patientRef": "\xff"}'),
    "half a letter": (JSON | KEY, b'{"patientRef": "\\ud800", "therapistId": "therapist-1"}'),
    "very deep": (JSON | KEY, b"[" * 30_000),
    "a list": (JSON | KEY, b"[]"),
    "a field too many": (JSON | KEY, b'{"patientRef": "p", "therapistId": "t", "colour": "red"}'),
    "not a number": (JSON | KEY, b'{"patientRef": NaN, "therapistId": "therapist-1"}'),
    "not sent as JSON": ({"content-type": "text/plain"} | KEY, b"{}"),
}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path / "direct") as opened:
        yield opened


@pytest.fixture
def framework(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FrontDoor]:
    monkeypatch.setattr(CommandApiRoute, "get_route_handler", APIRoute.get_route_handler)
    with front_door(tmp_path / "framework") as opened:
        yield opened


def told(answer: httpx.Response) -> dict[str, Any]:
    """An answer without what differs each time."""
    body = answer.json()
    body.pop("traceid", None)
    return {"status": answer.status_code, "type": answer.headers["content-type"], "body": body}


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_well_formed_is_told_by_the_framework(
    name: str, door: FrontDoor, framework: FrontDoor
) -> None:
    headers, body = ODD[name]
    answers = [
        told(one.send("POST", "/v1/cases", one.headers() | headers, content=body))
        for one in (door, framework)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["status"] in {400, 422}


def test_who_may_not_is_refused_alike(door: FrontDoor, framework: FrontDoor) -> None:
    for status, roles in ((401, ()), (403, (Role.ADMIN,))):
        answers = [
            told(
                one.send("POST", "/v1/cases", KEY | (one.headers("a-1", *roles) if roles else {}), json=BODY)
            )
            for one in (door, framework)
        ]
        assert answers[0] == answers[1]
        assert answers[0]["status"] == status


def test_what_names_no_case_is_an_unknown_case(door: FrontDoor, framework: FrontDoor) -> None:
    answers = [told(one.post("/v1/cases/no-uuid/activate", {})) for one in (door, framework)]
    assert answers[0] == answers[1]
    assert answers[0]["status"] == 404


def test_a_well_formed_command_does_not_reach_the_framework(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def handler(route: APIRoute) -> Callable[..., Any]:
        async def by_the_framework(_: object) -> None:
            asked.append(route.path)

        return by_the_framework

    monkeypatch.setattr(APIRoute, "get_route_handler", handler)
    with front_door(tmp_path) as door:
        assert door.post("/v1/cases", BODY).status_code == 201
    assert asked == []
