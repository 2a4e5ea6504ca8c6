"""Connections that give way: to a stop, to a refusal, and to everything else in the process."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError
from nats.errors import TimeoutError as NothingCame
from nats.js import JetStreamContext
from nats.js.errors import APIError

from treatment.broker_address import NatsOptions

GIVE_WAY_SECONDS = 1.0
REFUSED_SECONDS = 0.05
"""Before the server is asked again for what it has just refused."""


class PatientSubscription:
    """A subscription whose fetch ends in the two ways that the library's loop can take.

    When the connection is closed it gives way: the loop calls it again at once, and would otherwise never
    let anything else run. Every other end without messages is the client's own kind of timeout: at any
    other error the loop dies with what it has gathered, and that comes again only after the ack wait.
    """

    def __init__(self, subscription: JetStreamContext.PullSubscription, lost: asyncio.Event) -> None:
        self._subscription = subscription
        self._lost = lost

    async def fetch(self, batch: int, timeout: float | None) -> list[Msg]:  # noqa: ASYNC109 (theirs)
        try:
            return await self._subscription.fetch(batch, timeout)
        except ConnectionClosedError:
            self._lost.set()
            await asyncio.sleep(GIVE_WAY_SECONDS)
            raise
        except TimeoutError as error:
            # The client raises asyncio's own when too little time is left to ask a second time.
            raise NothingCame from error
        except APIError as refused:
            # A request that would expire at once, or a consumer that is gone: the watch looks into it.
            await asyncio.sleep(REFUSED_SECONDS)
            raise NothingCame from refused

    async def unsubscribe(self) -> None:
        await self._subscription.unsubscribe()


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
