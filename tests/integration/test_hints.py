"""The relay is woken after a commit; hints may be lost, and nobody waits for one. On a real nats-server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.integration.broker import Broker
from tests.integration.eventually import eventually
from tests.integration.store import opened, opening, request

from casetrail_contracts.broker import STREAM
from treatment.broker_address import HINT_SUBJECT
from treatment.relay import run
from treatment.relay.hint import Hint
from treatment.store.locks import FileLock
from treatment.store.stored_log import StoredLog

PATIENT_SECONDS = 5.0
"""How seldom the relay of these tests looks by itself."""
SOON_SECONDS = 2.0
"""Far less than that, far more than a hint takes."""


@asynccontextmanager
async def beside(hint: Hint) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(hint.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(running, SOON_SECONDS)


async def messages(broker: Broker) -> int:
    async with broker.connected("projector") as connection:
        return (await connection.jetstream(timeout=1).stream_info(STREAM)).state.messages


async def test_a_hint_wakes_the_relay_long_before_it_would_look_itself(
    broker: Broker, tmp_path: Path
) -> None:
    await broker.provision()
    hint = Hint(broker.options("api"))
    stop = asyncio.Event()
    with opened(f"sqlite:///{tmp_path / 'data'}") as store:
        log = StoredLog(store.events, stored=hint.stored)
        application = store.application(log)
        lock = FileLock(tmp_path / "lock", "relay")
        relaying = run(log, broker.options("relay"), lock=lock, poll_seconds=PATIENT_SECONDS, stop=stop)
        relay = asyncio.create_task(relaying)
        async with beside(hint):
            for number in range(5):
                await asyncio.to_thread(application.handle, request(f"open-{number}"), opening())
                stored = store.count("events")

                async def arrived(expected: int = stored) -> bool:
                    return await messages(broker) == expected

                # The relay and the hint may still be about to connect at the first one.
                seconds = SOON_SECONDS if number else 3 * PATIENT_SECONDS
                await eventually(arrived, "the relay was not woken", seconds=seconds)
        stop.set()
        await asyncio.wait_for(relay, SOON_SECONDS)


async def hints(broker: Broker, hint: Hint, heard: asyncio.Event) -> None:
    """Something is stored again and again until a hint of it is heard."""

    async def told() -> bool:
        hint.stored()
        return heard.is_set()

    await eventually(told, "no hint was heard")


@asynccontextmanager
async def listening(broker: Broker) -> AsyncIterator[asyncio.Event]:
    heard = asyncio.Event()

    async def hear(_: object) -> None:
        heard.set()

    async with broker.connected("relay") as connection:
        await connection.subscribe(HINT_SUBJECT, cb=hear)
        await connection.flush()
        yield heard


async def test_hints_come_again_by_themselves_after_the_broker_was_away(broker: Broker) -> None:
    hint = Hint(broker.options("api"))
    async with beside(hint):
        async with listening(broker) as heard:
            await hints(broker, hint, heard)
        broker.kill()
        for _ in range(1_000):
            hint.stored()
        broker.start()
        async with listening(broker) as heard:
            await hints(broker, hint, heard)


async def test_a_hint_that_does_not_run_is_harmless(broker: Broker) -> None:
    hint = Hint(broker.options("api"))
    hint.stored()
    async with beside(hint):
        hint.stored()
    hint.stored()
