"""Pulls messages from a durable consumer in whole batches, and gives way when there are none."""

import asyncio
import json
from contextlib import suppress
from typing import Protocol

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import ConnectionClosedError
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NothingCame

from casetrail_contracts.broker import STREAM

GIVE_WAY_SECONDS = 1.0
REFUSED_SECONDS = 0.05
"""Before the server is asked again for what it has just refused."""
NANOSECONDS = 1_000_000_000
SHORTEST_SECONDS = 0.01
"""A request that would expire at once is not sent."""
FINE = ""
OVER = (FINE, "404", "408")
"""What the server says when it ends a request as it should: nothing is there, or its time has passed."""


class Ended(Protocol):
    """The subscription that this one takes the place of."""

    async def unsubscribe(self) -> None:
        """Leave it."""


class Pulled:
    """A subscription as the library's loop uses it: `fetch` and `unsubscribe`.

    The library's own takes a timer and a turn of the event loop for each message, which is more than folding
    it takes. And when the connection is closed its fetch returns at once: the loop calls it again, and would
    never let anything else run.
    """

    def __init__(self, client: Client, durable: str, instead_of: Ended, lost: asyncio.Event) -> None:
        self._client = client
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{durable}"
        self._inbox = client.new_inbox()
        self._instead_of = instead_of
        self._lost = lost
        self._subscription: Subscription | None = None
        self._came: list[Msg] = []
        self._wanted = 0
        self._status = FINE
        self._enough = asyncio.Event()

    async def listen(self) -> None:
        """Begin: from then on messages are taken in."""
        self._subscription = await self._client.subscribe(self._inbox, cb=self._arrived)

    async def fetch(self, batch: int, timeout: float | None) -> list[Msg]:  # noqa: ASYNC109 (theirs)
        """So many messages, or those that came until the time was over. Raises `NothingCame`."""
        try:
            await self._request(batch - len(self._came), timeout or GIVE_WAY_SECONDS)
        except ConnectionClosedError:
            self._lost.set()
            await asyncio.sleep(GIVE_WAY_SECONDS)
            raise
        except NatsError:
            self._status = "not sent"
        if self._status not in OVER:
            # The consumer is gone, or is not ready: the watch looks into it.
            await asyncio.sleep(REFUSED_SECONDS)
        came, self._came = self._came[:batch], self._came[batch:]
        if not came:
            raise NothingCame
        if len(came) == batch > len(self._came):
            # More may be waiting: it travels while these are applied. Not asked, it is asked for next time.
            with suppress(NatsError):
                await self._ask(batch - len(self._came), timeout or GIVE_WAY_SECONDS)
        return came

    async def unsubscribe(self) -> None:
        """Leave both subscriptions."""
        if self._subscription is not None:
            await self._subscription.unsubscribe()
        await self._instead_of.unsubscribe()

    async def _request(self, missing: int, seconds: float) -> None:
        self._status = FINE
        if missing <= 0 or seconds < SHORTEST_SECONDS:
            return
        self._wanted = len(self._came) + missing
        self._enough.clear()
        await self._ask(missing, seconds)
        try:
            await asyncio.wait_for(self._enough.wait(), seconds)
        except TimeoutError:
            # What comes later is kept for the next fetch.
            return

    async def _ask(self, missing: int, seconds: float) -> None:
        # The server's word that the time is over should come before this end stops to listen for it.
        asked = {"batch": missing, "expires": int(0.9 * seconds * NANOSECONDS)}
        await self._client.publish(self._next, json.dumps(asked).encode(), reply=self._inbox)

    async def _arrived(self, message: Msg) -> None:
        if message.reply:
            self._came.append(message)
            if len(self._came) >= self._wanted:
                self._enough.set()
        else:
            # Only what the server says of a request comes without an address for its acknowledgement.
            self._status = (message.headers or {}).get("Status", FINE)
            self._enough.set()
