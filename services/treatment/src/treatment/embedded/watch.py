"""Start the parts, keep them running, stop them all: nothing is left behind."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from treatment.embedded.parts import Part, PartEnded, Running, start
from treatment.fault import Fault

READY_SECONDS = 30
CRASHES = 5
CRASH_WINDOW_SECONDS = 30
RESTART_PAUSE_SECONDS = 0.2


class KeepsCrashing(Fault):
    """A part crashed again and again; starting it once more would not help."""

    def __init__(self, part: Part) -> None:
        super().__init__(
            f"{part.name} crashed {CRASHES} times in {CRASH_WINDOW_SECONDS} s; see {part.log_file}"
        )


Say = Callable[[str], None]


class Watch:
    """Runs parts until told to stop, or until one keeps crashing."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._running: list[Running] = []
        self._watching: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._failure: Exception | None = None

    async def up(self, stage: Sequence[Part]) -> None:
        """Start some parts at once and wait until each is ready. Raises `PartEnded` or `TimeoutError`."""
        try:
            async with asyncio.TaskGroup() as group:
                for part in stage:
                    group.create_task(self._first(part))
        except ExceptionGroup as failures:
            # The first failure cancelled the others: it is the reason.
            raise failures.exceptions[0] from None

    async def until_stopped(self) -> None:
        """Wait for `stop`. Raises `KeepsCrashing` when a part cannot be kept running."""
        await self._stopping.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Let `until_stopped` return."""
        self._stopping.set()

    async def down(self) -> None:
        """Stop every part, the last one started first."""
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
        async with AsyncExitStack() as stack:
            for running in self._running:
                stack.push_async_callback(running.stop)

    async def _first(self, part: Part) -> None:
        began = time.monotonic()
        running = await self._start(part)
        shown = await self._shown(running)
        self._say(f"{part.name:<14} ready in {time.monotonic() - began:4.1f} s   {shown}")
        self._watching.append(asyncio.create_task(self._keep(running)))

    async def _start(self, part: Part) -> Running:
        running = await start(part)
        self._running.append(running)
        return running

    async def _shown(self, running: Running) -> str:
        """Wait until the part is ready, or has ended, whichever is first."""
        ready = asyncio.create_task(self._ready(running))
        ended = asyncio.create_task(running.process.wait())
        try:
            await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not ready.done():
                raise PartEnded(running.part.name, running.part.log_file)
            return ready.result()
        finally:
            ready.cancel()
            ended.cancel()
            await asyncio.gather(ready, ended, return_exceptions=True)

    async def _ready(self, running: Running) -> str:
        return await asyncio.wait_for(running.part.ready(running), READY_SECONDS)

    async def _keep(self, running: Running) -> None:
        """Start the part again whenever it ends."""
        part = running.part
        crashes: deque[float] = deque(maxlen=CRASHES)
        while True:
            code = await running.process.wait()
            crashes.append(time.monotonic())
            if len(crashes) == CRASHES and crashes[-1] - crashes[0] < CRASH_WINDOW_SECONDS:
                self._failure = KeepsCrashing(part)
                self.stop()
                return
            self._say(f"{part.name:<14} ended with {code}; starting it again")
            self._running.remove(running)
            await asyncio.sleep(RESTART_PAUSE_SECONDS)
            began = time.monotonic()
            running = await self._start(part)
            try:
                shown = await self._shown(running)
            except (PartEnded, TimeoutError):
                continue
            self._say(f"{part.name:<14} ready again in {time.monotonic() - began:4.1f} s   {shown}")
