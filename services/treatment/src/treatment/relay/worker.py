"""The relay: alone at its work, on one connection to the broker after another."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from treatment.broker_address import HINT_SUBJECT, NatsOptions
from treatment.relay.connection import connected
from treatment.relay.follower import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Follower, Log
from treatment.relay.stream import Stream
from treatment.store.locks import WorkerLock, alone, pause

_log = structlog.get_logger(__name__)


async def run(
    log: Log,
    nats_options: NatsOptions,
    *,
    lock: WorkerLock,
    poll_seconds: float,
    stop: asyncio.Event,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Publish what is stored until `stop` is set, as the only relay that does.

    `on_ready` is called whenever the end of the stream was found. A stream that is ahead of the store is
    noted in the store, which takes no commands then, and looked at again until the store has caught up.
    Raises `RelayHalted` for whatever else would put the stream at odds with the store.
    """

    async def work(ending: asyncio.Event) -> None:
        delay = FIRST_PAUSE_SECONDS
        while not ending.is_set():
            try:
                await _until_disconnected(log, nats_options, poll_seconds, ending, on_ready)
                delay = FIRST_PAUSE_SECONDS
            except (NatsError, OSError) as error:
                _log.warning("broker_unreachable", user=nats_options.user, reason=type(error).__name__)
                delay = min(delay * 2, LONGEST_PAUSE_SECONDS)
            await pause(ending, delay)

    await alone(lock, work, stop=stop)


async def _until_disconnected(
    log: Log,
    options: NatsOptions,
    poll_seconds: float,
    ending: asyncio.Event,
    on_ready: Callable[[], None],
) -> None:
    closed = asyncio.Event()
    connection = await connected(options, closed, "casetrail relay")
    news = asyncio.Event()

    async def on_hint(_: Msg) -> None:
        news.set()

    await connection.subscribe(HINT_SUBJECT, cb=on_hint)
    following = Follower(log, Stream(connection), poll_seconds, on_ready, news).follow(ending)
    follower = asyncio.ensure_future(following)
    disconnected = asyncio.ensure_future(closed.wait())
    try:
        await asyncio.wait({follower, disconnected}, return_when=asyncio.FIRST_COMPLETED)
        if follower.done():
            follower.result()
    finally:
        # Cut off anywhere, the relay starts again from the end of the stream.
        follower.cancel()
        disconnected.cancel()
        await asyncio.wait({follower, disconnected})
        with suppress(NatsError, OSError):
            await connection.close()
