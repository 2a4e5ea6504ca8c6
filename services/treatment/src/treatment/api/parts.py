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


@dataclass(frozen=True, slots=True)
class Parts:
    """The store is synchronous: commands have one thread of their own, reads have four."""

    application: Application
    read_models: Database
    installed: Installed
    commands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "commands"))
    reads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "reads"))

    async def write(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on the thread of the commands; `TimeoutError` when it takes too long."""
        return await self._run(self.commands, lambda: work(*args, **kwargs))

    async def read(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run on a thread of the reads; `TimeoutError` when it takes too long."""
        return await self._run(self.reads, lambda: work(*args, **kwargs))

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], R]) -> R:
        loop = asyncio.get_running_loop()
        return await asyncio.wait_for(loop.run_in_executor(threads, work), DEADLINE_SECONDS)


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
