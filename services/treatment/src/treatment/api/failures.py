"""From exceptions to problem documents: nothing quoted that was sent, no stack trace, a trace id."""

import re
import secrets
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from casetrail_contracts.problem import PROBLEM_MEDIA_TYPE, PROBLEM_ROOT, FieldError, Problem, reason
from treatment.api.problems import WORDS
from treatment.store.database import AWAY_ERRORS

log = structlog.get_logger()
_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")
_UNAVAILABLE = (*AWAY_ERRORS, TimeoutError)


def trace_id(request: Request) -> str:
    """The trace of the caller (W3C Trace Context), or a new one."""
    found = _TRACEPARENT.match(request.headers.get("traceparent", ""))
    return found.group(1) if found else secrets.token_hex(16)


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The problem as a response."""
    return Response(
        problem.model_dump_json(exclude_defaults=True).encode(),
        problem.status,
        {**(headers or {}), "cache-control": "no-store"},
        PROBLEM_MEDIA_TYPE,
    )


async def on_refusal(request: Request, error: Exception) -> Response:
    """A refusal that `problems.WORDS` knows."""
    words = WORDS[type(error)]
    headers = {"retry-after": str(words.retry_after)} if words.retry_after else {}
    if words.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    problem = Problem(
        type=PROBLEM_ROOT + words.kind,
        title=words.title,
        status=words.status,
        detail=words.detail(error),
        cure=words.cure,
        traceid=trace_id(request),
    )
    log.info("refused", kind=words.kind, status=words.status, traceid=problem.traceid)
    return answer(problem, headers)


async def on_malformed(request: Request, error: Exception) -> Response:
    """A request whose shape is wrong: where, and why, without the values."""
    if not isinstance(error, RequestValidationError):
        raise error
    errors = tuple(_field_error(request, one) for one in error.errors())
    return answer(
        Problem(
            type=PROBLEM_ROOT + "malformed",
            title="The request cannot be read",
            status=422,
            detail="Some parts of the request are missing, unknown or of the wrong kind; nothing was stored.",
            cure="Mend what `errors` lists; /openapi.json has the form of every request.",
            errors=errors,
            traceid=trace_id(request),
        )
    )


async def on_http(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: unknown path, wrong method, unreadable body."""
    if not isinstance(error, HTTPException):
        raise error
    title = HTTPStatus(error.status_code).phrase
    return answer(
        Problem(
            type=PROBLEM_ROOT + title.lower().replace(" ", "-"),
            title=title,
            status=error.status_code,
            detail=f"{request.method} on this address is answered with: {title}.",
            cure="See /openapi.json for the addresses, their methods and the form of their bodies.",
            traceid=trace_id(request),
        ),
        dict(error.headers or {}),
    )


async def on_unavailable(request: Request, error: Exception) -> Response:
    """The database is away, or took too long: the caller may try again with the same key."""
    trace = trace_id(request)
    log.warning("unavailable", error=type(error).__name__, traceid=trace)
    return answer(
        Problem(
            type=PROBLEM_ROOT + "unavailable",
            title="Not available now",
            status=503,
            detail="The store did not answer in time. Whether a command was stored is not known.",
            cure="Send the same request again, a command with the same Idempotency-Key: it is stored once.",
            traceid=trace,
        ),
        {"retry-after": "2"},
    )


async def on_bug(request: Request, error: Exception) -> Response:
    """Anything else is our fault: logged by its kind and place, told without detail."""
    trace = trace_id(request)
    log.error("bug", error=type(error).__name__, where=_where(error), traceid=trace)
    return answer(
        Problem(
            type=PROBLEM_ROOT + "bug",
            title="Our fault",
            status=500,
            detail="Something went wrong here.",
            cure="Report the trace id; a command may be sent again with the same Idempotency-Key.",
            traceid=trace,
        )
    )


def install(app: FastAPI) -> None:
    """Let every error of the application be a problem document."""
    for kind in WORDS:
        app.add_exception_handler(kind, on_refusal)
    for unavailable in _UNAVAILABLE:
        app.add_exception_handler(unavailable, on_unavailable)
    app.add_exception_handler(RequestValidationError, on_malformed)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_bug)


def _field_error(request: Request, refused: ErrorDetails) -> FieldError:
    location = refused["loc"]
    if refused["type"] == "json_invalid":
        place, why = location[-1], refused["ctx"]["error"]
        return FieldError(pointer="", reason=f"not JSON at character {int(place) + 1}: {why}")
    if location == ("body",) and not _sends_json(request):
        return FieldError(pointer="", reason="not read as JSON: send `Content-Type: application/json`")
    return FieldError(pointer=_pointer(location), reason=reason(refused))


def _sends_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _pointer(location: tuple[int | str, ...]) -> str:
    kind, *rest = location
    return "".join(f"/{part}" for part in rest) if kind == "body" else ".".join(map(str, rest))


def _where(error: BaseException) -> str:
    """File and line of the innermost frame: enough to find it, and no value of anybody."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"
