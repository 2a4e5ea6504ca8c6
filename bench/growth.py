"""What does not grow: the cost of a command on a large store, and what does: loading a long case.

The two stores differ in nothing but what was stored before; commands on them take turns.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from tests.integration.store import Store, form, opened, opening, request
from tests.services import postgres
from tests.services.postgres import PostgresServer

from bench.figures import Benchmark, Figure
from casetrail_contracts import read
from treatment.application import Application
from treatment.store.case_store import CaseStore
from treatment.store.sealing import Sealer

RUNS = 9
COMMANDS = 200
CASES = 50
SMALL, LARGE = 10_000, 1_000_000
LENGTHS = (10, 100, 1_000)
LOADS = 5
MILLISECONDS = 1_000


def measure() -> list[Figure]:
    """Commands below HTTP on both stores in turns; then cases of three lengths, each loaded cold."""
    with (
        postgres.from_wheel() as server,
        _filled(server, "small", SMALL) as small,
        _filled(server, "large", LARGE) as large,
    ):
        costs: dict[int, list[float]] = {SMALL: [], LARGE: []}
        applications = {SMALL: small.application(), LARGE: large.application()}
        cases = {size: _cases(application) for size, application in applications.items()}
        for run in range(RUNS):
            for size in (SMALL, LARGE) if run % 2 else (LARGE, SMALL):
                costs[size].append(_cost(applications[size], cases[size], run))
        return [
            *(Figure(f"command on {size:,} events", "ms", tuple(runs)) for size, runs in costs.items()),
            Figure(
                "1,000,000 to 10,000 events",
                "x",
                tuple(big / little for big, little in zip(costs[LARGE], costs[SMALL], strict=True)),
                at_most=1.1,
            ),
            *_loads(large),
        ]


@contextmanager
def _filled(server: PostgresServer, name: str, events: int) -> Iterator[Store]:
    """A store in which other cases have as many events, all with the bytes of one."""
    with server.database(f"growth_{name}") as url, opened(url) as store:
        application = store.application()
        case = application.handle(request("first"), opening()).subject
        event = application.handle(request("first-form", case), form("a-0")).events[0]
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(
                "INSERT INTO store.events "
                "(originator_id, originator_version, topic, state, tenant, position) "
                "SELECT md5('fill ' || n / 50)::uuid, n %% 50 + 1, %s, %s, 'north', n + %s "
                "FROM generate_series(1, %s) AS n",
                (event.envelope.type, event.bytes, event.position, events),
            )
            admin.execute(
                "INSERT INTO store.command_log "
                "SELECT 'fill ' || n, %s, md5('fill ' || n / 50)::uuid, n %% 50 + 1, n %% 50 + 1 "
                "FROM generate_series(1, %s) AS n",
                (bytes(32), events),
            )
            admin.execute("VACUUM ANALYZE")
        yield store


def _cases(application: Application) -> list[str]:
    return [application.handle(request(f"open-{number}"), opening()).subject for number in range(CASES)]


def _cost(application: Application, cases: list[str], run: int) -> float:
    """Milliseconds of a command, from one caller."""
    began = time.perf_counter()
    for number in range(COMMANDS):
        name = f"form-{run}-{number}"
        application.handle(request(name, cases[number % CASES]), form(name))
    return (time.perf_counter() - began) / COMMANDS * MILLISECONDS


def _loads(store: Store) -> Iterator[Figure]:
    """A case that is not kept in memory, beside selecting and reading its events."""
    application = store.application()
    for length in LENGTHS:
        case = application.handle(request(f"long-{length}"), opening()).subject
        for number in range(length - 1):
            application.handle(request(f"long-{length}-{number}", case), form(f"a-{number}"))
        cold: list[float] = []
        floor: list[float] = []
        for _ in range(LOADS):
            began = time.perf_counter()
            CaseStore(store.log, Sealer(store.keys)).load("north", case)
            between = time.perf_counter()
            for event in store.log.events_of("north", case):
                read(event.bytes)
            cold.append((between - began) * MILLISECONDS)
            floor.append((time.perf_counter() - between) * MILLISECONDS)
        yield Figure(f"load of a case of {length:,} events", "ms", tuple(cold))
        yield Figure(
            f"load of {length:,} events to selecting and reading them",
            "x",
            tuple(load / plain for load, plain in zip(cold, floor, strict=True)),
        )


BENCHMARK = Benchmark(
    "growth",
    "The cost of a command on a store of a million events against one of ten thousand, and the load of cases "
    "of 10, 100 and 1,000 events against selecting and reading them.",
    measure,
)
