"""Every stored event reaches the stream once and in order, whatever breaks. On a real nats-server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from nats.errors import Error as NatsError
from tests.builders import History, case_id, opened, scored
from tests.integration.broker import Broker
from tests.integration.eventually import eventually
from tests.memory_log import MemoryLog
from tests.services.ports import free_port
from tests.services.proxy import proxy_to

from casetrail_contracts import Event
from casetrail_contracts.broker import MESSAGE_ID_HEADER, STREAM, headers, subject
from treatment.relay import RelayHalted, run
from treatment.relay.decisions import Group
from treatment.relay.messages import batch_of
from treatment.relay.stream import PublishRefused, Stream
from treatment.store.locks import FileLock
from treatment.store.standing import Standing


def history(count: int) -> History:
    made = History()
    for number in range(count):
        case = case_id(number % 20)
        made.add(case, opened() if number < 20 else scored(f"a-{number}", number % 60))
    return made


async def on_the_stream(broker: Broker) -> list[tuple[str, bytes]]:
    """Message ids and bytes of the whole stream."""
    async with broker.connected("projector") as connection:
        js = connection.jetstream(timeout=5)
        last = (await js.stream_info(STREAM)).state
        found: list[tuple[str, bytes]] = []
        if not last.messages:
            return found
        subscription = await js.pull_subscribe("", durable="looking", stream=STREAM)
        while len(found) < last.messages:
            for message in await subscription.fetch(500, timeout=2):
                found.append(((message.headers or {})[MESSAGE_ID_HEADER], message.data))
                await message.ack()
    async with broker.connected("provisioner") as connection:
        await connection.jetstream().delete_consumer(STREAM, "looking")
    return found


def wanted(events: list[Event]) -> list[tuple[str, bytes]]:
    return [(event.envelope.id, event.bytes) for event in events]


async def published(broker: Broker, count: int) -> None:
    async def enough() -> bool:
        async with broker.connected("projector") as connection:
            try:
                info = await connection.jetstream(timeout=1).stream_info(STREAM)
            except NatsError:
                return False
            return info.state.messages >= count

    await eventually(enough, f"the relay did not publish {count} events")


@asynccontextmanager
async def relaying(
    broker: Broker, log: MemoryLog, lock: Path, *, through: str | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """A relay that runs meanwhile, with the broker's address or another one."""
    stop = asyncio.Event()
    options = broker.options("relay")
    options = replace(options, url=through or options.url)
    relay = asyncio.create_task(run(log, options, lock=FileLock(lock, "relay"), poll_seconds=0.01, stop=stop))
    try:
        yield relay
    finally:
        stop.set()
        await asyncio.wait({relay})


async def test_a_backlog_of_2000_events_arrives_once_and_in_order(broker: Broker, tmp_path: Path) -> None:
    events = history(2_000).events
    await broker.provision()
    async with relaying(broker, MemoryLog(events), tmp_path / "lock"):
        await published(broker, 2_000)
    assert await on_the_stream(broker) == wanted(events)


async def test_events_stored_later_follow_one_by_one(broker: Broker, tmp_path: Path) -> None:
    made = history(30)
    log = MemoryLog(made.events[:1])
    await broker.provision()
    async with relaying(broker, log, tmp_path / "lock"):
        for number in range(1, 30):
            await published(broker, number)
            log.add(made.events[number : number + 1])
        await published(broker, 30)
    assert await on_the_stream(broker) == wanted(made.events)


async def test_a_relay_that_knows_several_servers_finds_the_one_that_answers(
    broker: Broker, tmp_path: Path
) -> None:
    events = history(25).events
    await broker.provision()
    servers = f"nats://127.0.0.1:{free_port()},{broker.url}"
    async with relaying(broker, MemoryLog(events), tmp_path / "lock", through=servers):
        await published(broker, 25)
    assert await on_the_stream(broker) == wanted(events)


