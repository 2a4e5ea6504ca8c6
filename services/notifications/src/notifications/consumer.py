"""The stream into the inbox: a durable pull consumer, in batches, acknowledged after the commit."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from faststream import AckPolicy, FastStream
from faststream.message import StreamMessage
from faststream.nats import ConsumerConfig, JStream, NatsBroker, NatsUserPassword, PullSub
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from casetrail_contracts.broker import ALL_SUBJECTS, MESSAGE_ID_HEADER, STREAM
from notifications.database import AWAY
from notifications.inbox import Arrived, Inbox

DURABLE = "notifications"
BATCH = 200
GATHER_SECONDS = 0.05
ACK_WAIT_SECONDS = 3.0
"""After a crash the messages in flight come again this much later."""
AGAIN_SECONDS = 0.5

_log = structlog.get_logger(__name__)

CONFIG = ConsumerConfig(
    name=DURABLE,
    durable_name=DURABLE,
    filter_subject=ALL_SUBJECTS,
    ack_wait=ACK_WAIT_SECONDS,
    # One batch at a time: what comes again comes before what follows it.
    max_ack_pending=BATCH,
    max_deliver=-1,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where the broker is, and who this service is to it."""

    url: str
    user: str
    password: str


class Consumer:
    """Consumes until told to stop; connects again for as long as it takes."""

    def __init__(self, address: BrokerAddress, inbox: Inbox, now: Callable[[], datetime]) -> None:
        self._inbox = inbox
        self._now = now
        self.following = False
        """Whether the consumer was set up: part of being ready."""
        self.broker = NatsBroker(
            address.url,
            security=NatsUserPassword(address.user, address.password),
            name="casetrail notifications",
            # With a limit the library's loop would end up spinning on a closed connection.
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ack_policy=AckPolicy.MANUAL,
            apply_types=False,
            logger=None,
        )
        subscriber = self.broker.subscriber(
            ALL_SUBJECTS,
            # The stream is made in one place, which is not here.
            stream=JStream(STREAM, declare=False),
            durable=DURABLE,
            config=CONFIG,
            pull_sub=PullSub(batch=True, batch_size=BATCH, timeout=GATHER_SECONDS),
            ack_policy=AckPolicy.MANUAL,
            decoder=_as_it_came,
        )
        subscriber(self._handle)
        self._app = FastStream(self.broker)

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the stream until `stop` is set."""
        while not stop.is_set() and not self.following:
            try:
                await self._app.start()
                self.following = True
                _log.info("consuming")
            except (NatsError, OSError) as error:
                # The broker, or its stream, is not there yet.
                _log.warning("cannot_consume_yet", reason=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), AGAIN_SECONDS)
        await stop.wait()
        await self._app.stop()

    async def is_connected(self) -> bool:
        """Whether the broker answers now."""
        return self.following and await self.broker.ping(timeout=1.0)

    async def _handle(self, messages: list[Msg]) -> None:
        arrived = [_arrived(message) for message in messages]
        try:
            handled = await asyncio.to_thread(self._inbox.receive, arrived, self._now())
        except AWAY as error:
            _log.warning("database_away", reason=type(error).__name__)
            for message in messages:
                await message.nak(delay=AGAIN_SECONDS)
            return
        for message_id in handled.quarantined:
            _log.error("quarantined", event_id=message_id)
        with suppress(NatsError):
            # What is not acknowledged comes again, and has no effect then.
            for message in messages:
                await message.ack()


async def _as_it_came(message: StreamMessage[list[Msg]]) -> list[Msg]:
    """Instead of decoding: the exact bytes are read once, in the inbox."""
    return message.raw_message


def _arrived(message: Msg) -> Arrived:
    event_id = (message.headers or {}).get(MESSAGE_ID_HEADER)
    return Arrived(
        message_id=event_id or f"stream-{message.metadata.sequence.stream}",
        subject=message.subject,
        content=message.data,
    )
