"""From the stream into the read models, whatever breaks. On a real nats-server."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from nats.js.api import ConsumerConfig
from tests.builders import TENANT, History, case_id, opened, scored, session
from tests.integration.broker import Broker
from tests.integration.eventually import eventually
from tests.integration.projections.feeding import everything_in, feed_all
from tests.services.proxy import proxy_to

from casetrail_contracts.broker import ALL_SUBJECTS, MESSAGE_ID_HEADER, STREAM
from treatment.projections import PROJECTIONS
from treatment.projections.consumer import ACK_WAIT_SECONDS, BATCH
from treatment.projections.positions import position_of
from treatment.projections.projection import ReadModel
from treatment.projections.quarantine import quarantined
from treatment.projections.runner import run
from treatment.projections.schema import migrate
from treatment.store.database import Database
from treatment.store.opening import open_database

SUBJECT = f"casetrail.events.{TENANT}.{case_id(1)}.case"
PROGRAM = """
import asyncio, sys
from treatment.broker_address import NatsOptions
from treatment.projections.runner import run
read_url, url, user, password = sys.argv[1:]
asyncio.run(run(read_url, NatsOptions(url=url, user=user, password=password), stop=asyncio.Event()))
"""


def history(count: int) -> History:
    made = History()
    for number in range(count):
        case = case_id(number % 10)
        if number < 10:
            made.add(case, opened())
        elif number % 3:
            made.add(case, scored(f"a-{number}", number % 60))
        else:
            made.add(case, session(f"s-{number}"))
    return made


async def publish(broker: Broker, contents: Sequence[bytes], first: int = 1) -> None:
    """Onto the stream as they are, each under a message id of its own."""
    async with broker.connected("relay") as connection:
        for number, content in enumerate(contents, start=first):
            await connection.publish(SUBJECT, content, headers={MESSAGE_ID_HEADER: f"message-{number}"})
        await connection.flush()


@asynccontextmanager
async def running(
    broker: Broker, read_url: str, *, through: str | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """A runner that runs meanwhile, with the broker's address or another one."""
    stop = asyncio.Event()
    options = broker.options("projector")
    options = replace(options, url=through or options.url)
    runner = asyncio.create_task(run(read_url, options, stop=stop))
    try:
        yield runner
    finally:
        stop.set()
        await runner


async def reached(
    database: Database, position: int, *, seconds: float = 60, of: Sequence[ReadModel] = PROJECTIONS
) -> None:
    async def enough() -> bool:
        held = [position_of(database, projection.name, TENANT) for projection in of]
        return min(held) >= position

    await eventually(enough, f"the read models did not reach position {position}", seconds=seconds)


async def still_turning(seconds: float) -> None:
    """The event loop of this process keeps its time: nothing hogs it."""
    clock = asyncio.get_running_loop().time
    began = clock()
    for _ in range(20):
        await asyncio.sleep(seconds / 20)
    assert clock() - began < 2 * seconds, "something keeps the event loop from turning"


@pytest.fixture
def expected(tmp_path: Path) -> Database:
    """Where a test folds the same events without a broker."""
    database = open_database(f"sqlite:///{tmp_path / 'expected'}", "read")
    migrate(database)
    return database


async def test_read_models_equal_the_fold_of_the_stream(
    broker: Broker, database: Database, read_url: str, expected: Database
) -> None:
    contents = history(1_000).contents
    feed_all(expected, contents)
    await broker.provision()
    await publish(broker, contents[:500])
    async with running(broker, read_url):
        await publish(broker, contents[500:], first=501)
        await reached(database, 1_000)
    assert everything_in(database) == everything_in(expected)
    expected.close()


async def test_what_trickles_in_is_delivered_once(broker: Broker, database: Database, read_url: str) -> None:
    """A reader that drops what it has gathered gets it again only after the ack wait."""
    contents = history(80).contents
    await broker.provision()
    async with running(broker, read_url):
        for position, content in enumerate(contents, start=1):
            await publish(broker, [content], first=position)
            await reached(database, position)
        async with broker.connected("projector") as connection:
            jetstream = connection.jetstream()
            infos = [await jetstream.consumer_info(STREAM, one.durable) for one in PROJECTIONS]
    assert [info.delivered.consumer_seq for info in infos if info.delivered] == [80] * len(PROJECTIONS)


async def test_a_projector_killed_again_and_again_applies_each_event_once(
    broker: Broker, database: Database, read_url: str, expected: Database
) -> None:
    contents = history(3_000).contents
    feed_all(expected, contents)
    await broker.provision()
    await publish(broker, contents)
    options = broker.options("projector")
    command = [sys.executable, "-c", PROGRAM, read_url, options.url, options.user, options.password]
    for position in (1, 1_000):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as projector:
            try:
                await reached(database, position)
            finally:
                # Also when the test fails: leaving the block waits for the process.
                projector.kill()
    async with running(broker, read_url):
        await reached(database, 3_000)
    assert everything_in(database) == everything_in(expected)
    expected.close()


