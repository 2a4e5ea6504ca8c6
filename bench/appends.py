"""Commands below HTTP, beside floor A: plain INSERTs of the same bytes, one transaction each, durable.

Floor A is what a careful programmer gets without Casetrail: psycopg, a unique key, a commit per event. A
command does more (it decides, seals, encodes, hashes, compares), and commits together with others.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
from tests.integration.store import form, opened, opening, request
from tests.services import postgres

from bench.figures import Benchmark, Figure
from treatment.application import Application

RUNS = 3
FLOOR_CLIENTS = 8
CALLERS = (1, 8, 32)
SECONDS = 4.0
CASES = 256

Step = Callable[[int, int], None]
"""What a caller does for the time of this number; both count from 0."""


def measure() -> list[Figure]:
    """Floor and commands take turns, so that both meet the same machine."""
    floor: list[float] = []
    ours: dict[int, list[float]] = {callers: [] for callers in CALLERS}
    with postgres.from_wheel() as server:
        for run in range(RUNS):
            with server.database(f"bench_{run}") as url, opened(url) as store:
                application = store.application()
                cases = [
                    application.handle(request(f"open-{number}"), opening()).subject
                    for number in range(CASES)
                ]
                with inserting(url, _bytes_of_a_form(application, cases[0])) as insert:
                    floor.append(rate_of(FLOOR_CLIENTS, insert))
                for callers in CALLERS:
                    ours[callers].append(rate_of(callers, _scoring(application, cases, callers)))
    return [
        Figure("floor A: 8 clients INSERT", "events/s", tuple(floor)),
        *(Figure(f"{callers} callers", "commands/s", tuple(rates)) for callers, rates in ours.items()),
        *(
            Figure(
                f"{callers} callers to floor A",
                "x",
                tuple(rate / plain for rate, plain in zip(rates, floor, strict=True)),
            )
            for callers, rates in ours.items()
        ),
    ]


def _bytes_of_a_form(application: Application, case: str) -> bytes:
    return application.handle(request("first", case), form("first")).events[0].bytes


def _scoring(application: Application, cases: Sequence[str], callers: int) -> Step:
    """A PHQ-9 form of one case after the other."""

    def step(caller: int, number: int) -> None:
        name = f"{callers}-{caller}-{number}"
        application.handle(request(name, cases[(caller + number * callers) % len(cases)]), form(name))

    return step


@contextmanager
def inserting(url: str, content: bytes) -> Iterator[Step]:
    """Floor A: each client has a connection, and commits each row."""
    with ExitStack() as opened_connections:
        connections = [
            opened_connections.enter_context(psycopg.connect(url, autocommit=True))
            for _ in range(FLOOR_CLIENTS)
        ]
        connections[0].execute(
            "CREATE TABLE floor_a (case_id int, version int, state bytea, UNIQUE (case_id, version))"
        )

        def insert(client: int, number: int) -> None:
            connections[client].execute("INSERT INTO floor_a VALUES (%s, %s, %s)", (client, number, content))

        yield insert


def rate_of(callers: int, step: Step) -> float:
    """Steps a second of so many callers, for a while."""
    began = time.monotonic()

    def repeat(caller: int) -> int:
        number = 0
        while time.monotonic() < began + SECONDS:
            step(caller, number)
            number += 1
        return number

    with ThreadPoolExecutor(callers) as pool:
        done: Sequence[int] = list(pool.map(repeat, range(callers)))
    return sum(done) / (time.monotonic() - began)


BENCHMARK = Benchmark(
    "appends",
    "Commands below HTTP (decide, seal, encode, hash, append) against plain INSERTs of the same bytes with a "
    "unique key, one transaction each, on one PostgreSQL with every commit synced.",
    measure,
)
