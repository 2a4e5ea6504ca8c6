"""At the door: a command without a place is answered at once and unread; everything else is let through."""

from collections.abc import Mapping

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from treatment.api.admission import Admission
from treatment.api.lane import Lane

COMMAND = "/v1/cases/0190a6b0-0000-7000-8000-000000000001/score-assessment"


class House:
    """An application behind the door, whose lane has one place."""

    def __init__(self) -> None:
        self.lane = Lane("test", threads=1, most=1)
        self.read: list[bytes] = []
        inside = Starlette(routes=[Route("/{rest:path}", self._answer, methods=["GET", "POST"])])
        transport = httpx.ASGITransport(Admission(inside, self.lane))
        self.caller = httpx.AsyncClient(transport=transport, base_url="http://casetrail")

    async def _answer(self, request: Request) -> PlainTextResponse:
        self.read.append(await request.body())
        return PlainTextResponse("answered")

    async def status(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> int:
        return (await self.caller.request(method, path, headers=headers, content=b"a body")).status_code


async def test_a_command_without_a_place_is_told_to_come_again_and_not_read() -> None:
    house = House()
    with house.lane.arriving():
        answer = await house.caller.post(COMMAND, content=b"a body")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (503, "overloaded")
    assert int(answer.headers["retry-after"]) > 0
    assert house.read == []
    assert await house.status("POST", COMMAND) == 200
    assert house.read == [b"a body"]


async def test_the_place_of_a_command_is_free_again_when_it_was_answered() -> None:
    house = House()
    assert [await house.status("POST", COMMAND) for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/cases/0190a6b0-0000-7000-8000-000000000001"),
        ("POST", "/v1/fhir"),
        ("GET", "/health/ready"),
    ],
)
async def test_what_is_no_command_is_let_through(method: str, path: str) -> None:
    house = House()
    with house.lane.arriving():
        assert await house.status(method, path) == 200
