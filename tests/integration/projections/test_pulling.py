"""Messages are pulled ahead: while a batch is applied the next one travels. On a real nats-server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NothingCame
from tests.integration.broker import Broker
from tests.integration.eventually import eventually

from casetrail_contracts.broker import STREAM
from treatment.projections.caseload import PROJECTION
from treatment.projections.consumer import consumer_config
from treatment.projections.pulling import SHORTEST_SECONDS, Pulled

SUBJECT = "casetrail.events.north.case-1.case"
WITHOUT_ASKING = SHORTEST_SECONDS / 10


class Nobody:
    """A subscription that was never there."""

    async def unsubscribe(self) -> None:
        """Nothing to leave."""


@asynccontextmanager
async def pulled_from(broker: Broker, contents: list[bytes]) -> AsyncIterator[Pulled]:
    """A subscription to a stream that holds these."""
    await broker.provision()
    async with broker.connected("relay") as relay:
        for content in contents:
            await relay.publish(SUBJECT, content)
        await relay.flush()
    async with broker.connected("projector") as connection:
        await connection.jetstream().add_consumer(STREAM, consumer_config(PROJECTION))
        pulled = Pulled(connection, PROJECTION.durable, Nobody(), asyncio.Event())
        await pulled.listen()
        yield pulled
        await pulled.unsubscribe()


async def test_behind_a_full_batch_the_next_one_comes_by_itself(broker: Broker) -> None:
    contents = [b"%d" % number for number in range(25)]
    async with pulled_from(broker, contents) as pulled:
        came: list[Msg] = await pulled.fetch(10, 5)
        assert len(came) == 10

        async def next_came() -> bool:
            try:
                came.extend(await pulled.fetch(10, WITHOUT_ASKING))
            except NothingCame:
                return False
            return len(came) >= 20

        await eventually(next_came, "the next batch did not come without being asked for")
    assert [message.data for message in came[:20]] == contents[:20]


async def test_behind_a_batch_that_was_not_full_nothing_was_asked_for(broker: Broker) -> None:
    async with pulled_from(broker, [b"1", b"2"]) as pulled:
        came = await pulled.fetch(10, 0.5)
        assert [message.data for message in came] == [b"1", b"2"]
        with pytest.raises(NothingCame):
            await pulled.fetch(10, WITHOUT_ASKING)
