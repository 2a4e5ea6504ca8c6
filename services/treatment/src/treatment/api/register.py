"""The register of the tenant: which definitions its events may name, and who acts under which pseudonym."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ConfigDict

from casetrail_contracts.events.register import ActorRegistered, ActorRetired
from casetrail_contracts.identity import Role
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import DefinitionRef, StaffId, Uuid
from treatment.api.auth import allow
from treatment.api.bodies import plain_json
from treatment.api.exact import NO_STORE, FeedPage, Registered, feed_page, registered
from treatment.api.feed import LARGEST_PAGE
from treatment.api.parts import Open, Parts
from treatment.api.sent import Headers, Sent
from treatment.application import Caller, Request
from treatment.domain.refusals import TenantUnknown

Keeper = Annotated[Caller, Depends(allow(Role.ADMIN))]
Reader = Annotated[Caller, Depends(allow(Role.AUDITOR, Role.ADMIN, Role.OPERATOR))]


class RegisterActorBody(ActorRegistered):
    """Say who acts under a pseudonym, in a role. The identity is sealed."""

    # The framework asks for a body that is ready when its route is made.
    model_config = ConfigDict(defer_build=False)


class RetireActorBody(ActorRetired):
    """Say that nobody acts under a pseudonym in a role any more. What was registered stays."""

    model_config = ConfigDict(defer_build=False)


class PublishedDefinition(Contract):
    """A definition that events may name; its text is in the register's events."""

    kind: Literal["protocol", "instrument", "ruleSet"]
    definition: DefinitionRef


class RegisteredActor(Contract):
    """A pseudonym in a role. Who it is stays sealed in the register's events."""

    actor_id: StaffId
    role: Role
    acting: bool
    """False when it was retired."""


class RegisterSummary(Contract):
    """The register as its events have made it up to `version`."""

    register_id: Uuid
    version: int
    issuer: str
    definitions: tuple[PublishedDefinition, ...]
    actors: tuple[RegisteredActor, ...]


def router() -> APIRouter:
    """The register, its events, and its commands."""
    routes = APIRouter(prefix="/v1/register", tags=["register"])
    routes.add_api_route("", register, response_model=RegisterSummary, operation_id="readRegister")
    routes.add_api_route(
        "/events", register_events, response_model=FeedPage, operation_id="readRegisterEvents"
    )
    for name, endpoint in (("register-actor", register_actor), ("retire-actor", retire_actor)):
        routes.add_api_route(
            f"/{name}",
            endpoint,
            methods=["POST"],
            status_code=201,
            response_model=Registered,
            operation_id=f"{name.removesuffix('-actor')}Actor",
        )
    return routes


async def register(caller: Reader, parts: Open) -> Response:
    """What is published to the caller's tenant, and who acts there."""
    found = await parts.read(parts.application.registrar.of, caller.claims.tenant)
    if found is None:
        raise TenantUnknown
    summary = RegisterSummary(
        register_id=found.register_id,
        version=found.version,
        issuer=found.issuer or "",
        definitions=tuple(
            PublishedDefinition(kind=one.kind, definition=one.definition) for one in found.published.values()
        ),
        actors=tuple(
            RegisteredActor(actor_id=actor_id, role=role, acting=acting)
            for (actor_id, role), acting in found.actors.items()
        ),
    )
    headers = {**NO_STORE, "etag": f'"{found.version}"'}
    return Response(summary.model_dump_json(), 200, headers, "application/json")


async def register_events(
    caller: Reader,
    parts: Open,
    after: Annotated[int, Query(ge=0, description="Exclusive version; 0 is the beginning.")] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = LARGEST_PAGE,
) -> Response:
    """The events of the register in order, as the exact bytes; `next` is a version."""
    events = await parts.read(parts.application.registrar.events, caller.claims.tenant)
    page = [event for event in events if event.sequence > after][:limit]
    return feed_page((event.bytes for event in page), str(page[-1].sequence if page else after))


async def register_actor(caller: Keeper, body: RegisterActorBody, headers: Headers, parts: Open) -> Response:
    """Say who acts under a pseudonym, in a role. The identity is sealed."""
    command = ActorRegistered(actor_id=body.actor_id, role=body.role, identity=body.identity)
    return await _carry_out(parts, caller, headers, "register-actor", command)


async def retire_actor(caller: Keeper, body: RetireActorBody, headers: Headers, parts: Open) -> Response:
    """Say that nobody acts under a pseudonym in a role any more. What was registered stays."""
    command = ActorRetired(actor_id=body.actor_id, role=body.role, reason=body.reason)
    return await _carry_out(parts, caller, headers, "retire-actor", command)


async def _carry_out(
    parts: Parts, caller: Caller, headers: Sent, name: str, command: ActorRegistered | ActorRetired
) -> Response:
    request = Request(
        caller=caller,
        idempotency_key=headers.idempotency_key,
        name=name,
        body=plain_json(command),
        expected_version=headers.expected_version,
    )
    return registered(await parts.write(parts.application.registrar.handle, request, command))
