"""A connection to the broker that ends when it is lost: whoever uses it decides what then."""

import asyncio

import structlog
from nats.aio.client import Client

from treatment.broker_address import NatsOptions

_log = structlog.get_logger(__name__)


async def connected(options: NatsOptions, closed: asyncio.Event, name: str) -> Client:
    """Without the client's own reconnecting: it would send buffered messages that are out of date.

    `closed` is set when the connection is gone.
    """

    async def on_closed() -> None:
        closed.set()

    async def on_error(error: Exception) -> None:
        _log.debug("broker_error", user=options.user, reason=type(error).__name__)

    client = Client()
    try:
        await client.connect(
            options.servers,
            user=options.user,
            password=options.password,
            name=name,
            allow_reconnect=False,
            # The client would try sixty times; the caller's loop has the patience, and can be stopped.
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=2,
            closed_cb=on_closed,
            error_cb=on_error,
        )
    except BaseException:
        # The client leaves the socket open when it is refused.
        await client.close()
        raise
    return client
