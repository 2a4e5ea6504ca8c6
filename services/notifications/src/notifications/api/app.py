"""The HTTP application of the notification service, put together."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from notifications.api import problems, routes
from notifications.api.auth import TokenVerifier, require_declared
from notifications.tasks import Desk

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build_app(
    desk: Desk,
    verifier: TokenVerifier,
    *,
    version: str,
    is_ready: Callable[[], Awaitable[bool]],
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The application. Raises `RouteUndeclared` when a route does not say who may call it."""
    app = FastAPI(
        title="Casetrail notification service",
        version=version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.state.verifier = verifier
    app.state.is_ready = is_ready
    app.include_router(routes.router())
    problems.install(app)
    require_declared(app)
    return app
