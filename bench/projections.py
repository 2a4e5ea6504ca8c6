"""Read models: how quickly they follow a stream with a backlog, and how quickly they are filled from bytes.

The floor is what any read model must do: read and decode the same bytes, and write the same rows by COPY into
the same tables, each once.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
from tests.integration.broker import Broker
from tests.services import postgres

from bench.figures import Benchmark, Figure
from bench.histories import TENANT, history
from treatment.collecting import OBJECTS_OF_A_BATCH, collecting_seldom
from treatment.projections import PROJECTIONS
from treatment.projections.arrivals import Delivery
from treatment.projections.batch import apply_batch
from treatment.projections.positions import position_of
from treatment.projections.projection import ReadModel
from treatment.projections.rebuild.feeding import PAGE
from treatment.projections.records import read_record
from treatment.projections.schema import SCHEMA, migrate
from treatment.relay.decisions import Group
from treatment.relay.messages import batch_of
from treatment.relay.stream import Stream
from treatment.store.database import Database, Row
from treatment.store.log import Row as Stored
from treatment.store.opening import open_database

EVENTS = 50_000
RUNS = 3
PUBLISHED_TOGETHER = 500
PATIENCE_SECONDS = 600
NAMES = [one.name for one in PROJECTIONS]
TOGETHER = 8_000
"""Events a second that go live into every read model."""
TABLES = {"caseload": ("caseload",), "case-summary": ("case_summary", "case_summary_entry")}
PROJECTOR = """
import asyncio, sys
from treatment.assembly.read_models import named
from treatment.broker_address import NatsOptions
from treatment.collecting import OBJECTS_OF_A_BATCH, collecting_seldom
from treatment.projections.runner import run
read_url, url, user, password, *names = sys.argv[1:]
options = NatsOptions(url=url, user=user, password=password)
with collecting_seldom(OBJECTS_OF_A_BATCH):
    asyncio.run(run(read_url, options, stop=asyncio.Event(), projections=[named(name) for name in names]))
"""


def measure() -> list[Figure]:
    """Floor and read models take turns, so that all meet the same machine."""
    contents = history(EVENTS)
    live: list[float] = []
    live_in_one: list[float] = []
    live_to_floor: list[float] = []
    fed: dict[str, list[float]] = {one.name: [] for one in PROJECTIONS}
    fed_to_floor: dict[str, list[float]] = {one.name: [] for one in PROJECTIONS}
    floors: dict[str, list[float]] = {one.name: [] for one in PROJECTIONS}
    with postgres.from_wheel() as server:
        for run in range(RUNS):
            with server.database(f"fed_{run}") as url, opened(url) as database:
                decoded = _decoding(contents)
                for one in PROJECTIONS:
                    with collecting_seldom(OBJECTS_OF_A_BATCH):
                        taken = _feeding(database, one, contents)
                    floor = decoded + _copying(database, TABLES[one.name])
                    fed[one.name].append(EVENTS / taken)
                    floors[one.name].append(EVENTS / floor)
                    fed_to_floor[one.name].append(floor / taken)
            for processes, rates in (([[name] for name in NAMES], live), ([NAMES], live_in_one)):
                with server.database(f"live_{run}_{len(processes)}") as url, opened(url) as database:
                    rates.append(_following(database, url, contents, processes))
            both = 1 / sum(1 / floors[one.name][-1] for one in PROJECTIONS)
            live_to_floor.append(live[-1] / both)
    return [
        Figure("live, each event into both", "events/s", tuple(live), at_least=TOGETHER),
        Figure("live, one process for both", "events/s", tuple(live_in_one)),
        Figure("live to the floors of both", "x", tuple(live_to_floor)),
        *(Figure(f"{name} from bytes", "events/s", tuple(rates)) for name, rates in fed.items()),
        *(Figure(f"{name}: floor", "events/s", tuple(rates)) for name, rates in floors.items()),
        *(Figure(f"{name} to its floor", "x", tuple(ratios)) for name, ratios in fed_to_floor.items()),
    ]


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A migrated read database."""
    database = open_database(url, SCHEMA)
    try:
        migrate(database)
        yield database
    finally:
        database.close()


