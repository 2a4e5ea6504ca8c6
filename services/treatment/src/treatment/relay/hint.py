"""Wakes the relay after a commit: an empty message that nobody waits for and that may be lost.

PostgreSQL's NOTIFY would make commits wait for each other, and SQLite has none. A hint goes out after the
commit, whatever keeps the events. Without it, the relay finds them when it looks by itself.
"""

import asyncio
from contextlib import suppress

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from treatment.broker_address import HINT_SUBJECT, NatsOptions
from treatment.relay.connection import connected
from treatment.store.locks import pause

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class Hint:
    """Says that something was stored, once for all that was stored since it last did."""

    def __init__(self, options: NatsOptions) -> None:
        self._options = options
        self._news = asyncio.Event()
        self._asked = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def stored(self) -> None:
        """Something was stored. From any thread; never waits, and does nothing while `run` does not run."""
        loop = self._loop
        if loop is None or self._asked:
            return
        self._asked = True
        # The loop may have ended meanwhile, and the hint with it.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._news.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Keep a connection to the broker until `stop` is set; what is stored without one is not told."""
        self._loop = asyncio.get_running_loop()
        stopping = asyncio.create_task(self._wake_up(stop))
        delay = FIRST_PAUSE_SECONDS
        try:
            while not stop.is_set():
                try:
                    await self._until_disconnected(stop)
                    delay = FIRST_PAUSE_SECONDS
                except (NatsError, OSError) as error:
                    _log.info(
                        "no_hints", reason=type(error).__name__, cure="none needed: the relay looks itself"
                    )
                    delay = min(delay * 2, LONGEST_PAUSE_SECONDS)
                await pause(stop, delay)
        finally:
            self._loop = None
            stopping.cancel()

    async def _until_disconnected(self, stop: asyncio.Event) -> None:
        closed = asyncio.Event()
        connection = await connected(self._options, closed, "casetrail api")
        closing = asyncio.create_task(self._wake_up(closed))
        try:
            while not (stop.is_set() or closed.is_set()):
                await self._tell(connection)
        finally:
            closing.cancel()
            with suppress(NatsError, OSError):
                await connection.close()

    async def _tell(self, connection: Client) -> None:
        await self._news.wait()
        self._news.clear()
        # From here on a new commit asks anew: what was asked before was stored before, and is told now.
        self._asked = False
        await connection.publish(HINT_SUBJECT)

    async def _wake_up(self, over: asyncio.Event) -> None:
        await over.wait()
        self._news.set()