async def test_a_connection_that_is_dead_without_a_word_is_replaced(broker: Broker, tmp_path: Path) -> None:
    made = history(30)
    log = MemoryLog(made.events[:5])
    await broker.provision()
    with proxy_to("127.0.0.1", int(broker.url.rsplit(":", 1)[1])) as proxy:
        async with relaying(broker, log, tmp_path / "lock", through=f"nats://127.0.0.1:{proxy.port}"):
            await published(broker, 5)
            proxy.strand()
            log.add(made.events[5:30])
            await published(broker, 30)
    assert await on_the_stream(broker) == wanted(made.events)


async def test_a_stream_that_is_made_after_the_relay_started_is_filled(
    broker: Broker, tmp_path: Path
) -> None:
    events = history(25).events
    async with relaying(broker, MemoryLog(events), tmp_path / "lock"):
        await broker.provision()
        await published(broker, 25)
    assert await on_the_stream(broker) == wanted(events)


async def test_a_killed_server_gets_each_event_once(broker: Broker, tmp_path: Path) -> None:
    made = history(3_000)
    log = MemoryLog(made.events[:1_000])
    await broker.provision()
    async with relaying(broker, log, tmp_path / "lock"):
        await published(broker, 500)
        broker.kill()
        log.add(made.events[1_000:2_000])
        broker.start()
        await published(broker, 1_500)
        broker.kill()
        broker.start()
        log.add(made.events[2_000:])
        await published(broker, 3_000)
    assert await on_the_stream(broker) == wanted(made.events)


async def test_an_emptied_broker_gets_everything_again(broker: Broker, tmp_path: Path) -> None:
    events = history(700).events
    log = MemoryLog(events)
    await broker.provision()
    async with relaying(broker, log, tmp_path / "lock"):
        await published(broker, 700)
        broker.kill()
        broker.wipe()
        broker.start()
        await broker.provision()
        await published(broker, 700)
    assert await on_the_stream(broker) == wanted(events)
    assert len({note.created for note in log.notes}) == len(("the first stream", "the second"))


async def test_a_relay_that_starts_again_goes_on_where_the_stream_ends(
    broker: Broker, tmp_path: Path
) -> None:
    made = history(200)
    log = MemoryLog(made.events[:100])
    await broker.provision()
    async with relaying(broker, log, tmp_path / "lock"):
        await published(broker, 100)
    log.add(made.events[100:])
    async with relaying(broker, log, tmp_path / "lock"):
        await published(broker, 200)
    assert await on_the_stream(broker) == wanted(made.events)


async def test_two_relays_that_both_believe_to_be_alone_do_not_interleave(
    broker: Broker, tmp_path: Path
) -> None:
    made = history(1_500)
    log = MemoryLog(made.events[:500])
    await broker.provision()
    async with relaying(broker, log, tmp_path / "one"), relaying(broker, log, tmp_path / "other"):
        for number in range(500, 1_500, 5):
            log.add(made.events[number : number + 5])
            await asyncio.sleep(0)
        await published(broker, 1_500)
    assert await on_the_stream(broker) == wanted(made.events)


async def test_a_second_relay_waits_for_the_lock_and_takes_over(broker: Broker, tmp_path: Path) -> None:
    made = history(60)
    log = MemoryLog(made.events[:20])
    await broker.provision()
    async with relaying(broker, log, tmp_path / "lock") as first:
        await published(broker, 20)
        async with relaying(broker, log, tmp_path / "lock"):
            log.add(made.events[20:40])
            await published(broker, 40)
            first.cancel()
            await asyncio.wait({first})
            log.add(made.events[40:])
            await published(broker, 60)
    assert await on_the_stream(broker) == wanted(made.events)


