"""The feed: the tenant's history in order, as exact bytes, by pages or kept open."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse

from casetrail_contracts import CATALOGUE
from casetrail_contracts.identity import Role
from treatment.api.auth import allow
from treatment.api.exact import NO_STORE, FeedPage, feed_page
from treatment.api.parts import CaseId, Open, Parts
from treatment.application import Caller

LARGEST_PAGE = 500
POLL_SECONDS = 0.2
HEARTBEAT_SECONDS = 15.0

FeedReader = Annotated[Caller, Depends(allow(Role.INTEGRATOR, Role.AUDITOR))]
CaseReader = Annotated[
    Caller, Depends(allow(Role.THERAPIST, Role.SYSTEM, Role.SUPERVISOR, Role.DOCTOR, Role.AUDITOR))
]


def granted_types(caller: Caller) -> tuple[str, ...] | None:
    """The event types that the caller may read: None means all, empty means none.

    An integrator's token names granted groups in `scope`: `events:session events:measure`, or `events:*`.
    """
    if Role.AUDITOR in caller.roles or "events:*" in caller.claims.scope:
        return None
    return tuple(entry.type for entry in CATALOGUE if f"events:{entry.group}" in caller.claims.scope)


def router() -> APIRouter:
    """The feed of the tenant, and the events of one case."""
    routes = APIRouter(prefix="/v1", tags=["feed"])
    routes.add_api_route("/events", feed, response_model=FeedPage, operation_id="readFeed")
    routes.add_api_route(
        "/cases/{case_id}/events", case_events, response_model=FeedPage, operation_id="readCaseEvents"
    )
    return routes


async def feed(
    caller: FeedReader,
    parts: Open,
    after: Annotated[
        str, Query(pattern=r"^\d{1,16}$", description="Exclusive position; 0 is the beginning.")
    ] = "0",
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
    accept: Annotated[str, Header()] = "application/json",
    last_event_id: Annotated[str | None, Header(pattern=r"^\d{1,16}$")] = None,
) -> Response:
    """The history of the caller's tenant beyond a position, as the exact bytes.

    With `Accept: text/event-stream` the answer stays open: `id` is the position, `data` the bytes.
    """
    if "text/event-stream" in accept:
        start = int(last_event_id or after)
        return StreamingResponse(
            _follow(parts, caller, start), media_type="text/event-stream", headers=NO_STORE
        )
    types = granted_types(caller)
    if types == ():
        return feed_page([], after)
    rows = await parts.read(
        parts.application.store.log.feed, caller.claims.tenant, int(after), limit, types or ()
    )
    return feed_page((row.content for row in rows), f"{rows[-1].position:016d}" if rows else after)


async def _follow(parts: Parts, caller: Caller, after: int) -> AsyncIterator[bytes]:
    """Server-sent events from a position on, until the reader leaves."""
    types = granted_types(caller)
    quiet = 0.0
    while True:
        rows = []
        if types != ():
            log = parts.application.store.log
            rows = await parts.read(log.feed, caller.claims.tenant, after, LARGEST_PAGE, types or ())
        for row in rows:
            yield b"id: %016d\ndata: %s\n\n" % (row.position, row.content)
            after = row.position
        if rows:
            quiet = 0.0
            continue
        if quiet >= HEARTBEAT_SECONDS:
            yield b": still here\n\n"
            quiet = 0.0
        await asyncio.sleep(POLL_SECONDS)
        quiet += POLL_SECONDS


async def case_events(
    caller: CaseReader,
    case_id: CaseId,
    parts: Open,
    after: Annotated[int, Query(ge=0, description="Exclusive version; 0 is the beginning.")] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = LARGEST_PAGE,
) -> Response:
    """The events of one case in order, as the exact bytes; `next` is a version."""
    events = await parts.read(parts.application.events, caller, case_id)
    page = [event for event in events if event.sequence > after][:limit]
    return feed_page((event.bytes for event in page), str(page[-1].sequence if page else after))
