"""The routes, each with the roles that may call it."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from casetrail_contracts.identity import Claims, Role
from notifications.api.auth import Allowed, public
from notifications.api.problems import TaskUnknown
from notifications.tasks import Delivery, Desk, OutboxMessage, Task, TaskState

T = TypeVar("T")

SECONDS = 10
"""Every request ends by then, with its answer or with 503."""


class Tasks(BaseModel):
    """Tasks, the most pressing first."""

    tasks: list[Task]


class Deliveries(BaseModel):
    """Messages to people, newest first."""

    deliveries: list[Delivery]


class Outbox(BaseModel):
    """Messages of the local channel, newest first."""

    messages: list[OutboxMessage]


def desk_of(request: Request) -> Desk:
    """The desk that the application was built with."""
    desk: Desk = request.app.state.desk
    return desk


OpenDesk = Annotated[Desk, Depends(desk_of)]
Clinician = Annotated[Claims, Depends(Allowed(Role.THERAPIST, Role.SUPERVISOR, Role.DOCTOR))]
TaskReader = Annotated[Claims, Depends(Allowed(Role.THERAPIST, Role.SUPERVISOR, Role.DOCTOR, Role.AUDITOR))]
Overseer = Annotated[Claims, Depends(Allowed(Role.AUDITOR, Role.OPERATOR))]
Public = Annotated[None, Depends(public)]


def router() -> APIRouter:
    """All routes."""
    routes = APIRouter()
    routes.add_api_route("/v1/tasks", tasks, operation_id="listTasks")
    routes.add_api_route(
        "/v1/tasks/{task_id}/acknowledge", acknowledge, methods=["POST"], operation_id="acknowledgeTask"
    )
    routes.add_api_route("/v1/deliveries", deliveries, operation_id="listDeliveries")
    routes.add_api_route("/v1/outbox", outbox, operation_id="listOutbox")
    routes.add_api_route("/health/live", live, operation_id="isAlive")
    routes.add_api_route("/health/ready", ready, response_model=None, operation_id="isReady")
    routes.add_api_route("/openapi.json", openapi, include_in_schema=False)
    return routes


async def tasks(caller: TaskReader, desk: OpenDesk, state: TaskState | None = None) -> Tasks:
    """The caller's tasks and those of the caller's teams; an auditor sees all of the tenant."""
    return Tasks(tasks=await _in_time(asyncio.to_thread(desk.tasks, caller, state)))


async def acknowledge(
    caller: Clinician, task_id: Annotated[str, Path(max_length=64)], desk: OpenDesk
) -> Task:
    """Say that one has looked. Who said so first, and when, stays."""
    task = await _in_time(asyncio.to_thread(desk.acknowledge, caller, task_id, datetime.now(UTC)))
    if task is None:
        raise TaskUnknown
    return task


async def deliveries(caller: Overseer, desk: OpenDesk) -> Deliveries:
    """Messages to people: to whom, through what, and what became of them."""
    return Deliveries(deliveries=await _in_time(asyncio.to_thread(desk.deliveries, caller.tenant)))


async def outbox(caller: Overseer, desk: OpenDesk) -> Outbox:
    """The messages of the local channel."""
    return Outbox(messages=await _in_time(asyncio.to_thread(desk.outbox, caller.tenant)))


async def live(_: Public) -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


async def ready(_: Public, request: Request, desk: OpenDesk) -> Response:
    """The database and the broker answer, and the stream is followed; otherwise 503."""
    await _in_time(asyncio.to_thread(desk.database.run, "SELECT 1 AS one"))
    is_ready = await _in_time(request.app.state.is_ready())
    return JSONResponse({"status": "ready" if is_ready else "not ready"}, 200 if is_ready else 503)


async def openapi(_: Public, request: Request) -> Response:
    """The description of every address (OpenAPI 3.1)."""
    return JSONResponse(request.app.openapi())


async def _in_time(work: Awaitable[T]) -> T:
    return await asyncio.wait_for(work, SECONDS)
