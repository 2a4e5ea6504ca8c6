"""Threads for synchronous work beside the event loop, and an end to what waits for them."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

R = TypeVar("R")

DEADLINE_SECONDS = 15
"""Every request ends by then: with its answer, or with a 503 that says to send it again."""
LONGEST_WAIT_SECONDS = 0.5
"""Who would wait longer, at the pace of the moment, is better told at once to come again."""
MOST_WAITING = 512
"""Requests in a lane, running or waiting, whatever the pace is: they take memory."""
WEIGHT_OF_THE_NEWEST = 1 / 16


class Overloaded(Exception):
    """More is asked than can be answered in time. Nothing of this request was begun."""


class Lane:
    """Threads for one kind of synchronous work. Used from one event loop."""

    def __init__(
        self,
        name: str,
        threads: int,
        most: int = MOST_WAITING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threads = ThreadPoolExecutor(threads, name)
        self._thread_count = threads
        self._most = most
        self._clock = clock
        self._arriving = 0
        """Requests that were let in, whether they are still read or run already."""
        self._unfinished = 0
        self._ended_at = 0.0
        self._pace = 0.0
        """Seconds from one end to the next while all threads had work, on a running mean.

        It begins with nothing, so that one slow answer in the beginning turns nobody away.
        """

    def arriving(self) -> AbstractContextManager[None]:
        """Count a request that will `run` something, from now on until the end of the context.

        Raises `Overloaded`. What is still read takes a place too: whoever comes next would not see it.
        """
        if self._is_full():
            raise Overloaded
        return self._counted()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    async def run(self, work: Callable[[], R]) -> R:
        """What the work returns. Raises what it raises, `Overloaded`, or `TimeoutError` at the deadline.

        After a timeout the work still comes to its end.
        """
        if self._takes_too_long(self._unfinished):
            raise Overloaded
        if not self._unfinished:
            self._ended_at = self._clock()
        self._unfinished += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, work)
        running.add_done_callback(self._finished)
        return await asyncio.wait_for(asyncio.shield(running), DEADLINE_SECONDS)

    def shutdown(self) -> None:
        """End the threads when their work is done."""
        self._threads.shutdown()

    def _is_full(self) -> bool:
        # Who was let in and runs is counted in both.
        return self._takes_too_long(max(self._arriving, self._unfinished))

    def _takes_too_long(self, before: int) -> bool:
        if before < self._thread_count:
            return False
        return before * self._pace > LONGEST_WAIT_SECONDS or before >= self._most

    def _finished(self, work: "asyncio.Future[R]") -> None:
        now = self._clock()
        if self._unfinished >= self._thread_count:
            # With an idle thread it would be the pace of those who ask.
            self._pace += (now - self._ended_at - self._pace) * WEIGHT_OF_THE_NEWEST
        self._ended_at = now
        self._unfinished -= 1
        if not work.cancelled():
            # After a timeout nobody else asks for it, which would be logged as a fault.
            work.exception()
