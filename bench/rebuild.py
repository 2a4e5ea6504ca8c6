"""Rebuilds of a million events: how long each read model takes, and how much memory.

The floor is what any rebuild must do: read the same pages from the store, and decode the bytes.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice

import orjson
from tests.services import postgres

from bench.figures import Benchmark, Figure
from bench.histories import TENANT, endless
from bench.projections import opened
from bench.rebuilder import FLOOR, Measured
from treatment.projections import PROJECTIONS
from treatment.store.database import Database, Value
from treatment.store.migrations import migrate
from treatment.store.opening import open_database

EVENTS = 1_000_000
STORED_TOGETHER = 2_000
"""No statement may take longer than half a minute."""
COLUMNS = ("originator_id", "originator_version", "topic", "state", "tenant", "position")
SECONDS = 30
MEGABYTES = 256


def measure() -> list[Figure]:
    """One after the other, each in a process of its own, from one store."""
    with postgres.from_wheel() as server, server.database("rebuild") as url, opened(url):
        events = open_database(url, "store")
        migrate(events, "store")
        _store(events)
        events.close()
        floor = _measured(url, FLOOR)
        found = {one.name: _measured(url, one.name) for one in PROJECTIONS}
    return [
        Figure(FLOOR, "s", (floor.seconds,)),
        Figure(f"{FLOOR}: memory", "MB", (floor.memory,)),
        *(Figure(name, "s", (one.seconds,), at_most=SECONDS) for name, one in found.items()),
        *(Figure(f"{name}: processor", "s", (one.processor,)) for name, one in found.items()),
        *(Figure(f"{name}: memory", "MB", (one.memory,), at_most=MEGABYTES) for name, one in found.items()),
        *(Figure(f"{name} to the floor", "x", (one.seconds / floor.seconds,)) for name, one in found.items()),
    ]


def _store(events: Database) -> None:
    rows = _rows()
    while part := list(islice(rows, STORED_TOGETHER)):
        with events.writing() as write:
            write.add_many("events", COLUMNS, part)


def _rows() -> Iterator[tuple[Value, ...]]:
    for content in islice(endless(), EVENTS):
        event = orjson.loads(content)
        place = int(event["sequence"]), event["type"], content, TENANT, int(event["position"])
        yield event["subject"], *place


def _measured(url: str, what: str) -> Measured:
    command = [sys.executable, "-m", "bench.rebuilder", url, what]
    # The program is our own, and its arguments are those above.
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(done.stdout))


BENCHMARK = Benchmark(
    "rebuild",
    f"A rebuild of {EVENTS:,} events into each read model, beside the one in use, on one PostgreSQL that "
    "holds the store as well: seconds and peak memory of the process; against reading and decoding the same "
    "pages.",
    measure,
    asked_for_only=True,
)
