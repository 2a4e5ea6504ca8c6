"""Answers that hold events: their exact bytes, never decoded and encoded again."""

import json
from collections.abc import Iterable

from fastapi import Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from treatment.application import Answer

NO_STORE = {"cache-control": "no-store"}


class Accepted(BaseModel):
    """What a command stored. A repeat is answered with the same."""

    model_config = ConfigDict(alias_generator=to_camel, use_attribute_docstrings=True)

    case_id: str
    version: int
    """The version of the case: send it as If-Match with the next decision."""
    position: str
    """The newest event's place in the tenant's history: send it as `min_position` with a query."""
    events: list[dict[str, object]]
    """The exact bytes that were stored and will be published; empty when nothing new was said."""
    hashes: list[str]
    """SHA-256 of each event's bytes, base64url."""


class FeedPage(BaseModel):
    """A part of the tenant's history, in order."""

    events: list[dict[str, object]]
    next: str
    """Send it as `after` to go on."""


def accepted(answer: Answer) -> Response:
    """201 with what was stored; the ETag is the case's version."""
    body = _object(
        caseId=json.dumps(answer.case_id).encode(),
        version=str(answer.version).encode(),
        position=json.dumps(f"{answer.position:016d}").encode(),
        events=array(event.bytes for event in answer.events),
        hashes=json.dumps([event.hash for event in answer.events]).encode(),
    )
    location = {"location": f"/v1/cases/{answer.case_id}", "etag": f'"{answer.version}"'}
    return Response(body, 201, {**NO_STORE, **location}, "application/json")


def feed_page(contents: Iterable[bytes], following: str) -> Response:
    """`{"events":[<exact bytes>,…],"next":"<position>"}`."""
    body = _object(events=array(contents), next=json.dumps(following).encode())
    return Response(body, 200, NO_STORE, "application/json")


def array(contents: Iterable[bytes]) -> bytes:
    """A JSON array of values that are JSON already."""
    return b"[" + b",".join(contents) + b"]"


def _object(**members: bytes) -> bytes:
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), value) for name, value in members.items()) + b"}"