def _decoding(contents: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for content in contents:
        orjson.loads(content)
    return time.perf_counter() - began


def _feeding(database: Database, projection: ReadModel, contents: Sequence[bytes]) -> float:
    """Seconds that the read model takes for all events, as a rebuild hands them over."""
    now = datetime.now(UTC)
    began = time.perf_counter()
    for start in range(0, len(contents), PAGE):
        deliveries = [
            Delivery(key=str(number), subject="", content=content)
            for number, content in enumerate(contents[start : start + PAGE], start=start)
        ]
        outcome = apply_batch(database, projection, deliveries, now)
        if outcome.kept or outcome.waiting:
            raise RuntimeError(f"{projection.name} did not apply the history of the benchmark: {outcome}")
    return time.perf_counter() - began


def _copying(database: Database, tables: Sequence[str]) -> float:
    """Seconds to write the rows that these tables hold now, into tables that are like them."""
    taken = 0.0
    for table in tables:
        with database.writing() as write:
            rows: list[Row] = write.run(f"SELECT * FROM {table}")
            write.run(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        began = time.perf_counter()
        with database.writing() as write:
            write.add_many(f"floor_{table}", tuple(rows[0]), (tuple(row.values()) for row in rows))
        taken += time.perf_counter() - began
    return taken


def _following(
    database: Database, url: str, contents: Sequence[bytes], processes: Sequence[Sequence[str]]
) -> float:
    """Events a second that projectors apply to every read model, from a stream that holds all.

    Each process feeds the read models that are named for it.
    """
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder), in_container=False)
        broker.start()
        try:
            asyncio.run(_publish(broker, contents))
            with ExitStack() as ending:
                for names in processes:
                    _start(ending, broker, url, names)
                first, began = _reached(database, 1), time.perf_counter()
                _reached(database, len(contents))
                return (len(contents) - first) / (time.perf_counter() - began)
        finally:
            broker.kill()


def _start(ending: ExitStack, broker: Broker, url: str, names: Sequence[str]) -> None:
    """A projector, killed at the end."""
    options = broker.options("projector")
    addresses = (url, options.url, options.user, options.password)
    # The program stands above, and its arguments are our own.
    projector = subprocess.Popen(
        [sys.executable, "-c", PROJECTOR, *addresses, *names], stdout=subprocess.DEVNULL
    )
    ending.callback(projector.wait)
    ending.callback(projector.kill)


async def _publish(broker: Broker, contents: Sequence[bytes]) -> None:
    """As the relay publishes a backlog."""
    await broker.provision()
    async with broker.connected("relay") as connection:
        stream, sequence = Stream(connection), 0
        for start in range(0, len(contents), PUBLISHED_TOGETHER):
            rows = tuple(
                Stored(
                    row_id=position,
                    tenant=TENANT,
                    position=position,
                    event_id=read_record(content).event_id,
                    content=content,
                )
                for position, content in enumerate(
                    contents[start : start + PUBLISHED_TOGETHER], start=start + 1
                )
            )
            sequence = await stream.publish(batch_of(Group(rows=rows, atomic=True)), sequence)


def _reached(database: Database, position: int) -> int:
    """Wait until every read model has that position; the least that one has then."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        held = min(position_of(database, one.name, TENANT) for one in PROJECTIONS)
        if held >= position:
            return held
        time.sleep(0.02)
    raise RuntimeError(f"the read models did not reach position {position} in {PATIENCE_SECONDS} s")


BENCHMARK = Benchmark(
    "projections",
    f"Both read models from a stream with a backlog of {EVENTS:,} events, in a process for each and in one "
    "for both, and each from the store's bytes as a rebuild feeds it, on one PostgreSQL; against reading and "
    "decoding the same bytes and writing the same rows by COPY.",
    measure,
)
