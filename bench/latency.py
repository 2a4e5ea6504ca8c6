"""From the commit to a reader's handler, beside the bare chain NOTIFY, read, publish, pull handler.

The bare chain is what a careful programmer writes for this alone: an INSERT that notifies, a listener that
reads the row and publishes it, a FastStream handler that pulls. Ours stores a command, hints, and relays with
its fence. Each side has the same processes: who stores, who publishes, who handles. Broker and PostgreSQL
sync every write.
"""

import asyncio
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

import psycopg
from faststream import AckPolicy
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, NatsUserPassword, PullSub
from nats.aio.client import Client
from nats.aio.msg import Msg
from tests.integration.broker import Broker
from tests.integration.store import form, opened, opening, request
from tests.services import postgres

from bench.figures import Benchmark, Figure
from casetrail_contracts.broker import ALL_SUBJECTS, MESSAGE_ID_HEADER, STREAM
from treatment.broker_address import NatsOptions
from treatment.relay import run
from treatment.relay.hint import Hint
from treatment.store.locks import worker_lock
from treatment.store.opening import open_database
from treatment.store.stored_log import StoredLog

RUNS = 3
PACES = {"idle": (60, 0.05), "100 a second": (500, 0.01)}
"""How many are stored, and how long after each other."""
POLL_SECONDS = 0.05
ANSWER_SECONDS = 30.0
FLOOR_SUBJECT = "casetrail.events.north.bare.session"
WARM_UP = 20
MEDIAN, SLOWEST = 50, 99
"""Percentiles."""

Storing = Callable[[str], str]
"""Stores something under this name; what its message will be known by. Returns after the commit."""
_processes = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Side:
    """One of the two chains, ready to be stored into."""

    store: Storing
    arrivals: Connection


def measure() -> list[Figure]:
    """Both chains at each pace, in turns."""
    found: dict[tuple[str, str, int], list[float]] = {}
    with postgres.from_wheel() as server:
        for run_number in range(RUNS):
            for name, side in (("bare chain", _bare), ("ours", _ours)):
                database = server.database(f"bench_{run_number}_{name[:4]}")
                with database as url, _broker() as broker, side(url, broker) as chain:
                    _milliseconds(chain, "warm-up", WARM_UP, 0.01)
                    for pace, (count, seconds) in PACES.items():
                        taken = _milliseconds(chain, pace, count, seconds)
                        for percent in (MEDIAN, SLOWEST):
                            share = statistics.quantiles(taken, n=100)[percent - 1]
                            found.setdefault((pace, name, percent), []).append(share)
    return [*_figures(found)]


def _figures(found: dict[tuple[str, str, int], list[float]]) -> Iterator[Figure]:
    for (pace, name, percent), runs in found.items():
        limit = 50 if name == "ours" and percent == SLOWEST else None
        yield Figure(f"{pace}: {name}, p{percent}", "ms", tuple(runs), at_most=limit)
    for pace in PACES:
        pairs = zip(found[pace, "ours", MEDIAN], found[pace, "bare chain", MEDIAN], strict=True)
        yield Figure(
            f"{pace}: ours to bare chain, p50", "x", tuple(ours / bare for ours, bare in pairs), at_most=1.5
        )


def _milliseconds(chain: Side, label: str, count: int, every: float) -> list[float]:
    """From the commit to the handler, for each."""
    committed: dict[str, float] = {}
    handled: dict[str, float] = {}
    began = time.monotonic()
    for number in range(count):
        _take(chain, handled, began + number * every)
        name = chain.store(f"{label}-{number}".replace(" ", "-"))
        committed[name] = time.monotonic()
    deadline = time.monotonic() + ANSWER_SECONDS
    while waited_for := committed.keys() - handled.keys():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(waited_for)} messages did not arrive")
        _take(chain, handled, time.monotonic() + POLL_SECONDS)
    return [(handled[name] - at) * 1000 for name, at in committed.items()]


def _take(chain: Side, handled: dict[str, float], until: float) -> None:
    """Take what was handled until then: a pipe that is full would stop the handler."""
    while chain.arrivals.poll(max(0.0, until - time.monotonic())):
        name, at = chain.arrivals.recv()
        handled[name] = at


@contextmanager
def _broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder), in_container=False)
        broker.start()
        try:
            asyncio.run(broker.provision())
            yield broker
        finally:
            broker.kill()


