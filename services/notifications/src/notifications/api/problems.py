"""Every error as a problem document (RFC 9457): what is wrong, and how to mend it."""

import re
import secrets
from http import HTTPStatus
from typing import NamedTuple

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from casetrail_contracts.problem import PROBLEM_MEDIA_TYPE, PROBLEM_ROOT, FieldError, Problem
from notifications.api.auth import NotAllowed, NotAuthenticated
from notifications.database import AWAY

_log = structlog.get_logger(__name__)
_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")


class TaskUnknown(Exception):
    """There is no such task, or it is not the caller's."""


class Words(NamedTuple):
    """How one kind of error is told."""

    status: int
    kind: str
    title: str
    detail: str
    """Empty: the error's own words."""
    cure: str


WORDS: dict[type[Exception], Words] = {
    NotAuthenticated: Words(
        401, "not-authenticated", "Not authenticated", "", "Send `Authorization: Bearer <token>`."
    ),
    NotAllowed: Words(403, "not-allowed", "Not allowed", "", "Ask for a role that may do this."),
    TaskUnknown: Words(
        404,
        "task-unknown",
        "No such task",
        "There is no such task, or it is not yours to see.",
        "Check the id and the tenant of your token.",
    ),
}


def install(app: FastAPI) -> None:
    """Let every error of the application be a problem document."""
    for kind in WORDS:
        app.add_exception_handler(kind, _on_known)
    for kind in (*AWAY, TimeoutError):
        app.add_exception_handler(kind, _on_away)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)


async def _on_known(request: Request, error: Exception) -> Response:
    words = WORDS[type(error)]
    return _answer(request, words.status, words.kind, words.title, words.detail or str(error), words.cure)


async def _on_malformed(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = tuple(FieldError(pointer=".".join(map(str, one["loc"])), reason=one["msg"]) for one in found)
    detail = "Some parts of the request are missing, unknown or of the wrong kind."
    return _answer(
        request, 422, "malformed", "The request cannot be read", detail, "Mend what `errors` lists.", errors
    )


async def _on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = HTTPStatus(status).phrase
    detail = f"{request.method} on this address is answered with: {title}."
    return _answer(request, status, title.lower().replace(" ", "-"), title, detail, "See /openapi.json.")


async def _on_away(request: Request, error: Exception) -> Response:
    _log.warning("unavailable", error=type(error).__name__)
    detail = "The database did not answer in time."
    return _answer(request, 503, "unavailable", "Not available now", detail, "Send it again shortly.")


async def _on_bug(request: Request, error: Exception) -> Response:
    _log.error("bug", error=type(error).__name__)
    return _answer(request, 500, "bug", "Our fault", "Something went wrong here.", "Report the trace id.")


def _answer(
    request: Request,
    status: int,
    kind: str,
    title: str,
    detail: str,
    cure: str,
    errors: tuple[FieldError, ...] = (),
) -> Response:
    found = _TRACEPARENT.match(request.headers.get("traceparent", ""))
    problem = Problem(
        type=PROBLEM_ROOT + kind,
        title=title,
        status=status,
        detail=detail,
        cure=cure,
        errors=errors,
        traceid=found.group(1) if found else secrets.token_hex(16),
    )
    headers = {"cache-control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = "2"
    return Response(problem.model_dump_json(exclude_defaults=True), status, headers, PROBLEM_MEDIA_TYPE)
