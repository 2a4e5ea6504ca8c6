"""The relay's loop: read on from where the stream ends, publish, and look again after any error."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NothingAnswered

from treatment.broker_address import NatsOptions
from treatment.failpoints import failpoint
from treatment.relay.decisions import (
    READ_ROWS,
    Place,
    RelayHalted,
    event_to_find,
    has_forgotten,
    next_group,
    place_of,
)
from treatment.relay.stream import PublishRefused, Stream, StreamMissing
from treatment.store.database import AWAY_ERRORS
from treatment.store.locks import WorkerLock, alone, pause
from treatment.store.log import BrokerSeen, Row

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 5.0
"""An idle relay looks at the stream this often: a broker that forgot is noticed without news."""
NOTE_EVERY_GROUPS = 100
LOOK_AGAIN: tuple[type[Exception], ...] = (NatsError, StreamMissing, PublishRefused, *AWAY_ERRORS)
"""What may be over at the next look at the stream's end."""

_log = structlog.get_logger(__name__)


class Log(Protocol):
    """What the relay needs of the event log."""

    def after(self, row_id: int, limit: int) -> list[Row]:
        """Rows with a larger row id, in order of commit."""

    def find(self, event_id: str) -> Row | None:
        """The row of an event."""

    def note_broker(self, created: str, last_event_id: str | None, last_sequence: int) -> None:
        """Write down what was seen of the stream."""

    def broker_seen(self) -> BrokerSeen | None:
        """What was written down last."""


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

    `on_ready` is called whenever the end of the stream was found. Raises `RelayHalted` when going on
    would put the stream at odds with the store.
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
    connection = await _connected(options, closed)
    following = Follower(log, Stream(connection), poll_seconds, on_ready).follow(ending)
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


async def _connected(options: NatsOptions, closed: asyncio.Event) -> Client:
    """Without the client's own reconnecting: it would send buffered messages that are out of date."""

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
            name="casetrail relay",
            allow_reconnect=False,
            # The client would try sixty times; the loop above has the patience, and can be stopped.
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


class Follower:
    """Follows the store on one connection to the broker."""

    def __init__(self, log: Log, stream: Stream, poll_seconds: float, on_ready: Callable[[], None]) -> None:
        self._event_log = log
        self._stream = stream
        self._poll_seconds = poll_seconds
        self._on_ready = on_ready
        self._groups_since_note = 0
        self._delay = FIRST_PAUSE_SECONDS

    async def follow(self, ending: asyncio.Event) -> None:
        """Publish until `ending` is set. Any error but a halt and silence: look at the stream again."""
        while not ending.is_set():
            try:
                await self._from_the_end(ending)
            except NothingAnswered:
                # The connection may be dead without our being told: the next one is looked at afresh.
                raise
            except LOOK_AGAIN as error:
                _log.warning("relay_looks_again", kind=type(error).__name__, reason=str(error))
                await pause(ending, self._delay)
                self._delay = min(self._delay * 2, LONGEST_PAUSE_SECONDS)
            except RelayHalted as halt:
                _log.critical("relay_halted", reason=str(halt))
                raise

    async def _from_the_end(self, ending: asyncio.Event) -> None:
        """Read the stream's end, then publish until there was no news for a while."""
        place = await self._look()
        self._on_ready()
        clock = asyncio.get_running_loop().time
        idle_since = clock()
        while not ending.is_set() and clock() < idle_since + LOOK_AGAIN_SECONDS:
            rows = await asyncio.to_thread(self._event_log.after, place.row_id, READ_ROWS)
            if not rows:
                await pause(ending, self._poll_seconds)
                continue
            failpoint("relay.read")
            group = next_group(rows)
            failpoint("relay.before_publish")
            sequence = await self._stream.publish(group, place.sequence)
            failpoint("relay.acknowledged")
            newest = group.rows[-1]
            place = Place(
                row_id=newest.row_id,
                event_id=newest.event_id,
                sequence=sequence,
                created=place.created,
            )
            await self._note_now_and_then(place)
            failpoint("relay.between_batches")
            self._delay = FIRST_PAUSE_SECONDS
            idle_since = clock()

    async def _look(self) -> Place:
        end = await self._stream.end()
        seen = await asyncio.to_thread(self._event_log.broker_seen)
        wanted = event_to_find(end, seen)
        row = await asyncio.to_thread(self._event_log.find, wanted) if wanted else None
        place = place_of(end, row)
        if has_forgotten(end, seen):
            _log.warning(
                "broker_forgot",
                reason="the stream is new or shorter than it was; the store publishes what is missing",
                last_sequence=end.sequence,
            )
        if seen is None or has_forgotten(end, seen):
            await self._note(place)
        return place

    async def _note_now_and_then(self, place: Place) -> None:
        self._groups_since_note += 1
        if self._groups_since_note >= NOTE_EVERY_GROUPS:
            await self._note(place)

    async def _note(self, place: Place) -> None:
        self._groups_since_note = 0
        await asyncio.to_thread(self._event_log.note_broker, place.created, place.event_id, place.sequence)
