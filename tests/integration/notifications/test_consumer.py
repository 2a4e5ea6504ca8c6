"""From the stream into the inbox, whatever breaks. On a real nats-server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nats.js.errors import NotFoundError
from tests.integration.broker import Broker
from tests.integration.eventually import eventually
from tests.services.proxy import proxy_to

from casetrail_contracts import Event, read
from casetrail_contracts.broker import STREAM, headers, subject
from casetrail_contracts.examples import CASE_EXAMPLES
from notifications.consumer import DURABLE, BrokerAddress, Consumer
from notifications.database import PostgresDatabase, SqliteDatabase, migrate, open_database
from notifications.directory import Directory
from notifications.inbox import Inbox

Database = SqliteDatabase | PostgresDatabase
COURSE = [read(content) for content in CASE_EXAMPLES.values()]
IDS = sorted(event.envelope.id for event in COURSE)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    sqlite = request.param == "sqlite"
    database = open_database(f"sqlite:///{tmp_path}" if sqlite else request.getfixturevalue("postgres_url"))
    migrate(database)
    yield database
    database.close()


@asynccontextmanager
async def consuming(
    broker: Broker, database: Database, through: str | None = None
) -> AsyncIterator[Consumer]:
    """A consumer that runs meanwhile, with the broker's address or another one."""
    options = broker.options("notifications")
    address = BrokerAddress(url=through or options.url, user=options.user, password=options.password)
    consumer = Consumer(address, Inbox(database, Directory("outbox"), "lead"), lambda: datetime.now(UTC))
    stop = asyncio.Event()
    runs = asyncio.create_task(consumer.run(stop))
    try:
        yield consumer
    finally:
        stop.set()
        await runs


async def publish(broker: Broker, events: Sequence[Event]) -> None:
    """As the relay does."""
    async with broker.connected("relay") as connection:
        for event in events:
            await connection.jetstream().publish(subject(event), event.bytes, headers=headers(event))


def ids(database: Database) -> list[str]:
    return sorted(row["event_id"] for row in database.run("SELECT event_id FROM inbox"))


def told(database: Database) -> int:
    return len(database.run("SELECT event_id FROM delivery"))


async def until(happened: Callable[[], bool], otherwise: str) -> None:
    async def has_happened() -> bool:
        return happened()

    await eventually(has_happened, otherwise, seconds=30)


async def test_what_trickles_in_is_delivered_once(broker: Broker, database: Database) -> None:
    await broker.provision()
    async with consuming(broker, database):
        for number, event in enumerate(COURSE, start=1):
            await publish(broker, [event])
            await until(lambda: len(ids(database)) == number, f"event {number} did not arrive")  # noqa: B023
        async with broker.connected("notifications") as connection:
            info = await connection.jetstream().consumer_info(STREAM, DURABLE)
    assert ids(database) == IDS
    assert info.delivered is not None
    assert info.delivered.consumer_seq == len(COURSE)


async def test_a_broker_that_was_killed_or_emptied_tells_nothing_twice(
    broker: Broker, database: Database
) -> None:
    await broker.provision()
    async with consuming(broker, database) as consumer:
        await publish(broker, COURSE[:5])
        await until(lambda: len(ids(database)) == 5, "the first events did not arrive")
        broker.kill()
        broker.start()
        await publish(broker, COURSE[5:])
        await until(lambda: ids(database) == IDS, "what followed the restart did not arrive")
        before = told(database)
        broker.kill()
        broker.wipe()
        broker.start()
        await broker.provision()
        await publish(broker, COURSE)

        async def all_handled() -> bool:
            async with broker.connected("notifications") as connection:
                try:
                    info = await connection.jetstream().consumer_info(STREAM, DURABLE)
                except NotFoundError:
                    return False
            return info.ack_floor is not None and info.ack_floor.stream_seq == len(COURSE)

        await eventually(all_handled, "the emptied stream was not read again", seconds=30)
        await eventually(consumer.is_connected, "the consumer does not say that it follows", seconds=30)
    assert (ids(database), told(database)) == (IDS, before)


async def test_a_connection_that_is_dead_without_a_word_is_replaced(
    broker: Broker, database: Database
) -> None:
    await broker.provision()
    with proxy_to("127.0.0.1", int(broker.url.rsplit(":", 1)[1])) as proxy:
        async with consuming(broker, database, f"nats://127.0.0.1:{proxy.port}"):
            await publish(broker, COURSE[:5])
            await until(lambda: len(ids(database)) == 5, "the first events did not arrive")
            proxy.strand()
            await publish(broker, COURSE[5:])
            await until(lambda: ids(database) == IDS, "what followed did not arrive")


async def test_a_stream_that_is_made_later_is_followed(broker: Broker, database: Database) -> None:
    async with consuming(broker, database) as consumer:
        assert not await consumer.is_connected()
        await broker.provision()
        await publish(broker, COURSE)
        await until(lambda: ids(database) == IDS, "the events did not arrive")
