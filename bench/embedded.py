"""Embedded mode: from the command to ready, the memory of all its processes, and a killed part's return."""

import os
import signal
import tempfile
import time
from pathlib import Path

import psutil
from tests.services.house import PARTS, House, forms, running, send

from bench.figures import Benchmark, Figure

RUNS = 5
MEBIBYTE = 1024 * 1024


def measure() -> list[Figure]:
    """First starts on empty folders, a second start on each, memory after some work, and restarts."""
    first: list[float] = []
    second: list[float] = []
    memory: dict[str, list[float]] = {name: [] for name in ("all", *PARTS)}
    restarts: dict[str, list[float]] = {part: [] for part in PARTS}
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            first.append(_start(Path(folder), memory))
            second.append(_start(Path(folder), None))
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
    ]


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
    "Issue figures: ready in at most 5 s on two cores, at most 500 MB in all, a killed part back within 5 s.",
    measure,
)