@contextmanager
def _bare(url: str, broker: Broker) -> Iterator[Side]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (name text PRIMARY KEY, content bytea)")

        def store(name: str) -> str:
            with connection.transaction():
                connection.execute("INSERT INTO bare VALUES (%s, %s)", (name, b"x" * 1100))
                connection.execute("SELECT pg_notify('bare', %s)", (name,))
            return name

        with _process(_listen, url, broker.options("relay")), _handling(broker) as arrivals:
            yield Side(store, arrivals)


@contextmanager
def _ours(url: str, broker: Broker) -> Iterator[Side]:
    hint = Hint(broker.options("api"))
    with opened(url) as store, _beside(hint):
        application = store.application(StoredLog(store.events, stored=hint.stored))
        cases = [application.handle(request(f"open-{n}"), opening()).subject for n in range(200)]
        numbers = iter(range(1_000_000))

        def score(name: str) -> str:
            number = next(numbers)
            asked = request(name, cases[number % len(cases)])
            return application.handle(asked, form(f"form-{number}")).events[0].envelope.id

        with _process(_relay, url, broker.options("relay")), _handling(broker) as arrivals:
            yield Side(score, arrivals)


@contextmanager
def _beside(hint: Hint) -> Iterator[None]:
    """The hint on a loop of its own, as beside the HTTP interface."""
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = Thread(target=loop.run_until_complete, args=(hint.run(stop),))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@contextmanager
def _process(work: Callable[..., None], *arguments: object) -> Iterator[None]:
    """The work in a process of its own, once it says that it is ready."""
    ours, theirs = _processes.Pipe()
    process = _processes.Process(target=work, args=(*arguments, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(ANSWER_SECONDS):
            raise TimeoutError("a process did not become ready")
        yield
    finally:
        process.kill()
        process.join()


@contextmanager
def _handling(broker: Broker) -> Iterator[Connection]:
    ours, theirs = _processes.Pipe()
    with _process(_handle, broker.options("projector"), theirs):
        yield ours


def _handle(options: NatsOptions, arrivals: Connection, ready: Connection) -> None:
    """A reader's handler: FastStream, a durable pull consumer."""
    broker = NatsBroker(
        options.url,
        security=NatsUserPassword(options.user, options.password),
        apply_types=False,
        logger=None,
    )

    @broker.subscriber(
        ALL_SUBJECTS,
        stream=JStream(STREAM, declare=False),
        durable="bench",
        pull_sub=PullSub(batch_size=1, timeout=5.0),
        ack_policy=AckPolicy.MANUAL,
        decoder=_as_it_came,
    )
    async def handle(message: Msg) -> None:
        arrivals.send(((message.headers or {})[MESSAGE_ID_HEADER], time.monotonic()))
        await message.ack()

    async def serve() -> None:
        await broker.start()
        ready.send("ready")
        await asyncio.Event().wait()

    asyncio.run(serve())


async def _as_it_came(message: StreamMessage[Msg]) -> Msg:
    return message.raw_message


def _relay(url: str, options: NatsOptions, ready: Connection) -> None:
    log = StoredLog(open_database(url, "store"))
    lock = worker_lock(url, "relay")
    relaying = run(
        log,
        options,
        lock=lock,
        poll_seconds=POLL_SECONDS,
        stop=asyncio.Event(),
        on_ready=lambda: ready.send("ready"),
    )
    asyncio.run(relaying)


def _listen(url: str, options: NatsOptions, ready: Connection) -> None:
    """The bare relay: as told, read the row and publish it."""

    async def serve() -> None:
        client = Client()
        await client.connect(options.url, user=options.user, password=options.password)
        listening = await psycopg.AsyncConnection.connect(url, autocommit=True)
        reading = await psycopg.AsyncConnection.connect(url, autocommit=True)
        await listening.execute("LISTEN bare")
        ready.send("ready")
        async for told in listening.notifies():
            cursor = await reading.execute(
                "SELECT content FROM bare WHERE name = %s", (told.payload,), binary=True
            )
            row = await cursor.fetchone()
            content = row[0] if row is not None else b""
            await client.request(FLOOR_SUBJECT, content, timeout=5, headers={MESSAGE_ID_HEADER: told.payload})

    asyncio.run(serve())


BENCHMARK = Benchmark(
    "latency",
    "From the commit to a FastStream handler, against the bare chain NOTIFY, read, publish, pull handler on "
    "the same PostgreSQL and a broker that syncs every write; idle, and at 100 commands a second.",
    measure,
)
