"""One worker of a kind at a time: a file lock beside SQLite, an advisory lock in PostgreSQL."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psycopg
import structlog

TRY_AGAIN_SECONDS = 0.2
CHECK_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class WorkerLock(Protocol):
    """A lock that at most one process holds, and that ends with the process that holds it."""

    @property
    def name(self) -> str:
        """What the lock is for."""

    async def acquire(self) -> bool:
        """Try once, without waiting."""

    async def is_held(self) -> bool:
        """Whether it is still ours: a lost connection loses the lock."""

    async def release(self) -> None:
        """Give it back. Harmless when it is not held."""


class FileLock:
    """`flock` on a file: for one machine."""

    def __init__(self, file: Path, name: str) -> None:
        self.name = name
        self._file = file
        self._descriptor: int | None = None

    async def acquire(self) -> bool:
        """Try once, without waiting."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    async def is_held(self) -> bool:
        """The kernel takes a file lock away from nobody."""
        return self._descriptor is not None

    async def release(self) -> None:
        """Closing the file gives the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class AdvisoryLock:
    """A session lock of PostgreSQL, held by a connection of its own."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self._url = url
        self._key = int.from_bytes(
            hashlib.sha256(f"casetrail:{name}".encode()).digest()[:8], "big", signed=True
        )
        self._connection: psycopg.AsyncConnection | None = None
        self._held = False

    async def acquire(self) -> bool:
        """Try once, without waiting. A database that is away counts as a lock that others hold."""
        try:
            if self._connection is None:
                self._connection = await psycopg.AsyncConnection.connect(
                    self._url,
                    autocommit=True,
                    connect_timeout=5,
                    keepalives_idle=5,
                    keepalives_interval=2,
                    keepalives_count=3,
                )
            self._held = await self._answer("SELECT pg_try_advisory_lock(%s)")
        except (psycopg.Error, TimeoutError) as error:
            _log.warning("lock_unreachable", lock=self.name, reason=type(error).__name__)
            self._held = False
            await self.release()
        return self._held

    async def is_held(self) -> bool:
        """Ask the server: it forgets the lock as soon as it believes the connection to be gone."""
        try:
            return await self._answer(
                "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND granted "
                "AND pid = pg_backend_pid() AND (classid::bigint << 32 | objid::bigint) = %s"
            )
        except (psycopg.Error, TimeoutError):
            return False

    async def release(self) -> None:
        """Give it back in so many words: a closed session gives it back only when the server notices."""
        if self._connection is not None:
            with suppress(psycopg.Error, TimeoutError):
                if self._held:
                    await self._answer("SELECT pg_advisory_unlock(%s)")
                await self._connection.close()
            self._connection = None
        self._held = False

    async def _answer(self, sql: str) -> bool:
        if self._connection is None:
            return False
        async with asyncio.timeout(5), self._connection.cursor() as cursor:
            await cursor.execute(sql.encode(), (self._key,))
            row = await cursor.fetchone()
        return bool(row and row[0])


def worker_lock(database_url: str, name: str) -> WorkerLock:
    """The lock of that name among all processes that use the same database."""
    if database_url.startswith("sqlite:///"):
        return FileLock(Path(database_url.removeprefix("sqlite:///")) / f"{name}.lock", name)
    return AdvisoryLock(database_url, name)


async def alone(
    lock: WorkerLock, work: Callable[[asyncio.Event], Coroutine[None, None, None]], *, stop: asyncio.Event
) -> None:
    """Run `work` while this process holds the lock; wait for the lock, and again after losing it.

    `work` gets an event that is set when it must end: `stop` was set, or the lock was lost.
    """
    waiting = False
    try:
        while not stop.is_set():
            if await lock.acquire():
                _log.info("lock_held", lock=lock.name)
                waiting = False
                await _while_held(lock, work, stop)
                await lock.release()
            elif not waiting:
                waiting = True
                _log.info("lock_waiting", lock=lock.name, reason="another process does this work")
            await pause(stop, TRY_AGAIN_SECONDS)
    finally:
        await lock.release()


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait that long, or until the event is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _while_held(
    lock: WorkerLock, work: Callable[[asyncio.Event], Coroutine[None, None, None]], stop: asyncio.Event
) -> None:
    ending = asyncio.Event()
    task = asyncio.create_task(work(ending))
    try:
        while not task.done():
            await _first_of(task, stop, CHECK_SECONDS)
            if stop.is_set():
                ending.set()
                break
            if not await lock.is_held():
                _log.warning("lock_lost", lock=lock.name)
                ending.set()
                break
        await task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _first_of(task: asyncio.Task[None], stop: asyncio.Event, seconds: float) -> None:
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({task, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
