"""Threads for synchronous work beside the event loop, and an end to what waits for them."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

R = TypeVar("R")

DEADLINE_SECONDS = 15
"""Every request ends by then: with its answer, or with a 503 that says to send it again."""
LONGEST_WAIT_SECONDS = 1.0
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
        self._unfinished = 0
        self._ended_at = 0.0
        self._pace: float | None = None
        """Seconds from one end to the next while all threads had work; None before that was seen."""

    async def run(self, work: Callable[[], R]) -> R:
        """What the work returns. Raises what it raises, `Overloaded`, or `TimeoutError` at the deadline.

        After a timeout the work still comes to its end.
        """
        if self._is_full():
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
        if self._unfinished < self._thread_count:
            return False
        wait = self._unfinished * (self._pace or 0.0)
        return wait > LONGEST_WAIT_SECONDS or self._unfinished >= self._most

    def _finished(self, work: "asyncio.Future[R]") -> None:
        now = self._clock()
        if self._unfinished >= self._thread_count:
            # With an idle thread it would be the pace of those who ask.
            taken = now - self._ended_at
            self._pace = (
                taken if self._pace is None else self._pace + (taken - self._pace) * WEIGHT_OF_THE_NEWEST
            )
        self._ended_at = now
        self._unfinished -= 1
        if not work.cancelled():
            # After a timeout nobody else asks for it, which would be logged as a fault.
            work.exception()
