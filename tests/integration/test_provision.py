"""The stream is made in one place, and only who must may touch it. On a real nats-server."""

import asyncio

import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import ConsumerConfig
from tests.integration.broker import Broker

from casetrail_contracts.broker import ALL_SUBJECTS, STREAM
from treatment.broker_address import NatsOptions
from treatment.provision import (
    BrokerUnreachable,
    Difference,
    StreamDrifted,
    StreamLimits,
    check,
    jetstream,
    provision,
)

EVENT_SUBJECT = "casetrail.events.north.7c0f2a52-5a3e-4a55-9d0e-2f6f3b1f9a10.case"
MISSING = [Difference("stream", STREAM, "missing")]


async def is_refused(connection: Client, subject: str, body: bytes = b"{}") -> bool:
    """Whether the server keeps the message from whoever would answer it."""
    try:
        await connection.request(subject, body, timeout=0.5)
    except NatsError:
        return True
    return False


async def test_a_missing_stream_is_made_once_and_then_left_alone(broker: Broker) -> None:
    async with jetstream(broker.options("provisioner")) as js:
        assert await check(js, 1) == MISSING
        assert await provision(js, 1) == MISSING
        assert await check(js, 1) == []
        assert await provision(js, 1) == []


async def test_a_stream_that_drifted_is_named_and_not_touched(broker: Broker) -> None:
    drifted = [Difference("duplicate_window", "120.0", "60.0"), Difference("max_age", "0", "3600.0")]
    async with jetstream(broker.options("provisioner")) as js:
        await provision(js, 1)
        config = (await js.stream_info(STREAM)).config
        await js.update_stream(config.evolve(max_age=3600, duplicate_window=60))
        assert await check(js, 1) == drifted
        with pytest.raises(StreamDrifted, match=r"duplicate_window is 60\.0, must be 120\.0.*--correct"):
            await provision(js, 1)
        assert await check(js, 1) == drifted


async def test_a_stream_that_drifted_is_corrected_when_asked(broker: Broker) -> None:
    async with jetstream(broker.options("provisioner")) as js:
        await provision(js, 1)
        config = (await js.stream_info(STREAM)).config
        await js.update_stream(config.evolve(max_age=3600))
        assert await provision(js, 1, correct=True) == [Difference("max_age", "0", "3600.0")]
        assert await check(js, 1) == []


async def test_limits_are_part_of_what_is_wanted(broker: Broker) -> None:
    limits = StreamLimits(keep_seconds=86_400, keep_bytes=1_000_000)
    async with jetstream(broker.options("provisioner")) as js:
        await provision(js, 1, limits=limits)
        assert await check(js, 1, limits=limits) == []
        assert await check(js, 1) == [
            Difference("max_age", "0", "86400.0"),
            Difference("max_bytes", "-1", "1000000"),
        ]


async def test_messages_can_be_neither_deleted_nor_purged_even_by_the_provisioner(broker: Broker) -> None:
    async with jetstream(broker.options("provisioner")) as js:
        await provision(js, 1)
        with pytest.raises(NatsError):
            await js.purge_stream(STREAM)
        with pytest.raises(NatsError):
            await js.delete_msg(STREAM, 1)


@pytest.mark.parametrize("user", ["provisioner", "projector", "notifications", "api"])
async def test_nobody_but_the_relay_publishes_events(broker: Broker, user: str) -> None:
    await broker.provision()
    async with broker.connected(user) as connection:
        assert await is_refused(connection, EVENT_SUBJECT)
    async with broker.connected("relay") as connection:
        assert not await is_refused(connection, EVENT_SUBJECT)


@pytest.mark.parametrize("user", ["relay", "projector", "notifications", "api"])
async def test_nobody_but_the_provisioner_touches_the_stream(broker: Broker, user: str) -> None:
    requests = [
        f"$JS.API.STREAM.{what}.{STREAM}" for what in ("CREATE", "UPDATE", "PURGE", "MSG.DELETE", "DELETE")
    ]
    await broker.provision()
    async with broker.connected(user) as connection:
        assert await asyncio.gather(*(is_refused(connection, request) for request in requests)) == [True] * 5
    async with broker.connected("provisioner") as connection:
        assert await asyncio.gather(*(is_refused(connection, request) for request in requests)) == [False] * 5


@pytest.mark.parametrize("user", ["projector", "notifications"])
async def test_a_consumer_of_ours_makes_its_consumer_reads_and_acknowledges(
    broker: Broker, user: str
) -> None:
    await broker.provision()
    async with broker.connected("relay") as connection:
        await connection.request(EVENT_SUBJECT, b"{}", timeout=2)
    async with broker.connected(user) as connection:
        js = connection.jetstream(timeout=2)
        await js.add_consumer(
            STREAM, ConsumerConfig(name="mine", durable_name="mine", filter_subject=ALL_SUBJECTS)
        )
        subscription = await js.pull_subscribe_bind(durable="mine", stream=STREAM)
        (message,) = await subscription.fetch(1, timeout=2)
        await message.ack_sync(timeout=2)
        info = await js.consumer_info(STREAM, "mine")
        assert (message.data, info.num_ack_pending) == (b"{}", 0)


async def test_the_relay_makes_no_consumers(broker: Broker) -> None:
    await broker.provision()
    async with broker.connected("relay") as connection:
        assert await is_refused(connection, f"$JS.API.CONSUMER.CREATE.{STREAM}.mine")


async def test_a_wrong_password_is_refused_in_words(broker: Broker) -> None:
    options = NatsOptions(url=broker.url, user="provisioner", password="not-the-password")
    with pytest.raises(BrokerUnreachable, match="no broker accepts the user provisioner at nats://127"):
        async with jetstream(options):
            pass


async def test_a_broker_that_is_not_there_is_named(broker: Broker) -> None:
    options = broker.options("provisioner")
    broker.kill()
    with pytest.raises(BrokerUnreachable, match="check CASETRAIL_NATS_URL"):
        async with jetstream(options):
            pass
