"""The commands: shape, rights and Idempotency-Key are checked here, everything else in the domain."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from casetrail_contracts.scalars import Moment
from treatment.api.auth import allow
from treatment.api.bodies import Body, plain_json
from treatment.api.command_routes import CLINICIAN, OPENING, ROUTES, CommandRoute
from treatment.api.direct import CommandApiRoute, Endpoint
from treatment.api.exact import Accepted, accepted
from treatment.api.parts import CaseId, Open, Parts
from treatment.api.sent import Headers, Sent
from treatment.application import Caller, Request
from treatment.failpoints import failpoint


def router() -> APIRouter:
    """All commands."""
    routes = APIRouter(prefix="/v1/cases", tags=["commands"], route_class=CommandApiRoute)
    _add(routes, "", _opening(), OPENING)
    for route in ROUTES:
        _add(routes, f"/{{case_id}}/{route.name}", _on_case(route), route)
    return routes


def _opening() -> Endpoint:
    async def endpoint(
        caller: Annotated[Caller, Depends(allow(*CLINICIAN))],
        body: Body,
        headers: Headers,
        parts: Open,
    ) -> Response:
        return await _carry_out(parts, caller, headers, OPENING.name, body, None)

    endpoint.__annotations__["body"] = OPENING.body
    return endpoint


def _on_case(route: CommandRoute) -> Endpoint:
    async def endpoint(
        caller: Annotated[Caller, Depends(allow(*route.roles))],
        case_id: CaseId,
        body: Body,
        headers: Headers,
        parts: Open,
    ) -> Response:
        return await _carry_out(parts, caller, headers, route.name, body, case_id)

    # The framework reads the body's model from here.
    endpoint.__annotations__["body"] = route.body
    return endpoint


def _add(routes: APIRouter, path: str, endpoint: Endpoint, route: CommandRoute) -> None:
    first, *rest = route.name.split("-")
    routes.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        status_code=201,
        response_model=Accepted,
        operation_id=first + "".join(word.capitalize() for word in rest),
        summary=route.name.replace("-", " ").capitalize(),
        description=route.body.__doc__,
    )


async def _carry_out(
    parts: Parts, caller: Caller, headers: Sent, name: str, body: BaseModel, case_id: str | None
) -> Response:
    if not isinstance(body, Body):
        raise TypeError(f"{type(body).__name__} is not the body of a command")
    failpoint("command.parsed")
    request = Request(
        caller=caller,
        idempotency_key=headers.idempotency_key,
        name=name,
        body=plain_json(body),
        case_id=case_id,
        expected_version=headers.expected_version,
    )
    command = body.command(Moment(datetime.now(UTC)), parts.installed)
    answer = await parts.write(parts.application.handle, request, command)
    failpoint("command.before_answer")
    return accepted(answer)
