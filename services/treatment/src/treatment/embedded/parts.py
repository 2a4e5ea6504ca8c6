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
LOG_END_BYTES = 8192
LONGEST_LINE = 300


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
    log_from: int
    """Where the log of this start begins: a part that runs again writes on in the same file."""

    async def said_ready(self) -> None:
        """Wait for the worker's word on its pipe. Raises `PartEnded` when it ends without one."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        pipe = os.fdopen(os.dup(self.ready_pipe), "rb", buffering=0)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
        try:
            if not await reader.read(1):
                raise PartEnded(self)
        finally:
            transport.close()

    def told(self) -> str:
        """Where its log is, and the last line that this start wrote there: a log holds nothing of events."""
        with self.part.log_file.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(self.log_from, size - LOG_END_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        words = next((" ".join(line.split()) for line in reversed(lines) if line.strip()), "")
        place = f"see {self.part.log_file}"
        return f"{place}, which ends with: {words[:LONGEST_LINE]}" if words else place

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

    def __init__(self, running: Running) -> None:
        super().__init__(f"{running.part.name} ended before it was ready; {running.told()}")


async def start(part: Part) -> Running:
    """Start a part. It dies with this process, whatever kills this process."""
    reading, writing = os.pipe()
    try:
        with part.log_file.open("ab") as log:
            log_from = log.tell()
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
    finally:
        os.close(writing)
    return Running(part, process, reading, log_from)


def _die_with_parent() -> None:
    """Linux kills the process when the one that started it ends; other systems have no such word."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
