"""The read models: which cases there are, and what is known of one."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from casetrail_contracts.identity import Role
from treatment.api.auth import allow
from treatment.api.exact import NO_STORE
from treatment.api.parts import CaseId, Open, Parts
from treatment.api.problems import BehindReader
from treatment.application import Caller
from treatment.domain.refusals import CaseUnknown
from treatment.projections import case_summary, case_summary_query, caseload, caseload_query
from treatment.projections.case_summary_query import CaseSummary
from treatment.projections.caseload_query import LARGEST_PAGE, CaseloadPage, CaseState, Sort
from treatment.projections.positions import wait_for
from treatment.projections.scope import Scope

PATIENCE_SECONDS = 3
"""How long a query waits for `min_position` before it answers 503."""

Reader = Annotated[
    Caller, Depends(allow(Role.THERAPIST, Role.SYSTEM, Role.SUPERVISOR, Role.DOCTOR, Role.AUDITOR))
]
MinPosition = Annotated[
    str,
    Query(
        pattern=r"^\d{1,16}$",
        description="`position` of a command's answer: the query shows that command's effect, or waits.",
    ),
]


def router() -> APIRouter:
    """The caseload, and one case."""
    routes = APIRouter(prefix="/v1/cases", tags=["queries"])
    routes.add_api_route("", cases, response_model=CaseloadPage, operation_id="listCases")
    routes.add_api_route("/{case_id}", case, response_model=CaseSummary, operation_id="readCase")
    return routes


async def cases(
    caller: Reader,
    parts: Open,
    state: CaseState | None = None,
    sort: Sort = Sort.LAST_EVENT,
    protocol: Annotated[str | None, Query(max_length=32, description="Code of a protocol.")] = None,
    after: Annotated[str | None, Query(max_length=300, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
    min_position: MinPosition = "0",
) -> Response:
    """The cases that the caller may see, newest or most urgent first."""
    await _reached(parts, caller, caseload.PROJECTION.name, min_position)
    page = await parts.read(
        caseload_query.page,
        parts.read_models,
        scope_of(caller),
        state=state,
        sort=sort,
        protocol=protocol,
        after=after,
        limit=limit,
    )
    return Response(page.model_dump_json(), 200, NO_STORE, "application/json")


async def case(caller: Reader, case_id: CaseId, parts: Open, min_position: MinPosition = "0") -> Response:
    """What is known of a case, in codes and numbers; texts stay sealed in the events."""
    await _reached(parts, caller, case_summary.PROJECTION.name, min_position)
    protocols = parts.installed.definitions.protocols
    found = await parts.read(
        case_summary_query.of, parts.read_models, caller.claims.tenant, case_id, protocols
    )
    if found is None or not caller.sees(found):
        raise CaseUnknown
    headers = {**NO_STORE, "etag": f'"{found.version}"'}
    return Response(found.model_dump_json(), 200, headers, "application/json")


def scope_of(caller: Caller) -> Scope:
    """Whose cases the caller may list: the same rule as `Caller.sees`, as a part of the query."""
    claims = caller.claims
    leads = not {Role.SUPERVISOR, Role.DOCTOR}.isdisjoint(caller.roles)
    return Scope(
        tenant=claims.tenant,
        therapist=claims.sub if Role.THERAPIST in caller.roles else None,
        supervisor=claims.sub if leads else None,
        teams=claims.teams if leads else frozenset(),
        everything=Role.AUDITOR in caller.roles,
    )


async def _reached(parts: Parts, caller: Caller, projection: str, min_position: str) -> None:
    """Wait until the read model holds the position. Raises `BehindReader` when it takes too long."""
    if int(min_position) == 0:
        return
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    tenant = caller.claims.tenant
    if not await wait_for(parts.read_models, projection, tenant, int(min_position), deadline):
        raise BehindReader
