"""Load on one HTTP server of this machine: as fast as the answers come, or so many a second.

The clients speak as little HTTP as the answers need, so that most of the processor is left to the server.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

Asked = tuple[str, Mapping[str, str], object]
"""Path, headers and JSON body of a POST."""
LONGEST_SECONDS = 30.0
"""No answer after this is an error of its own, status 0."""


@dataclass(slots=True)
class Answers:
    """What came back."""

    seconds: float = 0.0
    """From the first request to the last answer."""
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: dict[int, list[float]] = field(default_factory=dict)
    """Seconds by status, each from the moment at which the request was due."""
    without_retry_after: int = 0
    """Answers 503 that do not say when to come again."""

    def rate(self, status: int = HTTPStatus.CREATED) -> float:
        """Answers with this status a second."""
        return self.statuses[status] / self.seconds

    def percentile(self, share: float, status: int = HTTPStatus.CREATED) -> float:
        """The latency, in milliseconds, that this share of the answers with the status kept."""
        ordered = sorted(self.latencies[status])
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def add(self, status: int, latency: float, headers: bytes) -> None:
        """Note one answer."""
        self.statuses[status] += 1
        self.latencies.setdefault(status, []).append(latency)
        if status == HTTPStatus.SERVICE_UNAVAILABLE and b"\r\nretry-after:" not in headers.lower():
            self.without_retry_after += 1


class Connection:
    """One connection, which is kept; one request at a time."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, asked: Asked) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer; status 0 when there is none."""
        path, headers, body = asked
        content = json.dumps(body).encode()
        lines = [
            f"POST {path} HTTP/1.1",
            f"host: {self._host}:{self._port}",
            "content-type: application/json",
        ]
        lines += [f"content-length: {len(content)}", *(f"{name}: {value}" for name, value in headers.items())]
        request = "\r\n".join([*lines, "", ""]).encode() + content
        try:
            return await asyncio.wait_for(self._ask(request), LONGEST_SECONDS)
        except (OSError, EOFError, TimeoutError):
            self.close()
            return 0, b"", b""

    async def _ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        body = await reader.readexactly(int(length or 0))
        if b"\r\nconnection: close" in head.lower():
            self.close()
        return int(head[9:12]), head, body

    def close(self) -> None:
        """Hang up; the next request connects anew."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def as_fast_as_answered(
    url: str, clients: int, seconds: float, asking: Callable[[int, int], Asked]
) -> Answers:
    """Each client asks again as soon as it was answered; `asking` is called with client and number."""
    answers = Answers()
    clock = time.perf_counter
    began = clock()

    async def client(number: int) -> None:
        connection = Connection(url)
        count = 0
        while (due := clock()) < began + seconds:
            status, head, _ = await connection.post(asking(number, count))
            answers.add(status, clock() - due, head)
            count += 1
        connection.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    answers.seconds = clock() - began
    return answers


async def so_many_a_second(
    url: str, rate: float, seconds: float, asking: Callable[[int], Asked], most_open: int = 2_000
) -> Answers:
    """Requests at even distances, whatever the answers do; each latency counts from when it was due."""
    answers = Answers()
    clock = time.perf_counter
    free = [Connection(url) for _ in range(most_open)]
    began = clock()

    async def ask(number: int, due: float) -> None:
        connection = free.pop()
        status, head, _ = await connection.post(asking(number))
        answers.add(status, clock() - due, head)
        free.append(connection)

    running: set[asyncio.Task[None]] = set()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - clock()))
        if not free:
            raise RuntimeError(f"{most_open} requests wait for an answer; the server stands still")
        task = asyncio.create_task(ask(number, due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    for connection in free:
        connection.close()
    answers.seconds = clock() - began
    return answers
