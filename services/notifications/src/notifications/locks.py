"""One process at a time consumes and sends: a file lock beside SQLite, an advisory lock in PostgreSQL."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psycopg
import structlog

ADVISORY_LOCK = 0x_CA5E_0717
TRY_AGAIN_SECONDS = 0.2
_log = structlog.get_logger(__name__)


@asynccontextmanager
async def hold_alone(database_url: str, stop: asyncio.Event) -> AsyncIterator[None]:
    """Wait until no other process holds the lock, and hold it; it ends with the process."""
    if database_url.startswith("sqlite:///"):
        holding = _file(Path(database_url.removeprefix("sqlite:///")) / "notifications.lock", stop)
    else:
        holding = _advisory(database_url, stop)
    async with holding:
        yield


@asynccontextmanager
async def _file(file: Path, stop: asyncio.Event) -> AsyncIterator[None]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not stop.is_set():
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await _wait(stop)
        yield
    finally:
        os.close(descriptor)


@asynccontextmanager
async def _advisory(url: str, stop: asyncio.Event) -> AsyncIterator[None]:
    # A session of its own: the lock is lost with the connection, and the process then ends.
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, keepalives_idle=10) as connection:
        while not stop.is_set():
            cursor = await connection.execute(f"SELECT pg_try_advisory_lock({ADVISORY_LOCK})")
            row = await cursor.fetchone()
            if row is not None and row[0]:
                break
            await _wait(stop)
        yield


async def _wait(stop: asyncio.Event) -> None:
    _log.info("lock_waiting", reason="another process does this work")
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), TRY_AGAIN_SECONDS)
