"""A quarter of an hour at 100 commands a second over HTTP: latency, errors, and whether memory grows."""

import asyncio
import os
import tempfile
import time
from http import HTTPStatus
from pathlib import Path
from statistics import linear_regression

from tests.services import postgres

from bench.figures import Benchmark, Figure
from bench.load import Answers, so_many_a_second
from bench.over_http import scoring
from bench.server import Server, serving

RATE = 100.0
SECONDS = float(os.environ.get("STEADY_SECONDS", "900"))
WARM_SECONDS = SECONDS / 3
LOOK_SECONDS = 2.0
CASES = 6_000
"""So many that each has a course's worth of forms at the end, not thousands."""
MEBIBYTE = 1024 * 1024
HOUR = 3_600


def measure() -> list[Figure]:
    """One run; memory is the server's, its slope a line through the looks after the first third."""
    with (
        postgres.from_wheel() as database,
        tempfile.TemporaryDirectory() as folder,
        database.database("steady") as url,
        serving(url, Path(folder)) as server,
    ):
        answers, memory = asyncio.run(_loaded(server))
    warm = [(at, size) for at, size in memory if at >= WARM_SECONDS]
    slope, _ = linear_regression([at for at, _ in warm], [size for _, size in warm])
    errors = answers.statuses.total() - answers.statuses[HTTPStatus.CREATED]
    return [
        Figure("accepted", "commands/s", (answers.rate(),)),
        Figure("not accepted", "answers", (errors,), at_most=0),
        Figure("p50", "ms", (answers.percentile(0.5),)),
        Figure("p99", "ms", (answers.percentile(0.99),), at_most=150),
        Figure("memory at the end", "MiB", (memory[-1][1],)),
        Figure("memory slope", "MiB/h", (slope * HOUR,), at_most=1),
    ]


async def _loaded(server: Server) -> tuple[Answers, list[tuple[float, float]]]:
    asking = await scoring(server, CASES)
    memory: list[tuple[float, float]] = []
    began = time.monotonic()

    async def look() -> None:
        while True:
            memory.append((time.monotonic() - began, server.process.memory_info().rss / MEBIBYTE))
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.create_task(look())
    answers = await so_many_a_second(server.url, RATE, SECONDS, lambda number: asking(0, number))
    looking.cancel()
    return answers, memory


BENCHMARK = Benchmark(
    "steady",
    "100 commands a second over HTTP for 15 minutes on PostgreSQL, sent at even distances whatever the "
    "answers do. STEADY_SECONDS makes it shorter.",
    measure,
    asked_for_only=True,
)
