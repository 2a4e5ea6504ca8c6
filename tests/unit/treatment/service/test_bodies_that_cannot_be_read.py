"""A body that cannot be read is answered with how to send it."""

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from treatment.api import failures


class Form(BaseModel):
    """A body."""

    total: int


async def take(form: Form) -> Form:
    return form


JSON_KIND = "application/json"
UNREAD = {"pointer": "", "reason": "not read as JSON: send `Content-Type: application/json`"}


@pytest.mark.parametrize(
    ("kind", "content", "errors"),
    [
        ("text/plain", b'{"total": 3}', [UNREAD]),
        ("application/x-www-form-urlencoded", b"total=3", [UNREAD]),
        (
            JSON_KIND,
            b'{"total": }',
            [{"pointer": "", "reason": "not JSON at character 11: Expecting value"}],
        ),
        (
            JSON_KIND,
            b'{"total": "x"}',
            [
                {
                    "pointer": "/total",
                    "reason": "Input should be a valid integer, unable to parse string as an integer",
                }
            ],
        ),
    ],
    ids=["another kind", "a form", "no JSON", "wrong type"],
)
async def test_a_body_that_cannot_be_read_says_how_to_send_it(
    kind: str, content: bytes, errors: list[dict[str, str]]
) -> None:
    app = FastAPI()
    app.add_api_route("/forms", take, methods=["POST"])
    failures.install(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as client:
        answer = await client.post("/forms", content=content, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["errors"]) == (422, errors)
