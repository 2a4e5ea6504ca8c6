"""The parts that run on one machine, each a process of its own: how it is started, when it is ready."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from treatment.fault import Fault
from treatment.readiness import READY_FD

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 10
"""How long a part may take to stop before it is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process. `ready` returns what to show of it, and waits until it can be used."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    log_file: Path
    ready: Callable[["Running"], Awaitable[str]]
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class Running:
    """A part that was started."""

    part: Part
    process: asyncio.subprocess.Process
    ready_pipe: int
    """The end that a worker without an address says `ready` on."""

    async def said_ready(self) -> None:
        """Wait for the worker's word on its pipe. Raises `PartEnded` when it ends without one."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        pipe = os.fdopen(os.dup(self.ready_pipe), "rb", buffering=0)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        try:
            if not await reader.read(1):
                raise PartEnded(self.part.name, self.part.log_file)
        finally:
            transport.close()

    async def stop(self) -> None:
        """Ask the part to stop; kill it when it does not."""
        if self.process.returncode is not None:
            return
        self.process.send_signal(self.part.stop_signal)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


class PartEnded(Fault):
    """A part ended before it was ready; its log says why."""

    def __init__(self, name: str, log_file: Path) -> None:
        super().__init__(f"{name} ended before it was ready; see {log_file}")


async def start(part: Part) -> Running:
    """Start a part. It dies with this process, whatever kills this process."""
    reading, writing = os.pipe()
    with part.log_file.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *part.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **part.environment, READY_FD: str(writing)},
            pass_fds=(writing,),
            # A session of its own: Ctrl-C reaches the watcher alone, which stops the parts in order.
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    os.close(writing)
    return Running(part, process, reading)


def _die_with_parent() -> None:
    """Linux kills the process when the one that started it ends; other systems have no such word."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
