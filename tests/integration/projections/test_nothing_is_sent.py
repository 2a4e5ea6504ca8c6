"""Who makes read models anew, or reads the stream again, tells nobody anything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.integration.broker import Broker
from tests.integration.eventually import eventually
from tests.integration.projections.feeding import feed_all
from tests.integration.projections.storing import open_place

from casetrail_contracts import read
from casetrail_contracts.broker import STREAM, headers, subject
from casetrail_contracts.examples import CASE_EXAMPLES
from notifications.consumer import DURABLE, BrokerAddress, Consumer
from notifications.database import SqliteDatabase, migrate, open_database
from notifications.directory import Directory
from notifications.inbox import Inbox
from treatment.projections import PROJECTIONS

COURSE = [read(content) for content in CASE_EXAMPLES.values()]


@asynccontextmanager
async def consuming(broker: Broker, database: SqliteDatabase) -> AsyncIterator[None]:
    """The consumer of the notification service, until it has handled the whole stream."""
    options = broker.options("notifications")
    address = BrokerAddress(url=options.url, user=options.user, password=options.password)
    consumer = Consumer(address, Inbox(database, Directory("outbox"), "lead"), lambda: datetime.now(UTC))
    stop = asyncio.Event()
    runs = asyncio.create_task(consumer.run(stop))

    async def handled() -> bool:
        if not await consumer.is_connected():
            return False
        async with broker.connected("notifications") as connection:
            info = await connection.jetstream().consumer_info(STREAM, DURABLE)
        return info.ack_floor is not None and info.ack_floor.stream_seq == len(COURSE)

    try:
        await eventually(handled, "the stream was not handled", seconds=30)
        yield
    finally:
        stop.set()
        await runs


async def messages(broker: Broker) -> int:
    """How many were ever published."""
    async with broker.connected("notifications") as connection:
        state = (await connection.jetstream().stream_info(STREAM)).state
    return state.last_seq


def told(database: SqliteDatabase) -> list[str]:
    return sorted(str(sorted(row.items())) for row in database.run("SELECT * FROM delivery"))


async def test_rebuilding_every_read_model_and_reading_the_stream_again_sends_nothing(
    broker: Broker, tmp_path: Path
) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'notifications'}")
    assert isinstance(database, SqliteDatabase)
    migrate(database)
    place = open_place(f"sqlite:///{tmp_path / 'treatment'}")
    place.store(COURSE)
    feed_all(place.live, [event.bytes for event in COURSE])
    await broker.provision()
    async with broker.connected("relay") as connection:
        for event in COURSE:
            await connection.jetstream().publish(subject(event), event.bytes, headers=headers(event))
    async with consuming(broker, database):
        before = told(database)
        assert before
        for projection in PROJECTIONS:
            place.made_anew(projection).switch()
            place.rebuild(projection).back()
    async with broker.connected("provisioner") as connection:
        await connection.jetstream().delete_consumer(STREAM, DURABLE)
    async with consuming(broker, database):
        pass
    assert (told(database), await messages(broker)) == (before, len(COURSE))
    for opened in (place.log, place.live, database):
        opened.close()
