"""One worker of a kind at a time, on both databases."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.integration.eventually import eventually

from treatment.store.locks import alone, worker_lock


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}"
    else:
        yield request.getfixturevalue("postgres_url")


async def test_a_lock_has_one_holder(database_url: str) -> None:
    first, second = worker_lock(database_url, "relay"), worker_lock(database_url, "relay")
    assert [await first.acquire(), await second.acquire()] == [True, False]
    assert [await first.is_held(), await second.is_held()] == [True, False]
    await first.release()
    assert [await first.is_held(), await second.acquire()] == [False, True]
    await second.release()


async def test_locks_of_other_names_are_other_locks(database_url: str) -> None:
    first, second = worker_lock(database_url, "relay"), worker_lock(database_url, "projection-caseload")
    assert [await first.acquire(), await second.acquire()] == [True, True]
    await first.release()
    await second.release()


async def test_a_waiting_worker_takes_over_when_the_first_one_ends(database_url: str) -> None:
    stops = {"first": asyncio.Event(), "second": asyncio.Event()}
    began: list[str] = []

    async def worker(name: str) -> None:
        async def work(ending: asyncio.Event) -> None:
            began.append(name)
            await ending.wait()

        await alone(worker_lock(database_url, "relay"), work, stop=stops[name])

    async def have_begun(names: list[str]) -> bool:
        return began == names

    first = asyncio.create_task(worker("first"))
    await eventually(lambda: have_begun(["first"]), "the first worker did not begin")
    second = asyncio.create_task(worker("second"))
    stops["first"].set()
    await first
    await eventually(lambda: have_begun(["first", "second"]), "the second worker did not take over")
    stops["second"].set()
    await second


async def test_a_worker_that_waits_can_be_stopped(database_url: str) -> None:
    held, stop = worker_lock(database_url, "relay"), asyncio.Event()
    await held.acquire()

    async def work(_: asyncio.Event) -> None:
        raise AssertionError("it worked without the lock")

    waiting = asyncio.create_task(alone(worker_lock(database_url, "relay"), work, stop=stop))
    stop.set()
    await asyncio.wait_for(waiting, 5)
    await held.release()


async def test_what_the_worker_raises_ends_it_and_frees_the_lock(database_url: str) -> None:
    async def work(_: asyncio.Event) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await alone(worker_lock(database_url, "relay"), work, stop=asyncio.Event())
    again = worker_lock(database_url, "relay")
    assert await again.acquire()
    await again.release()


async def test_a_lost_connection_loses_the_lock_and_the_worker_begins_again(postgres_url: str) -> None:
    stop, began = asyncio.Event(), []

    async def work(ending: asyncio.Event) -> None:
        began.append("began")
        await ending.wait()

    async def begun_times(count: int) -> bool:
        return len(began) == count

    worker = asyncio.create_task(alone(worker_lock(postgres_url, "relay"), work, stop=stop))
    await eventually(lambda: begun_times(1), "the worker did not begin")
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as connection:
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    await eventually(lambda: begun_times(2), "the worker did not begin again after losing its lock")
    stop.set()
    await worker
