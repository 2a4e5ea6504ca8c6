"""The relay drains a backlog of 100,000 events, beside the same messages published without reading anything.

The floor is what the broker takes: messages made before the clock starts, in atomic batches as large as the
relay's. The relay does the same, and reads the rows, compares them with what they say they are, makes the
messages, and keeps its expectation of the stream's end. Every acknowledged message is on the disk.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from tests.builders import History, case_id, session
from tests.integration.broker import Broker
from tests.integration.eventually import eventually
from tests.services import postgres

from bench.figures import Benchmark, Figure
from casetrail_contracts.broker import STREAM
from treatment.relay import run
from treatment.relay.decisions import READ_ROWS, Group
from treatment.relay.messages import Batch, batch_of
from treatment.relay.stream import Stream
from treatment.store.database import Database
from treatment.store.locks import worker_lock
from treatment.store.log import Row
from treatment.store.migrations import migrate
from treatment.store.opening import open_database
from treatment.store.stored_log import StoredLog

RUNS = 3
EVENTS = 100_000
CASES = 1_000
SECONDS_TO_KEEP = 10.0
LONGEST_SECONDS = 120.0

Publishing = Callable[[Broker], Awaitable[None]]


def measure() -> list[Figure]:
    """Floor and relay take turns, each on a broker of its own."""
    floor: list[float] = []
    relay: list[float] = []
    with postgres.from_wheel() as server, server.database("bench_relay") as url:
        database = open_database(url, "store")
        migrate(database, "store")
        rows = _fill(database)
        log = StoredLog(database)
        for _ in range(RUNS):
            floor.append(asyncio.run(_seconds(_publishing(_batches(rows)))))
            relay.append(asyncio.run(_seconds(_draining(log, url))))
        log.close()
    return [
        Figure(f"floor: {EVENTS:,} made messages", "s", tuple(floor)),
        Figure(f"relay: {EVENTS:,} events", "s", tuple(relay), at_most=SECONDS_TO_KEEP),
        Figure("floor, a second", "events/s", tuple(EVENTS / seconds for seconds in floor)),
        Figure("relay, a second", "events/s", tuple(EVENTS / seconds for seconds in relay)),
        Figure("relay, times its floor", "x", tuple(a / b for a, b in zip(relay, floor, strict=True))),
    ]


def _fill(database: Database) -> list[Row]:
    """Rows of sessions, 1.1 kB each, written as they are: their links are of no account here."""
    made = History()
    made.add(case_id(0), session("s-1"))
    content = made.events[0].bytes.decode()
    rows = []
    for number in range(EVENTS):
        case, version = case_id(number % CASES), number // CASES + 1
        identity = f"{case}-{version:010d}"
        text = content.replace(f"{case_id(0)}-{1:010d}", identity).replace(case_id(0), case)
        text = text.replace(f'"position":"{1:016d}"', f'"position":"{number + 1:016d}"')
        rows.append(Row(number + 1, made.tenant, number + 1, identity, text.encode()))
    with database.writing() as write:
        write.run_many(
            "INSERT INTO events (originator_id, originator_version, topic, state, tenant, position) "
            "VALUES (:case_id, :version, :topic, :state, :tenant, :position)",
            [
                {
                    "case_id": row.event_id[:36],
                    "version": int(row.event_id[37:]),
                    "topic": made.events[0].envelope.type,
                    "state": row.content,
                    "tenant": row.tenant,
                    "position": row.position,
                }
                for row in rows
            ],
        )
    return rows


def _batches(rows: Sequence[Row]) -> list[Batch]:
    return [
        batch_of(Group(rows=tuple(rows[first : first + READ_ROWS]), atomic=True))
        for first in range(0, len(rows), READ_ROWS)
    ]


def _publishing(batches: Sequence[Batch]) -> Publishing:
    async def publish(broker: Broker) -> None:
        async with broker.connected("relay") as connection:
            stream, sequence = Stream(connection), 0
            for batch in batches:
                sequence = await stream.publish(batch, sequence)

    return publish


def _draining(log: StoredLog, url: str) -> Publishing:
    async def drain(broker: Broker) -> None:
        stop = asyncio.Event()
        lock = worker_lock(url, "relay")
        relay = asyncio.create_task(
            run(log, broker.options("relay"), lock=lock, poll_seconds=0.05, stop=stop)
        )
        async with broker.connected("projector") as connection:
            jetstream = connection.jetstream(timeout=10)

            async def drained() -> bool:
                return (await jetstream.stream_info(STREAM)).state.messages == EVENTS

            await eventually(drained, "the relay did not drain", seconds=LONGEST_SECONDS)
        stop.set()
        await relay

    return drain


async def _seconds(publishing: Publishing) -> float:
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder), in_container=False)
        broker.start()
        try:
            await broker.provision()
            began = time.monotonic()
            await publishing(broker)
            return time.monotonic() - began
        finally:
            broker.kill()


BENCHMARK = Benchmark(
    "relay",
    "A backlog of 100,000 stored events drained by the relay, against the same messages published in atomic "
    "batches without reading or comparing anything; PostgreSQL, a broker that syncs every write.",
    measure,
)
