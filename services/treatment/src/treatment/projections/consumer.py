"""One read model's consumer: a durable pull consumer, in batches, acknowledged after the commit."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
from faststream import AckPolicy
from faststream.message import StreamMessage
from faststream.nats import ConsumerConfig, JStream, NatsBroker, NatsUserPassword, PullSub
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import AuthorizationError
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from casetrail_contracts.broker import ALL_SUBJECTS, MESSAGE_ID_HEADER, STREAM
from treatment.broker_address import NatsOptions
from treatment.failpoints import failpoint
from treatment.projections.arrivals import Delivery, Hole
from treatment.projections.batch import Outcome, apply_batch
from treatment.projections.connection import first_of, knock, unless
from treatment.projections.projection import ReadModel
from treatment.projections.pulling import Pulled
from treatment.store.database import AWAY_ERRORS, Database
from treatment.store.locks import pause

BATCH = 1_000
"""What a batch costs beside its events is the same for one and for a thousand."""
GATHER_SECONDS = 0.05
ACK_WAIT_SECONDS = 3.0
"""After a crash the events in flight come again this much later."""
AGAIN_SECONDS = 0.5
"""What lies beyond a hole, or could not be stored, comes again after this."""
CHECK_SECONDS = 1.0
GIVE_UP_SECONDS = 10.0
"""A connection over which nothing was answered for so long is replaced."""

_log = structlog.get_logger(__name__)


def consumer_config(projection: ReadModel) -> ConsumerConfig:
    """The consumer as it must be; the server changes an existing one to this."""
    return ConsumerConfig(
        name=projection.durable,
        durable_name=projection.durable,
        filter_subject=ALL_SUBJECTS,
        ack_wait=ACK_WAIT_SECONDS,
        # One batch is applied while the next one comes.
        max_ack_pending=2 * BATCH,
        # For ever: the quarantine, not the broker, decides when to stop trying.
        max_deliver=-1,
    )


class Consumer:
    """Reads the stream into one read model. `work` may be run again after it ended."""

    def __init__(
        self,
        projection: ReadModel,
        database: Database,
        nats_options: NatsOptions,
        now: Callable[[], datetime],
        on_ready: Callable[[], None],
    ) -> None:
        self._projection = projection
        self._database = database
        self._options = nats_options
        self._now = now
        self._on_ready = on_ready
        self._log = _log.bind(projection=projection.name)
        self._holes: tuple[Hole, ...] = ()
        self._lost = asyncio.Event()
        self._bug: Exception | None = None
        self._client: Client | None = None

    async def work(self, ending: asyncio.Event) -> None:
        """Consume until `ending` is set; connect again whenever the connection or the consumer is lost."""
        while not ending.is_set():
            self._lost.clear()
            broker = self._broker()
            try:
                await self._consume(broker, ending)
            except NotFoundError:
                self._log.warning(
                    "stream_missing", reason=f"no stream {STREAM}: run `casetrail broker provision`"
                )
            except (NatsError, OSError) as error:
                self._log.warning("broker_unreachable", reason=type(error).__name__)
            finally:
                await self._disconnect(broker)
            if self._bug is not None:
                raise self._bug
            await pause(ending, AGAIN_SECONDS)

    def _broker(self) -> NatsBroker:
        async def on_closed() -> None:
            self._lost.set()

        async def on_error(error: Exception) -> None:
            # After a refusal the library's connection is neither closed nor made again.
            if isinstance(error, AuthorizationError) or "authorization" in str(error).lower():
                self._lost.set()

        return NatsBroker(
            self._options.servers,
            security=NatsUserPassword(self._options.user, self._options.password),
            name=f"casetrail {self._projection.durable}",
            # With a limit the library's loop would end up spinning on a closed connection.
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            closed_cb=on_closed,
            error_cb=on_error,
            ack_policy=AckPolicy.MANUAL,
            apply_types=False,
            logger=None,
        )

    async def _consume(self, broker: NatsBroker, ending: asyncio.Event) -> None:
        await knock(self._options)
        client = self._client = await unless(ending, broker.connect())
        if client is None:
            return
        jetstream = client.jetstream(timeout=CHECK_SECONDS * 2)
        await jetstream.add_consumer(STREAM, consumer_config(self._projection))
        subscriber = broker.subscriber(
            ALL_SUBJECTS,
            stream=JStream(STREAM, declare=False),
            durable=self._projection.durable,
            config=consumer_config(self._projection),
            pull_sub=PullSub(batch=True, batch_size=BATCH, timeout=GATHER_SECONDS),
            ack_policy=AckPolicy.MANUAL,
            decoder=_as_it_came,
        )
        subscriber(self._handle)
        await broker.start()
        if subscriber.subscription is not None:
            pulled = Pulled(client, self._projection.durable, subscriber.subscription, self._lost)
            await pulled.listen()
            # It has the two methods that the library's loop uses.
            subscriber.subscription = pulled  # type: ignore[assignment]
        self._log.info("consuming")
        self._on_ready()
        await self._watch(jetstream, ending)

    async def _disconnect(self, broker: NatsBroker) -> None:
        try:
            await broker.stop()
        except* (NatsError, OSError) as gone:
            # Nothing is left to take leave of.
            self._log.debug("disconnected", reason=[type(error).__name__ for error in gone.exceptions])
        if self._client is not None:
            # A connection that is being made again is not closed by the library.
            with suppress(NatsError, OSError):
                await self._client.close()
            self._client = None

    async def _watch(self, jetstream: JetStreamContext, ending: asyncio.Event) -> None:
        """Return when it must end or be set up anew: connection closed, consumer gone, silence."""
        clock = asyncio.get_running_loop().time
        answered_at = clock()
        while not (ending.is_set() or self._lost.is_set()):
            await first_of(asyncio.ensure_future(self._lost.wait()), ending, CHECK_SECONDS)
            try:
                await jetstream.consumer_info(STREAM, self._projection.durable)
                answered_at = clock()
            except NotFoundError:
                self._log.warning("consumer_gone", reason="the broker was emptied or the consumer deleted")
                return
            except NatsError:
                if clock() > answered_at + GIVE_UP_SECONDS:
                    self._log.warning("broker_silent")
                    if self._client is not None:
                        # Not drained: the other side would be waited for.
                        await self._client.close()
                    return

    async def _handle(self, messages: list[Msg]) -> None:
        failpoint("projector.received")
        try:
            outcome = await self._applied(messages)
        except Exception as bug:  # noqa: BLE001 (the library would swallow it: it ends the worker instead)
            self._bug = bug
            self._lost.set()
            return
        failpoint("projector.committed")
        with suppress(NatsError):
            # What is not acknowledged comes again, and is known by its position.
            for number in outcome.done:
                await messages[number].ack()
                failpoint("projector.acknowledging")
            for number in outcome.waiting:
                await messages[number].nak(delay=AGAIN_SECONDS)
        failpoint("projector.acknowledged")

    async def _applied(self, messages: list[Msg]) -> Outcome:
        deliveries = [_delivery(message) for message in messages]
        try:
            outcome = await asyncio.to_thread(
                apply_batch, self._database, self._projection, deliveries, self._now()
            )
        except AWAY_ERRORS as error:
            self._log.warning("read_database_away", reason=type(error).__name__)
            return Outcome(done=(), waiting=tuple(range(len(messages))))
        self._report(outcome)
        return outcome

    def _report(self, outcome: Outcome) -> None:
        for kept in outcome.kept:
            self._log.error("quarantined", event_id=kept.event_id, kind=kept.kind, reason=kept.reason)
        if outcome.holes != self._holes:
            for hole in outcome.holes:
                self._log.warning(
                    "hole",
                    tenant=hole.tenant,
                    expected=hole.expected,
                    found=hole.found,
                    reason="waiting; if it stays, run `casetrail projections rebuild`",
                )
        self._holes = outcome.holes


async def _as_it_came(message: StreamMessage[list[Msg]]) -> list[Msg]:
    """Instead of decoding: the bytes are read once, where they are applied."""
    return message.raw_message


def _delivery(message: Msg) -> Delivery:
    key = (message.headers or {}).get(MESSAGE_ID_HEADER)
    return Delivery(
        key=key or f"stream-{message.metadata.sequence.stream}",
        subject=message.subject,
        content=message.data,
    )
