"""Commands over HTTP on PostgreSQL, beside floor A and beside the library as it comes behind FastAPI.

Everything is on one machine: the database, the server and the clients share its cores.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from tests.services import postgres
from tests.services.house import forms
from tests.services.ports import free_port

from bench.appends import FLOOR_CLIENTS, inserting, rate_of
from bench.figures import Benchmark, Figure
from bench.load import Asked, Connection, as_fast_as_answered
from bench.server import Server, answering, serving

RUNS = 3
CLIENTS = (1, 8, 32)
SECONDS = 5.0
CASES = 256
(FORM,) = forms(1)
OPENING = {"patientRef": "patient 1", "therapistId": "therapist-1", "supervisorId": "supervisor-1"}


def measure() -> list[Figure]:
    """Floor, library and commands take turns on the same server, so that all meet the same machine."""
    floor: list[float] = []
    library: list[float] = []
    ours: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    latency: list[float] = []
    with postgres.from_wheel() as database, tempfile.TemporaryDirectory() as folder:
        for run in range(RUNS):
            here = Path(folder) / str(run)
            here.mkdir()
            with database.database(f"floor_{run}") as url, inserting(url, _bytes_of_a_form()) as insert:
                floor.append(rate_of(FLOOR_CLIENTS, insert))
            with database.database(f"library_{run}") as url, _library(url, here) as address:
                library.append(asyncio.run(_library_rate(address, max(CLIENTS))))
            with database.database(f"http_{run}") as url, serving(url, here) as server:
                asking = asyncio.run(scoring(server))
                for clients in CLIENTS:
                    answers = asyncio.run(as_fast_as_answered(server.url, clients, SECONDS, asking))
                    if set(answers.statuses) != {HTTPStatus.CREATED}:
                        raise RuntimeError(f"not every command was accepted: {answers.statuses}")
                    ours[clients].append(answers.rate())
                latency.append(answers.percentile(0.99))
    return [
        Figure(f"floor A: {FLOOR_CLIENTS} clients INSERT", "events/s", tuple(floor)),
        Figure(f"library, {max(CLIENTS)} clients", "commands/s", tuple(library)),
        *(Figure(f"{clients} clients", "commands/s", tuple(rates)) for clients, rates in ours.items()),
        Figure(f"{max(CLIENTS)} clients: p99", "ms", tuple(latency)),
        Figure("32 clients to floor A", "x", _ratios(ours[32], floor), at_least=0.5),
        Figure("32 clients to the library", "x", _ratios(ours[32], library), at_least=8),
    ]


async def scoring(server: Server, cases: int = CASES) -> Callable[[int, int], Asked]:
    """Opens cases; then a PHQ-9 form of one case after the other, each by a command of its own."""
    opened = [await _opened(server, number) for number in range(cases)]

    def asking(client: int, number: int) -> Asked:
        case = opened[(client * 37 + number) % cases]
        form = FORM | {"assessmentId": str(uuid4())}
        return f"/v1/cases/{case}/score-assessment", server.headers | {"idempotency-key": str(uuid4())}, form

    return asking


async def _opened(server: Server, number: int) -> str:
    connection = Connection(server.url)
    headers = server.headers | {"idempotency-key": f"open-{number}-{uuid4()}"}
    status, _, body = await connection.post(("/v1/cases", headers, OPENING))
    connection.close()
    if status != HTTPStatus.CREATED:
        raise RuntimeError(f"a case could not be opened: {status} {body.decode()}")
    return str(json.loads(body)["caseId"])


@contextmanager
def _library(url: str, folder: Path) -> Iterator[str]:
    parts = urlsplit(url)
    port = free_port()
    environment = os.environ | {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path[1:],
        "POSTGRES_HOST": str(parts.hostname),
        "POSTGRES_PORT": str(parts.port),
        "POSTGRES_USER": str(parts.username),
        "POSTGRES_PASSWORD": "unused",
    }
    command = [sys.executable, "-m", "bench.library", str(port)]
    with answering(command, environment, f"http://127.0.0.1:{port}", "/openapi.json", folder):
        yield f"http://127.0.0.1:{port}"


async def _library_rate(address: str, clients: int) -> float:
    connection = Connection(address)
    cases = [json.loads((await connection.post(("/cases", {}, {})))[2])["caseId"] for _ in range(CASES)]
    connection.close()

    def asking(client: int, number: int) -> Asked:
        return f"/cases/{cases[(client * 37 + number) % CASES]}/forms", {}, FORM

    answers = await as_fast_as_answered(address, clients, SECONDS, asking)
    if set(answers.statuses) != {HTTPStatus.CREATED}:
        raise RuntimeError(f"the library did not accept everything: {answers.statuses}")
    return answers.rate()


def _bytes_of_a_form() -> bytes:
    """As many bytes as the event of such a form has: what they say does not matter to the floor."""
    return bytes(1_400)


def _ratios(ours: list[float], theirs: list[float]) -> tuple[float, ...]:
    return tuple(one / other for one, other in zip(ours, theirs, strict=True))


BENCHMARK = Benchmark(
    "over_http",
    "Accepted commands over HTTP (token checked, decided, sealed, stored with every commit synced) from 1, 8 "
    "and 32 clients on PostgreSQL, against floor A, and the library behind FastAPI: get, update, save.",
    measure,
)
