"""The HTTP application, put together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treatment.api import (
    commands,
    failures,
    feed,
    fhir,
    health,
    instruments,
    metrics,
    outcomes,
    queries,
    register,
)
from treatment.api.admission import Admission
from treatment.api.auth import TokenVerifier, require_declared
from treatment.api.parts import Parts

LARGEST_BODY = 256 * 1024
"""Bytes. An event has at most 60 KiB."""
LARGEST_IMPORT = 8 * 1024 * 1024
"""Bytes of a Bundle; larger ones are imported from files."""
IMPORT_PATH = "/v1/fhir"

_log = structlog.get_logger(__name__)


Beside = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""Work that runs in the same process until the event is set."""


def build_app(parts: Parts, verifier: TokenVerifier, version: str, beside: Beside | None = None) -> FastAPI:
    """The application. Raises `RouteUndeclared` when a route does not say who may call it.

    `beside` runs while the application serves; when it fails, that is logged and the service goes on.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        work = asyncio.create_task(beside(stop)) if beside is not None else None
        if work is not None:
            work.add_done_callback(_report_failure)
        yield
        stop.set()
        if work is not None:
            await asyncio.wait({work})
        parts.commands.shutdown()
        parts.reads.shutdown()

    app = FastAPI(
        title="Casetrail treatment service",
        version=version,
        summary="Courses of interpersonal psychotherapy, as provable histories.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.parts = parts
    app.state.verifier = verifier
    for room in (commands, queries, outcomes, instruments, feed, register, fhir, health, metrics):
        app.include_router(room.router())
    failures.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Admission, lane=parts.commands)
    require_declared(app)
    return app


def _report_failure(work: "asyncio.Task[None]") -> None:
    if not work.cancelled() and (error := work.exception()) is not None:
        _log.critical("beside_failed", error=type(error).__name__)


class BodyLimit:
    """Refuses bodies that no command has, while they are read: 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what is received, and stop reading beyond the limit."""
        received = 0
        largest = LARGEST_IMPORT if scope.get("path") == IMPORT_PATH else LARGEST_BODY

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                raise HTTPException(413)
            return message

        await self._app(scope, limited if scope["type"] == "http" else receive, send)