async def test_each_read_model_may_have_a_process_of_its_own(
    broker: Broker, database: Database, read_url: str, expected: Database, tmp_path: Path
) -> None:
    contents = history(300).contents
    feed_all(expected, contents)
    await broker.provision()
    await publish(broker, contents)
    options = broker.options("projector")
    (password := tmp_path / "password").write_text(options.password)
    environment = {
        **os.environ,
        "CASETRAIL_READ_DATABASE_URL": read_url,
        "CASETRAIL_NATS_URL": options.url,
        "CASETRAIL_NATS_USER": options.user,
        "CASETRAIL_NATS_PASSWORD_FILE": str(password),
    }
    for fed, projection in enumerate(PROJECTIONS, start=1):
        command = [sys.executable, "-m", "treatment", "run", "projector", projection.name]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as projector:
            try:
                await reached(database, 300, of=PROJECTIONS[:fed])
            finally:
                projector.kill()
        held = [position_of(database, one.name, TENANT) for one in PROJECTIONS]
        assert held == [300] * fed + [0] * (len(PROJECTIONS) - fed)
    assert everything_in(database) == everything_in(expected)
    expected.close()


async def test_a_second_runner_waits_and_takes_over(
    broker: Broker, database: Database, read_url: str, expected: Database
) -> None:
    contents = history(600).contents
    feed_all(expected, contents)
    await broker.provision()
    async with running(broker, read_url):
        async with running(broker, read_url):
            await publish(broker, contents[:300])
            await reached(database, 300)
        await publish(broker, contents[300:], first=301)
        await reached(database, 600)
    assert everything_in(database) == everything_in(expected)
    expected.close()


async def test_a_connection_that_is_dead_without_a_word_is_replaced(
    broker: Broker, database: Database, read_url: str
) -> None:
    contents = [event.bytes for event in history(30).events]
    await broker.provision()
    with proxy_to("127.0.0.1", int(broker.url.rsplit(":", 1)[1])) as proxy:
        async with running(broker, read_url, through=f"nats://127.0.0.1:{proxy.port}"):
            await publish(broker, contents[:5])
            await reached(database, 5)
            proxy.strand()
            await publish(broker, contents[5:], first=6)
            await reached(database, 30, seconds=30)


async def test_a_stream_that_is_made_later_is_followed(
    broker: Broker, database: Database, read_url: str
) -> None:
    async with running(broker, read_url):
        await broker.provision()
        await publish(broker, history(20).contents)
        await reached(database, 20)


async def test_a_broker_that_was_killed_or_emptied_changes_nothing(
    broker: Broker, database: Database, read_url: str, expected: Database
) -> None:
    contents = history(300).contents
    feed_all(expected, contents)
    await broker.provision()
    async with running(broker, read_url):
        await publish(broker, contents[:100])
        await reached(database, 100)
        broker.kill()
        broker.start()
        await publish(broker, contents[100:200], first=101)
        await reached(database, 200)
        broker.kill()
        broker.wipe()
        broker.start()
        await broker.provision()
        await publish(broker, contents)
        await reached(database, 300)
    assert everything_in(database) == everything_in(expected)
    expected.close()


@pytest.mark.parametrize("by", ["restart", "reload"])
async def test_a_refused_password_freezes_nothing_and_is_tried_again(
    broker: Broker, database: Database, read_url: str, by: str
) -> None:
    contents = history(40).contents
    await broker.provision()
    async with running(broker, read_url):
        await publish(broker, contents[:20])
        await reached(database, 20)
        right = broker.users.projector
        for password in ("another-password-for-now", right):
            broker.change_password("projector", password)
            if by == "reload":
                broker.reload()
            else:
                broker.kill()
                broker.start()
            await still_turning(seconds=2)
        await publish(broker, contents[20:], first=21)
        await reached(database, 40)


async def test_a_hole_is_waited_for(broker: Broker, database: Database, read_url: str) -> None:
    contents = history(12).contents
    await broker.provision()
    async with running(broker, read_url):
        await publish(broker, [*contents[:5], *contents[6:]])
        await reached(database, 5)
        await publish(broker, contents[5:6], first=100)
        await reached(database, 12)


async def test_a_message_that_cannot_be_read_holds_nothing_up(
    broker: Broker, database: Database, read_url: str
) -> None:
    made = history(12)
    made.add_broken(case_id(3))
    made.add(case_id(4), session("s-99"))
    await broker.provision()
    async with running(broker, read_url):
        await publish(broker, [b"not an event", *made.contents])
        await reached(database, 14)
    for projection in PROJECTIONS:
        kept = [(one.kind, one.position) for one in quarantined(database, projection.name)]
        assert sorted(kept, key=str) == [("failed", 13), ("unreadable", None)]


async def test_a_consumer_that_was_changed_is_set_right(
    broker: Broker, database: Database, read_url: str
) -> None:
    changed = ConsumerConfig(
        name="projection-caseload",
        durable_name="projection-caseload",
        filter_subject=ALL_SUBJECTS,
        ack_wait=77,
    )
    await broker.provision()
    async with broker.connected("projector") as connection:
        await connection.jetstream().add_consumer(STREAM, changed)
    async with running(broker, read_url):
        await publish(broker, history(10).contents)
        await reached(database, 10)
        async with broker.connected("projector") as connection:
            config = (await connection.jetstream().consumer_info(STREAM, "projection-caseload")).config
    assert (config.ack_wait, config.max_ack_pending) == (ACK_WAIT_SECONDS, 2 * BATCH)