async def test_an_expectation_that_is_out_of_date_stores_nothing(broker: Broker) -> None:
    events = history(40).events
    rows = MemoryLog(events).after(0, 40)
    await broker.provision()
    async with broker.connected("relay") as connection:
        stream = Stream(connection)
        assert await stream.publish(batch_of(Group(rows=tuple(rows[:20]), atomic=True)), 0) == len(rows[:20])
        for atomic in (True, False):
            with pytest.raises(PublishRefused, match="wrong last sequence"):
                await stream.publish(batch_of(Group(rows=tuple(rows[20:]), atomic=atomic)), 19)
    assert await on_the_stream(broker) == wanted(events[:20])


async def test_an_event_that_the_broker_has_already_halts_the_relay(broker: Broker) -> None:
    rows = MemoryLog(history(20).events).after(0, 20)
    await broker.provision()
    async with broker.connected("relay") as connection:
        stream = Stream(connection)
        await stream.publish(batch_of(Group(rows=tuple(rows), atomic=True)), 0)
        for group in (Group(rows=tuple(rows), atomic=True), Group(rows=(rows[3],), atomic=False)):
            with pytest.raises(RelayHalted, match="the broker says it already has"):
                await stream.publish(batch_of(group), 20)


async def standing_still(log: MemoryLog, relay: asyncio.Task[None], reason: str) -> None:
    """The relay says in the store that nothing may be added, and why; it goes on looking."""

    async def noted() -> bool:
        return bool(log.standings)

    await eventually(noted, "the relay did not notice")
    (found,) = log.standings
    assert (found[0], found[1].startswith(reason), relay.done()) == (Standing.BEHIND, True, False)


async def test_a_foreign_message_at_the_end_halts_the_relay(broker: Broker, tmp_path: Path) -> None:
    made = history(30)
    await broker.provision()
    async with broker.connected("relay") as connection:
        await connection.request(subject(made.events[0]), b"{}", timeout=2)
    log = MemoryLog(made.events)
    async with relaying(broker, log, tmp_path / "lock") as relay:
        await standing_still(log, relay, "the stream ends with a message without an id")


async def test_other_bytes_on_the_stream_halt_the_relay(broker: Broker, tmp_path: Path) -> None:
    made = history(30)
    await broker.provision()
    async with broker.connected("relay") as connection:
        await connection.request(
            subject(made.events[0]), made.events[1].bytes, timeout=2, headers=headers(made.events[0])
        )
    log = MemoryLog(made.events)
    async with relaying(broker, log, tmp_path / "lock") as relay:
        await standing_still(log, relay, f"the stream ends with {made.events[0].envelope.id}, whose bytes")


async def test_a_store_older_than_the_broker_halts_the_relay(broker: Broker, tmp_path: Path) -> None:
    made = history(30)
    await broker.provision()
    async with relaying(broker, MemoryLog(made.events), tmp_path / "lock"):
        await published(broker, 30)
    log = MemoryLog(made.events[:25])
    async with relaying(broker, log, tmp_path / "lock") as relay:
        last = made.events[-1].envelope.id
        await standing_still(log, relay, f"the stream ends with {last}, which the store does not have")
        assert await on_the_stream(broker) == wanted(made.events)
        log.add(made.events[25:])
        made.add(case_id(1), scored("later", 3))
        log.add(made.events[30:])
        await published(broker, 31)
    assert [standing for standing, _ in log.standings] == [Standing.BEHIND, Standing.TOGETHER]
    assert await on_the_stream(broker) == wanted(made.events)


async def test_a_type_of_a_newer_version_is_not_stepped_over(broker: Broker, tmp_path: Path) -> None:
    made = history(20)
    made.add_unknown(case_id(1))
    made.add(case_id(1), scored("later", 3))
    await broker.provision()
    async with relaying(broker, MemoryLog(made.events), tmp_path / "lock") as relay:
        await asyncio.wait({relay}, timeout=10)
        with pytest.raises(RelayHalted, match="is unknown to this version"):
            relay.result()
    assert await on_the_stream(broker) == []
