"""What the routes work with: opened once at start, handed to each request."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, ParamSpec, TypeVar

from fastapi import Depends, Path, Request

from casetrail_contracts.scalars import UUID_PATTERN
from treatment.api.lane import Lane
from treatment.application import Application
from treatment.definitions.installed import Installed
from treatment.domain.refusals import CaseUnknown
from treatment.store.database import Database

P = ParamSpec("P")
R = TypeVar("R")

COMMAND_THREADS = 16
"""Those that wait for a commit: the next one stores them together. With more of them than share the
interpreter well, each waits longer and no more is stored."""
READ_THREADS = 4


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


# Not a plain function: the framework would run it on a thread of its own.
async def parts_of(request: Request) -> Parts:
    """The parts that the application was built with."""
    parts: Parts = request.app.state.parts
    return parts


Open = Annotated[Parts, Depends(parts_of)]


# Not a plain function: the framework would run it on a thread of its own.
async def known_form(case_id: Annotated[str, Path(description="The case: a UUID.")]) -> str:
    """What is no UUID names no case: it is answered like an unknown one."""
    if not re.fullmatch(UUID_PATTERN, case_id):
        raise CaseUnknown
    return case_id


CaseId = Annotated[str, Depends(known_form)]
