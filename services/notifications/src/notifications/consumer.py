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
from nats.errors import ConnectionClosedError
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NothingCame
from nats.js import JetStreamContext
from nats.js.errors import APIError

from casetrail_contracts.broker import ALL_SUBJECTS, MESSAGE_ID_HEADER, STREAM
from notifications.database import AWAY
from notifications.inbox import Arrived, Inbox

DURABLE = "notifications"
BATCH = 200
GATHER_SECONDS = 0.05
ACK_WAIT_SECONDS = 3.0
"""After a crash the messages in flight come again this much later."""
AGAIN_SECONDS = 0.5
START_SECONDS = 10.0
CHECK_SECONDS = 1.0
GIVE_UP_SECONDS = 10.0
"""A connection over which nothing was answered for so long is replaced."""
REFUSED_SECONDS = 0.05
"""Before the server is asked again for what it has just refused."""

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
    """`nats://host:4222`, or several of them with commas between: the servers of one cluster."""
    user: str
    password: str


class Consumer:
    """Consumes until told to stop; begins anew when the connection or the consumer is lost."""

    def __init__(self, address: BrokerAddress, inbox: Inbox, now: Callable[[], datetime]) -> None:
        self._address = address
        self._inbox = inbox
        self._now = now
        self._lost = asyncio.Event()
        self._following = False

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the stream until `stop` is set."""
        while not stop.is_set():
            self._lost.clear()
            broker = self._broker()
            app = FastStream(broker)
            try:
                await self._follow(app, broker, stop)
            except (NatsError, OSError) as error:
                # The broker, its stream or our consumer is not there: it may come.
                _log.warning("cannot_consume", reason=type(error).__name__)
            self._following = False
            try:
                await app.stop()
            except* (NatsError, OSError) as gone:
                # Nothing is left to take leave of.
                _log.debug("disconnected", reason=[type(error).__name__ for error in gone.exceptions])
            await _first_of(stop, seconds=AGAIN_SECONDS)

    async def is_connected(self) -> bool:
        """Whether the stream is followed now: the broker answers, and the consumer is there."""
        return self._following

    def _broker(self) -> NatsBroker:
        async def on_closed() -> None:
            self._lost.set()

        broker = NatsBroker(
            self._address.url.split(","),
            security=NatsUserPassword(self._address.user, self._address.password),
            name="casetrail notifications",
            # With a limit the library's loop would end up spinning on a closed connection.
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            closed_cb=on_closed,
            ack_policy=AckPolicy.MANUAL,
            apply_types=False,
            logger=None,
        )
        subscriber = broker.subscriber(
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
        return broker

    async def _follow(self, app: FastStream, broker: NatsBroker, stop: asyncio.Event) -> None:
        """Return when it must end or begin anew: connection closed, consumer or stream gone."""
        client = await asyncio.wait_for(broker.connect(), START_SECONDS)
        await asyncio.wait_for(app.start(), START_SECONDS)
        for subscriber in broker.subscribers:
            followed = getattr(subscriber, "subscription", None)
            if followed is not None:
                # It has the two methods that the library's loop uses.
                subscriber.subscription = _Patient(followed, self._lost)  # type: ignore[attr-defined]
        jetstream = client.jetstream(timeout=CHECK_SECONDS * 2)
        clock = asyncio.get_running_loop().time
        answered_at = clock()
        _log.info("consuming")
        while not (stop.is_set() or self._lost.is_set()):
            try:
                await jetstream.consumer_info(STREAM, DURABLE)
                self._following = True
                answered_at = clock()
            except TimeoutError:
                # The broker is away; the library connects again by itself, if it knows.
                self._following = False
                if clock() > answered_at + GIVE_UP_SECONDS:
                    _log.warning("broker_silent")
                    # Not drained: the other side would be waited for.
                    await client.close()
                    return
            await _first_of(stop, self._lost, seconds=CHECK_SECONDS)

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


class _Patient:
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
            await asyncio.sleep(CHECK_SECONDS)
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


async def _first_of(*events: asyncio.Event, seconds: float) -> None:
    """Wait for one of the events, or so long."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()


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
