"""Commands over HTTP in embedded mode, from 1 and 8 clients: known, so that later changes can be compared."""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.services.house import House, forms, running, send

from bench.figures import Benchmark, Figure

COMMANDS = 400
RUNS = 3


def measure() -> list[Figure]:
    """Commands a second, each one form of one of eight cases, answered before the next is sent."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as house:
        one = [_rate(house, 1) for _ in range(RUNS)]
        eight = [_rate(house, 8) for _ in range(RUNS)]
    return [Figure("1 client", "commands/s", tuple(one)), Figure("8 clients", "commands/s", tuple(eight))]


def _rate(house: House, clients: int) -> float:
    cases = [house.open_case() for _ in range(8)]
    work = list(enumerate(forms(COMMANDS)))

    def send_part(client_number: int) -> None:
        with house.client() as client:
            for number, form in work[client_number::clients]:
                send(client, f"/v1/cases/{cases[number % 8]}/score-assessment", form)

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as senders:
        list(senders.map(send_part, range(clients)))
    return COMMANDS / (time.monotonic() - began)


BENCHMARK = Benchmark(
    "commands",
    "The whole road in embedded mode: token, decision, sealing, SQLite with every commit synced.",
    measure,
)
