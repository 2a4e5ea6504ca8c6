"""Connections that give way to a stop, and to a refusal."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from nats.aio.client import Client

from treatment.broker_address import NatsOptions


async def knock(options: NatsOptions) -> None:
    """Raise unless the broker answers and accepts this user: the library would try for ever, silently."""
    client = Client()
    try:
        await client.connect(
            options.servers,
            user=options.user,
            password=options.password,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            error_cb=_silent,
        )
    finally:
        await client.close()


async def _silent(_: Exception) -> None:
    """What connecting raises is enough."""


async def unless(ending: asyncio.Event, connecting: Coroutine[None, None, Client]) -> Client | None:
    """What connecting yields, or None when `ending` is set first: connecting has no end of its own."""
    task = asyncio.ensure_future(connecting)
    await first_of(task, ending)
    if ending.is_set():
        return None
    return task.result()


async def first_of(task: asyncio.Future[Any], ending: asyncio.Event, seconds: float | None = None) -> None:
    """Wait for one of the two, or so long; a task that is not done by then is given up."""
    waiting = asyncio.ensure_future(ending.wait())
    await asyncio.wait({task, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for one in (task, waiting):
        one.cancel()
