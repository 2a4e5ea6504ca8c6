"""Answers that hold events: their exact bytes, never decoded and encoded again."""

import json
from collections.abc import Iterable

from fastapi import Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from treatment.application import Answer

NO_STORE = {"cache-control": "no-store"}


class Stored(BaseModel):
    """What a command stored. A repeat is answered with the same."""

    model_config = ConfigDict(alias_generator=to_camel, use_attribute_docstrings=True)

    version: int
    """The version of the case or of the register: send it as If-Match with the next decision."""
    position: str
    """The newest event's place in the tenant's history: send it as `min_position` with a query."""
    events: list[dict[str, object]]
    """The exact bytes that were stored and will be published; empty when nothing new was said."""
    hashes: list[str]
    """SHA-256 of each event's bytes, base64url."""


class Accepted(Stored):
    """What a command stored of a case. A repeat is answered with the same."""

    case_id: str


class Registered(Stored):
    """What a command stored of the register. A repeat is answered with the same."""

    register_id: str


class FeedPage(BaseModel):
    """A part of the tenant's history, in order."""

    events: list[dict[str, object]]
    next: str
    """Send it as `after` to go on."""


def accepted(answer: Answer) -> Response:
    """201 with what was stored of a case; the ETag is the case's version."""
    return _stored(answer, "caseId", f"/v1/cases/{answer.subject}")


def registered(answer: Answer) -> Response:
    """201 with what was stored of the register; the ETag is the register's version."""
    return _stored(answer, "registerId", "/v1/register")


def _stored(answer: Answer, subject: str, location: str) -> Response:
    members = {
        subject: json.dumps(answer.subject).encode(),
        "version": str(answer.version).encode(),
        "position": json.dumps(f"{answer.position:016d}").encode(),
        "events": array(event.bytes for event in answer.events),
        "hashes": json.dumps([event.hash for event in answer.events]).encode(),
    }
    headers = {**NO_STORE, "location": location, "etag": f'"{answer.version}"'}
    return Response(_object(**members), 201, headers, "application/json")


def feed_page(contents: Iterable[bytes], following: str) -> Response:
    """`{"events":[<exact bytes>,…],"next":"<position>"}`."""
    body = _object(events=array(contents), next=json.dumps(following).encode())
    return Response(body, 200, NO_STORE, "application/json")


def array(contents: Iterable[bytes]) -> bytes:
    """A JSON array of values that are JSON already."""
    return b"[" + b",".join(contents) + b"]"


def _object(**members: bytes) -> bytes:
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), value) for name, value in members.items()) + b"}"
