"""What the routes work with: opened once at start, handed to each request."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Annotated, ParamSpec, TypeVar

from fastapi import Depends, Path, Request

from casetrail_contracts.scalars import UUID_PATTERN
from treatment.application import Application
from treatment.definitions.installed import Installed
from treatment.domain.refusals import CaseUnknown
from treatment.store.database import Database

P = ParamSpec("P")
R = TypeVar("R")

DEADLINE_SECONDS = 15
"""Every request ends by then: with its answer, or with a 503 that says to send it again."""
COMMAND_THREADS = 32
"""Those that wait for a commit: the next one stores them together."""
READ_THREADS = 4
MOST_WAITING = 512
"""Requests in a lane, running or waiting; about a second's work. More would only be answered too late."""


class Overloaded(Exception):
    """More is asked than can be answered in time. Nothing of this request was begun."""


class Lane:
    """Threads for one kind of synchronous work, with an end to their queue. Used from one event loop."""

    def __init__(self, name: str, threads: int, most: int = MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(threads, name)
        self._most = most
        self._unfinished = 0

    async def run(self, work: Callable[[], R]) -> R:
        """What the work returns. Raises what it raises, `Overloaded`, or `TimeoutError` at the deadline.

        After a timeout the work still comes to its end.
        """
        if self._unfinished >= self._most:
            raise Overloaded
        self._unfinished += 1
        running = asyncio.get_running_loop().run_in_executor(self._threads, work)
        running.add_done_callback(self._finished)
        return await asyncio.wait_for(asyncio.shield(running), DEADLINE_SECONDS)

    def shutdown(self) -> None:
        """End the threads when their work is done."""
        self._threads.shutdown()

    def _finished(self, work: "asyncio.Future[R]") -> None:
        self._unfinished -= 1
        if not work.cancelled():
            # After a timeout nobody else asks for it, which would be logged as a fault.
            work.exception()


@dataclass(frozen=True, slots=True)
class Parts:
    """The store is synchronous: commands and reads have threads of their own; neither waits for the other."""

    application: Application
    read_models: Database
    installed: Installed
    commands: Lane = field(default_factory=lambda: Lane("commands", COMMAND_THREADS))
    reads: Lane = field(default_factory=lambda: Lane("reads", READ_THREADS))

    async def write(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on a thread of the commands: see `Lane.run`."""
        return await self.commands.run(lambda: work(*args, **kwargs))

    async def read(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on a thread of the reads: see `Lane.run`."""
        return await self.reads.run(lambda: work(*args, **kwargs))


def parts_of(request: Request) -> Parts:
    """The parts that the application was built with."""
    parts: Parts = request.app.state.parts
    return parts


Open = Annotated[Parts, Depends(parts_of)]


def known_form(case_id: Annotated[str, Path(description="The case: a UUID.")]) -> str:
    """What is no UUID names no case: it is answered like an unknown one."""
    if not re.fullmatch(UUID_PATTERN, case_id):
        raise CaseUnknown
    return case_id


CaseId = Annotated[str, Depends(known_form)]
