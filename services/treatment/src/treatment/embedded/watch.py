"""Start the parts, keep them running, stop them all: nothing is left behind."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

from treatment.embedded.parts import Part, PartEnded, Running, start
from treatment.fault import Fault

READY_SECONDS = 30
CRASHES = 5
CRASH_WINDOW_SECONDS = 30
RESTART_PAUSE_SECONDS = 0.2


class KeepsCrashing(Fault):
    """A part crashed again and again; starting it once more would not help."""

    def __init__(self, running: Running) -> None:
        super().__init__(
            f"{running.part.name} crashed {CRASHES} times in {CRASH_WINDOW_SECONDS} s; {running.told()}"
        )


class NotReady(Fault):
    """A part runs, but cannot be used."""

    def __init__(self, running: Running, seconds: float) -> None:
        super().__init__(f"{running.part.name} was not ready within {seconds} s; {running.told()}")


Say = Callable[[str], None]


class Watch:
    """Runs parts until told to stop, or until one keeps crashing."""

    def __init__(self, say: Say, *, ready_seconds: float = READY_SECONDS) -> None:
        self._say = say
        self._ready_seconds = ready_seconds
        self._running: list[Running] = []
        self._watching: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._failure: Exception | None = None

    async def up(self, stage: Sequence[Part]) -> None:
        """Start some parts at once and wait until each is ready. Raises `PartEnded` or `NotReady`."""
        try:
            async with asyncio.TaskGroup() as group:
                for part in stage:
                    group.create_task(self._first(part))
        except ExceptionGroup as failures:
            # The first failure cancelled the others: it is the reason.
            raise failures.exceptions[0] from None

    async def unless_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do the work; False when `stop` came first, and the work was given up at once."""
        working = asyncio.ensure_future(work)
        stopped = asyncio.ensure_future(self.until_stopped())
        try:
            await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
            await (working if working.done() else stopped)
            return working.done()
        finally:
            working.cancel()
            stopped.cancel()
            await asyncio.gather(working, stopped, return_exceptions=True)

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
                raise PartEnded(running)
            return ready.result()
        finally:
            ready.cancel()
            ended.cancel()
            await asyncio.gather(ready, ended, return_exceptions=True)

    async def _ready(self, running: Running) -> str:
        try:
            return await asyncio.wait_for(running.part.ready(running), self._ready_seconds)
        except TimeoutError:
            raise NotReady(running, self._ready_seconds) from None

    async def _keep(self, running: Running) -> None:
        """Start the part again whenever it ends."""
        crashes: deque[float] = deque(maxlen=CRASHES)
        while True:
            code = await running.process.wait()
            crashes.append(time.monotonic())
            if len(crashes) == CRASHES and crashes[-1] - crashes[0] < CRASH_WINDOW_SECONDS:
                self._failure = KeepsCrashing(running)
                self.stop()
                return
            self._say(f"{running.part.name:<14} ended with {code}; starting it again")
            self._running.remove(running)
            await asyncio.sleep(RESTART_PAUSE_SECONDS)
            running = await self._start(running.part)
            try:
                await self._again(running)
            except PartEnded:
                continue
            except NotReady as failure:
                self._say(str(failure))
                running.process.kill()
                # Waiting in vain does not make the earlier crashes any older.
                crashes = deque((crash + self._ready_seconds for crash in crashes), CRASHES)

    async def _again(self, running: Running) -> None:
        began = time.monotonic()
        shown = await self._shown(running)
        self._say(f"{running.part.name:<14} ready again in {time.monotonic() - began:4.1f} s   {shown}")
