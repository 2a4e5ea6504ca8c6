"""The page on NATS: its program reads what it should, and its user may do nothing else."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.errors import TimeoutError as NotAnswered
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig
from tests.integration.broker import Broker
from tests.pages import blocks, read_page

from casetrail_contracts import Event, read
from casetrail_contracts.broker import STREAM, headers, subject
from casetrail_contracts.examples import CASE, CASE_EXAMPLES

PAGE = blocks(read_page("how-to/consume-from-nats.md"))
PASSWORD = "at-least-sixteen-characters"
EVENTS = [read(content) for content in CASE_EXAMPLES.values()]
OTHER_CASE = b"00000000-0000-4000-8000-000000000001"
OTHERS = [
    read(event.bytes.replace(b"/tenants/north/", b"/tenants/south/").replace(CASE.encode(), OTHER_CASE))
    for event in EVENTS
]


def block(mark: str) -> str:
    (found,) = [one.text for one in PAGE if mark in one.marks]
    return found


class BrokerWithReader(Broker):
    """A broker with the user that the page adds."""

    def _configure(self) -> Path:
        config = super()._configure()
        config.write_text(config.read_text().replace("  users = [", f"  users = [\n{block('user')}"))
        return config


@pytest.fixture
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    containers = request.config.getoption("--services") == "containers"
    server = BrokerWithReader(tmp_path / "broker", in_container=containers)
    server.start()
    yield server
    server.kill()


async def publish(broker: Broker, *events: Event) -> None:
    """As the relay does."""
    async with broker.connected("relay") as connection:
        for event in events:
            await connection.jetstream().publish(subject(event), event.bytes, headers=headers(event))


def lines_of(reader: "subprocess.Popen[str]", count: int) -> list[str]:
    assert reader.stdout is not None
    return [reader.stdout.readline().rstrip("\n") for _ in range(count)]


async def test_the_program_reads_its_tenant_in_order_and_each_event_once(broker: Broker) -> None:
    await broker.provision()
    out_of_order = [EVENTS[0], EVENTS[2], EVENTS[1], *EVENTS[3:]]
    await publish(broker, *OTHERS, *out_of_order)
    environment = {**os.environ, "NATS_URL": broker.url, "NATS_PASSWORD": PASSWORD}
    reader = subprocess.Popen(
        [sys.executable, "-c", block("reader")], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        said = await asyncio.wait_for(asyncio.to_thread(lines_of, reader, len(EVENTS)), 30)
    finally:
        reader.kill()
        reader.communicate()
    assert said == [f"{event.position} {event.envelope.type} {event.hash}" for event in EVENTS]


async def as_reader(broker: Broker) -> Client:
    async def ignore(_: Exception) -> None:
        return

    return await nats.connect(
        broker.url, user="billing", password=PASSWORD, inbox_prefix="_INBOX_billing", error_cb=ignore
    )


@pytest.mark.parametrize(
    "wanted",
    [
        ConsumerConfig(name="billing", durable_name="billing", filter_subject="casetrail.events.south.>"),
        ConsumerConfig(name="billing", durable_name="billing", filter_subject="casetrail.events.>"),
        ConsumerConfig(name="billing", durable_name="billing"),
        ConsumerConfig(name="other", durable_name="other", filter_subject="casetrail.events.north.>"),
    ],
    ids=["another tenant", "every tenant", "no filter", "another consumer"],
)
async def test_the_user_may_have_no_other_consumer(broker: Broker, wanted: ConsumerConfig) -> None:
    await broker.provision()
    connection = await as_reader(broker)
    try:
        with pytest.raises(NotAnswered):
            await jetstream(connection).add_consumer(STREAM, wanted)
    finally:
        await connection.close()


async def test_the_user_may_not_publish(broker: Broker) -> None:
    await broker.provision()
    connection = await as_reader(broker)
    try:
        with pytest.raises(NotAnswered):
            await jetstream(connection).publish(subject(EVENTS[0]), EVENTS[0].bytes)
    finally:
        await connection.close()


def jetstream(connection: Client) -> JetStreamContext:
    """One that does not wait long for an answer that never comes."""
    return connection.jetstream(timeout=0.5)
