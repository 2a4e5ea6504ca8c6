"""Is it alive, and can it serve? Liveness touches nothing; readiness asks the databases."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from treatment.api.auth import public
from treatment.api.parts import Open

Public = Annotated[None, Depends(public)]


def router() -> APIRouter:
    """Health, and the description of the interface."""
    routes = APIRouter(tags=["operations"])
    routes.add_api_route("/health/live", live, operation_id="isAlive")
    routes.add_api_route("/health/ready", ready, operation_id="isReady")
    routes.add_api_route("/openapi.json", openapi, include_in_schema=False)
    return routes


async def live(_: Public) -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


async def ready(_: Public, parts: Open) -> dict[str, str]:
    """The store and the read models answer; otherwise 503."""
    await parts.read(parts.application.store.log.last)
    await parts.read(_ask, parts)
    return {"status": "ready"}


def _ask(parts: Open) -> None:
    with parts.read_models.reading() as read:
        read.run("SELECT 1 AS one")


async def openapi(_: Public, request: Request) -> Response:
    """The description of every address (OpenAPI 3.1)."""
    from fastapi.responses import JSONResponse

    return JSONResponse(request.app.openapi())
