"""Embedded mode: from the command to ready, memory, a killed part's return, and commands over HTTP."""

import asyncio
import os
import signal
import tempfile
import time
from http import HTTPStatus
from pathlib import Path

import psutil
from tests.services.house import PARTS, House, forms, running, send

from bench.figures import Benchmark, Figure
from bench.load import Answers, as_fast_as_answered
from bench.over_http import scoring
from bench.server import Server
from casetrail_contracts.identity import Role

RUNS = 5
CLIENTS = 32
LOAD_RUNS = 3
LOAD_SECONDS = 5.0
MEBIBYTE = 1024 * 1024


def measure() -> list[Figure]:
    """First starts on empty folders, a second start on each, memory after some work, restarts, and load."""
    first: list[float] = []
    second: list[float] = []
    memory: dict[str, list[float]] = {name: [] for name in ("all", *PARTS)}
    restarts: dict[str, list[float]] = {part: [] for part in PARTS}
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            first.append(_start(Path(folder), memory))
            second.append(_start(Path(folder), None))
    loaded = [_loaded() for _ in range(LOAD_RUNS)]
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as house:
        for part in PARTS:
            for _ in range(RUNS if part == "relay" else 1):
                restarts[part].append(_restart(house, part))
                time.sleep(8)  # So that no part counts as one that keeps crashing.
    return [
        Figure("first start to ready", "s", tuple(first), at_most=5),
        Figure("second start to ready", "s", tuple(second), at_most=5),
        Figure("resident memory of all processes", "MiB", tuple(memory.pop("all")), at_most=500),
        *(Figure(f"resident memory of {part}", "MiB", tuple(runs)) for part, runs in memory.items()),
        *(
            Figure(f"{part} killed to ready again", "s", tuple(runs), at_most=5)
            for part, runs in restarts.items()
        ),
        Figure(
            f"{CLIENTS} clients over HTTP",
            "commands/s",
            tuple(one.rate() for one in loaded),
            at_least=1_000,
        ),
        Figure(
            f"{CLIENTS} clients over HTTP: not accepted",
            "answers",
            tuple(one.statuses.total() - one.statuses[HTTPStatus.CREATED] for one in loaded),
            at_most=0,
        ),
    ]


def _loaded() -> Answers:
    """Forms of many cases, as fast as they are answered, with every part of the house at work."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as house:
        headers = {"authorization": f"Bearer {house.token('therapist-1', Role.THERAPIST)}"}
        server = Server(house.api_url, psutil.Process(house.pid("api")), headers)
        return asyncio.run(_answers(server))


async def _answers(server: Server) -> Answers:
    asking = await scoring(server)
    return await as_fast_as_answered(server.url, CLIENTS, LOAD_SECONDS, asking)


def _start(folder: Path, memory: dict[str, list[float]] | None) -> float:
    began = time.monotonic()
    with running(folder) as house:
        taken = time.monotonic() - began
        case = house.open_case()
        with house.client() as client:
            for form in forms(50, item_9=1):
                send(client, f"/v1/cases/{case}/score-assessment", form)
        house.settle()
        if memory is not None:
            watcher = psutil.Process(house.process.pid)
            processes = [watcher, *watcher.children(recursive=True)]
            memory["all"].append(sum(_resident(process) for process in processes))
            for part in PARTS:
                memory[part].append(_resident(psutil.Process(house.pid(part))))
    return taken


def _resident(process: psutil.Process) -> float:
    return process.memory_info().rss / MEBIBYTE


def _restart(house: House, part: str) -> float:
    began = time.monotonic()
    os.kill(house.pid(part), signal.SIGKILL)
    house.wait_for_line(f"{part} +ready again")
    return time.monotonic() - began


BENCHMARK = Benchmark(
    "embedded",
    "Issue figures: ready in at most 5 s on two cores, at most 500 MB in all, a killed part back within 5 s, "
    "1,000 commands a second from 32 clients over HTTP.",
    measure,
)
