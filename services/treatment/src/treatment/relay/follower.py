"""Follows the store on one connection: reads on from the end of the stream, looks again after any error."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NothingAnswered

from treatment.failpoints import failpoint
from treatment.relay.decisions import (
    READ_ROWS,
    BrokerAhead,
    Place,
    RelayHalted,
    event_to_find,
    has_forgotten,
    next_group,
    place_of,
)
from treatment.relay.messages import Batch, batch_of
from treatment.relay.stream import PublishRefused, Stream, StreamMissing
from treatment.store.database import AWAY_ERRORS
from treatment.store.locks import pause
from treatment.store.log import BrokerSeen, NotedByAnother, Row
from treatment.store.standing import Standing

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 5.0
"""An idle relay looks at the stream this often: a broker that forgot is noticed without news."""
AHEAD_SECONDS = 1.0
"""How soon a stream that is ahead of the store is looked at again."""
NOTE_SECONDS = 5.0
"""How often the relay notes how far it came, if it came further: from that its lag is told."""
LOOK_AGAIN: tuple[type[Exception], ...] = (
    NatsError,
    StreamMissing,
    PublishRefused,
    NotedByAnother,
    *AWAY_ERRORS,
)
"""What may be over at the next look at the stream's end."""

_log = structlog.get_logger(__name__)


class Log(Protocol):
    """What the relay needs of the event log."""

    def after(self, row_id: int, limit: int) -> list[Row]:
        """Rows with a larger row id, in order of commit."""

    def find(self, event_id: str) -> Row | None:
        """The row of an event."""

    def note_broker(self, created: str, last_event_id: str | None, last_sequence: int, *, behind: int) -> int:
        """Write down what was seen of the stream; the note's number. Raises `NotedByAnother`."""

    def broker_seen(self) -> BrokerSeen | None:
        """What was written down last."""

    def standing(self) -> Standing:
        """How the store stands to the broker, as it was noted last."""

    def note_standing(self, standing: Standing, reason: str) -> None:
        """Write down how the store stands to the broker."""


class Follower:
    """Follows the store on one connection to the broker."""

    def __init__(
        self,
        log: Log,
        stream: Stream,
        poll_seconds: float,
        on_ready: Callable[[], None],
        news: asyncio.Event,
    ) -> None:
        """`news` is set when something was stored: it is not waited for longer than `poll_seconds`."""
        self._event_log = log
        self._stream = stream
        self._poll_seconds = poll_seconds
        self._on_ready = on_ready
        self._news = news
        self._told = ""
        self._noted, self._noted_at = -1, 0.0
        self._newest_note = 0
        self._delay = FIRST_PAUSE_SECONDS

    async def follow(self, ending: asyncio.Event) -> None:
        """Publish until `ending` is set. Any error but a halt and silence: look at the stream again."""
        waking = asyncio.create_task(self._wake_up(ending))
        try:
            await self._until(ending)
        finally:
            waking.cancel()

    async def _wake_up(self, ending: asyncio.Event) -> None:
        await ending.wait()
        self._news.set()

    async def _until(self, ending: asyncio.Event) -> None:
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
        try:
            place = await self._look()
        except BrokerAhead as ahead:
            await self._stand_still(ahead)
            await pause(ending, AHEAD_SECONDS)
            return
        clock = asyncio.get_running_loop().time
        idle_since = clock()
        batch: Batch | None = None
        while not ending.is_set() and clock() < idle_since + LOOK_AGAIN_SECONDS:
            # Before looking: what is stored from here on is news again.
            self._news.clear()
            batch = batch or await asyncio.to_thread(self._next, place.row_id)
            await self._note_now_and_then(place)
            if batch is None:
                await pause(self._news, self._poll_seconds)
                continue
            failpoint("relay.read")
            place, batch = await self._publish(batch, place)
            failpoint("relay.between_batches")
            self._delay = FIRST_PAUSE_SECONDS
            idle_since = clock()

    async def _publish(self, batch: Batch, place: Place) -> tuple[Place, Batch | None]:
        """Publish, and make the next batch ready meanwhile where there is a backlog."""
        ahead = None
        if batch.atomic:
            ahead = asyncio.ensure_future(asyncio.to_thread(self._next, batch.last_row_id))
        failpoint("relay.before_publish")
        try:
            sequence = await self._stream.publish(batch, place.sequence)
        except BaseException:
            if ahead is not None:
                # What it found is read again from where the stream ends then.
                ahead.add_done_callback(_forget)
            raise
        failpoint("relay.acknowledged")
        newest = Place(
            row_id=batch.last_row_id,
            event_id=batch.messages[-1].event_id,
            sequence=sequence,
            created=place.created,
        )
        return newest, await ahead if ahead is not None else None

    def _next(self, row_id: int) -> Batch | None:
        """What follows behind that row, ready to be published; None when nothing does."""
        rows = self._event_log.after(row_id, READ_ROWS)
        return batch_of(next_group(rows)) if rows else None

    async def _look(self) -> Place:
        end = await self._stream.end()
        seen = await asyncio.to_thread(self._event_log.broker_seen)
        self._newest_note = seen.number if seen is not None else 0
        wanted = event_to_find(end, seen)
        row = await asyncio.to_thread(self._event_log.find, wanted) if wanted else None
        self._on_ready()
        place = place_of(end, row)
        await self._compared()
        if has_forgotten(end, seen):
            _log.warning(
                "broker_forgot",
                reason="the stream is new or shorter than it was; the store publishes what is missing",
                last_sequence=end.sequence,
            )
        if seen is None or has_forgotten(end, seen):
            await self._note(place)
        return place

    async def _compared(self) -> None:
        """The store has what the stream has: it may be added to again."""
        if await asyncio.to_thread(self._event_log.standing) is not Standing.TOGETHER:
            _log.info("store_together", reason="the store has what the stream has")
            await asyncio.to_thread(
                self._event_log.note_standing, Standing.TOGETHER, "the relay compared store and stream"
            )

    async def _stand_still(self, ahead: BrokerAhead) -> None:
        """Let nothing be stored: it would take the place of what readers have already."""
        if await asyncio.to_thread(self._event_log.standing) is not Standing.BEHIND:
            await asyncio.to_thread(self._event_log.note_standing, Standing.BEHIND, str(ahead))
        if self._told != str(ahead):
            self._told = str(ahead)
            _log.critical("relay_halted", reason=self._told)

    async def _note_now_and_then(self, place: Place) -> None:
        now = asyncio.get_running_loop().time()
        if place.sequence != self._noted and now >= self._noted_at + NOTE_SECONDS:
            await self._note(place)

    async def _note(self, place: Place) -> None:
        self._noted, self._noted_at = place.sequence, asyncio.get_running_loop().time()
        self._newest_note = await asyncio.to_thread(
            self._event_log.note_broker,
            place.created,
            place.event_id,
            place.sequence,
            behind=self._newest_note,
        )


def _forget(ahead: "asyncio.Future[Batch | None]") -> None:
    if not ahead.cancelled():
        # Asked for, so that it is not logged as a fault that nobody has seen.
        ahead.exception()
