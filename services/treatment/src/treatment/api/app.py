"""The HTTP application, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treatment.api import commands, failures, feed, health, queries
from treatment.api.auth import TokenVerifier, require_declared
from treatment.api.parts import Parts

LARGEST_BODY = 256 * 1024
"""Bytes. An event has at most 60 KiB."""


def build_app(parts: Parts, verifier: TokenVerifier, version: str) -> FastAPI:
    """The application. Raises `RouteUndeclared` when a route does not say who may call it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
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
    for routes in (commands.router(), queries.router(), feed.router(), health.router()):
        app.include_router(routes)
    failures.install(app)
    app.add_middleware(BodyLimit)
    require_declared(app)
    return app


class BodyLimit:
    """Refuses bodies that no command has, while they are read: 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what is received, and stop reading beyond the limit."""
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise HTTPException(413)
            return message

        await self._app(scope, limited if scope["type"] == "http" else receive, send)
