"""From the real store to a real nats-server: the rows' bytes, once and in the order of commit."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from nats.errors import Error as NatsError
from tests.builders import History, case_id, opened, scored
from tests.integration.broker import Broker
from tests.integration.eventually import eventually

from casetrail_contracts import Envelope, Event
from casetrail_contracts.broker import MESSAGE_ID_HEADER, STREAM
from treatment.relay import run
from treatment.store.locks import worker_lock
from treatment.store.log import CommandRecord
from treatment.store.migrations import migrate
from treatment.store.opening import open_database
from treatment.store.stored_log import StoredLog


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def log(store_url: str) -> Iterator[StoredLog]:
    database = open_database(store_url, "store")
    migrate(database, "store")
    yield StoredLog(database)
    database.close()


class Placed:
    """A draft of an event that a test has made already."""

    def __init__(self, event: Event) -> None:
        self._envelope = event.envelope

    def __call__(self, *, position: str, recordedtime: datetime, previoushash: str | None) -> Envelope:
        changes = {"position": position, "recordedtime": recordedtime, "previoushash": previoushash}
        return self._envelope.model_copy(update=changes)


def store(log: StoredLog, number: int, events: int) -> None:
    """One command of a new case of one of two tenants."""
    made = History("north" if number % 2 else "south")
    case = case_id(number)
    made.add(case, opened())
    for score in range(events - 1):
        made.add(case, scored(f"a-{score}", score % 60))
    command = CommandRecord(
        command_id=str(UUID(int=number)), fingerprint=b"", case_id=case, first_version=1, last_version=events
    )
    log.append(made.tenant, [Placed(event) for event in made.events], None, command)


async def on_the_stream(broker: Broker, count: int) -> list[tuple[str, bytes]]:
    """Message ids and bytes, as soon as there are so many."""
    async with broker.connected("projector") as connection:
        js = connection.jetstream(timeout=2)

        async def enough() -> bool:
            try:
                return (await js.stream_info(STREAM)).state.messages >= count
            except NatsError:
                return False

        await eventually(enough, f"the relay did not publish {count} events")
        subscription = await js.pull_subscribe("", durable="looking", stream=STREAM)
        found: list[tuple[str, bytes]] = []
        while len(found) < count:
            for message in await subscription.fetch(200, timeout=2):
                found.append(((message.headers or {})[MESSAGE_ID_HEADER], message.data))
                await message.ack()
    return found


async def test_the_stream_has_the_bytes_of_the_rows(broker: Broker, log: StoredLog, store_url: str) -> None:
    await broker.provision()
    stop = asyncio.Event()
    for number in range(10):
        store(log, number, 30)
    relay = asyncio.create_task(
        run(
            log,
            broker.options("relay"),
            lock=worker_lock(store_url, "relay"),
            poll_seconds=0.01,
            stop=stop,
        )
    )
    for number in range(10, 40):
        await asyncio.to_thread(store, log, number, 5)
    found = await on_the_stream(broker, 450)
    stop.set()
    await relay
    assert found == [(row.event_id, row.content) for row in log.after(0, 1_000)]


async def test_a_broker_that_was_emptied_is_noticed_and_filled_again(
    broker: Broker, log: StoredLog, store_url: str
) -> None:
    await broker.provision()
    stop = asyncio.Event()
    for number in range(5):
        store(log, number, 30)
    relay = asyncio.create_task(
        run(
            log,
            broker.options("relay"),
            lock=worker_lock(store_url, "relay"),
            poll_seconds=0.01,
            stop=stop,
        )
    )
    before = await on_the_stream(broker, 150)
    first = log.broker_seen()
    broker.kill()
    broker.wipe()
    broker.start()
    await broker.provision()
    assert await on_the_stream(broker, 150) == before
    stop.set()
    await relay
    second = log.broker_seen()
    assert first is not None
    assert second is not None
    assert first.created != second.created
