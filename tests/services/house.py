"""The whole of Casetrail on this machine, started as a person starts it, and looked at from outside."""

import asyncio
import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from typing import Any
from uuid import uuid4

import httpx
import nats
import psutil
from nats.js.errors import NotFoundError
from tests.services.ports import free_port

from casetrail_contracts.broker import STREAM
from casetrail_contracts.identity import Role
from treatment.embedded.folder import DataFolder
from treatment.local_tokens import sign

READY_SECONDS = 60.0
PARTS = ("broker", "api", "relay", "projector", "notifications")


def casetrail() -> str:
    """The program as it is installed."""
    return str(Path(sys.executable).parent / "casetrail")


@dataclass
class House:
    """A running `casetrail up` and its data folder."""

    data: Path
    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)

    @property
    def folder(self) -> DataFolder:
        return DataFolder(self.data)

    @property
    def api_url(self) -> str:
        return self._address("api")

    @property
    def notifications_url(self) -> str:
        return self._address("notifications")

    def wait_until_ready(self) -> None:
        """Read its lines until everything is ready."""
        while not any(line.startswith("all ") for line in self.said):
            self.read_line()

    def read_line(self) -> str:
        """The next line that it says."""
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        assert line, f"`casetrail up` ended with {self.process.wait()}:\n{''.join(self.said)}{self.logs()}"
        self.said.append(line)
        return line

    def wait_for_line(self, pattern: str) -> str:
        """Read on until a line matches."""
        while True:
            line = self.read_line()
            if re.search(pattern, line):
                return line

    def logs(self) -> str:
        """The last lines of every part's log."""
        return "".join(
            f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-20:]) + "\n"
            for log in sorted((self.data / "logs").glob("*.log"))
        )

    def pid(self, part: str) -> int:
        """The process of a part."""
        wanted = {
            "broker": "nats-server",
            "notifications": "-m notifications",
        }.get(part, f"treatment run {part}")
        for child in psutil.Process(self.process.pid).children():
            if wanted in " ".join(child.cmdline()):
                return child.pid
        raise AssertionError(f"{part} is not running:\n{self.logs()}")

    def token(self, sub: str = "therapist-1", *roles: Role, tenant: str = "local", **claims: Any) -> str:
        """A token of this installation's own issuer."""
        held = roles or (Role.THERAPIST,)
        return sign(
            self.folder.signing_key, sub=sub, tenant=tenant, roles=held, now=datetime.now(UTC), **claims
        )

    def client(self, sub: str = "therapist-1", *roles: Role, **claims: Any) -> httpx.Client:
        """The treatment service, as this person."""
        headers = {"authorization": f"Bearer {self.token(sub, *roles, **claims)}"}
        return httpx.Client(base_url=self.api_url, headers=headers, timeout=30)

    def notifications(self, sub: str = "auditor-1", *roles: Role, **claims: Any) -> httpx.Client:
        """The notification service, as this person."""
        headers = {"authorization": f"Bearer {self.token(sub, *(roles or (Role.AUDITOR,)), **claims)}"}
        return httpx.Client(base_url=self.notifications_url, headers=headers, timeout=30)

    def open_case(self, **more: Any) -> str:
        """A new case of therapist-1."""
        body = {"patientRef": "patient 1", "therapistId": "therapist-1", "supervisorId": "supervisor-1"}
        with self.client() as client:
            return str(send(client, "/v1/cases", body | {"teamId": "team-east"} | more)["caseId"])

    def rows(self, database: str, sql: str) -> list[tuple[Any, ...]]:
        """Rows of one of the databases, read beside the running services."""
        with closing(sqlite3.connect(f"file:{self.data / database}.db?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def counts(self) -> dict[str, int]:
        """How many rows each table of each database has, and how far the stream is."""
        found = {}
        for file in sorted(self.data.glob("*.db")):
            tables = self.rows(file.stem, "SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables:
                found[f"{file.stem}.{table}"] = int(
                    self.rows(file.stem, f"SELECT count(*) FROM {table}")[0][0]
                )
        return found | {"stream": len(self.messages())}

    def settle(self) -> None:
        """Wait until everything that is stored has arrived everywhere."""

        def arrived() -> bool:
            stored = int(self.rows("store", "SELECT count(*) FROM events")[0][0])
            positions = self.rows(
                "read", "SELECT projection, sum(position) FROM projection_position GROUP BY 1"
            )
            seen = int(self.rows("notifications", "SELECT count(*) FROM inbox")[0][0])
            waiting = int(
                self.rows("notifications", "SELECT count(*) FROM delivery WHERE state = 'pending'")[0][0]
            )
            return (
                len(positions) > 1 and {stored} == {seen, *(int(one) for _, one in positions)} and not waiting
            )

        until(arrived, f"what is stored did not arrive everywhere:\n{self.logs()}", 60)

    def messages(self) -> list[tuple[str, bytes]]:
        """The id and the bytes of every message in the stream, in order."""
        return asyncio.run(self._messages())

    async def _messages(self) -> list[tuple[str, bytes]]:
        listen = re.search(r'listen: "([^"]+)"', (self.folder.broker / "nats-server.conf").read_text())
        assert listen
        password = self.folder.broker_password("provisioner").read_text()
        connection = await nats.connect(f"nats://{listen[1]}", user="provisioner", password=password)
        try:
            jetstream = connection.jetstream()
            found = []
            state = (await jetstream.stream_info(STREAM)).state
            for sequence in range(state.first_seq, state.last_seq + 1):
                try:
                    message = await jetstream.get_msg(STREAM, sequence)
                except NotFoundError:
                    continue
                found.append(((message.headers or {})["Nats-Msg-Id"], message.data or b""))
            return found
        finally:
            await connection.close()

    def stop(self) -> int:
        """Ctrl-C, and its exit code."""
        assert self.process.stderr is not None
        self.process.send_signal(signal.SIGINT)
        late = Timer(60, self.process.kill)
        late.start()
        # Not `communicate`: it would lose the lines that wait in the stream's own buffer already.
        self.said.extend(self.process.stderr)
        late.cancel()
        return self.process.wait()

    def _address(self, part: str) -> str:
        for line in reversed(self.said):
            if line.startswith(part) and " http" in line:
                return line.split()[-1]
        raise AssertionError(f"{part} has told no address:\n{''.join(self.said)}")


@contextmanager
def running(data: Path, *arguments: str) -> Iterator[House]:
    """`casetrail up` on free ports; stopped at the end, and nothing of it left."""
    ports = ("--port", str(free_port()), "--notifications-port", str(free_port()))
    process = subprocess.Popen(
        [casetrail(), "up", "--data", str(data), *ports, *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    house = House(data.absolute(), process)
    try:
        house.wait_until_ready()
        yield house
    finally:
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        if process.poll() is None:
            house.stop()
        if process.stderr is not None:
            process.stderr.close()
        gone, alive = psutil.wait_procs(children, timeout=10)
        assert not alive, f"left running: {alive}, ended: {gone}"


def send(client: httpx.Client, path: str, body: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    """A command that must be accepted."""
    response = client.post(path, json=body, headers={"idempotency-key": key or str(uuid4())})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def slices(page: bytes) -> list[bytes]:
    """The exact bytes of each event within a page of the feed."""
    text = page.decode()
    start = text.index("[") + 1
    decoder = json.JSONDecoder()
    found = []
    while text[start] == "{":
        _, end = decoder.raw_decode(text, start)
        found.append(text[start:end].encode())
        start = end + 1
    return found


def until(happened: Any, otherwise: str, seconds: float = 20.0) -> Any:
    """What `happened()` returns once it is true; otherwise the sentence, when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        found = happened()
        if found:
            return found
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def forms(count: int, item_9: int = 0) -> Sequence[dict[str, Any]]:
    """PHQ-9 forms of one case."""
    return [
        {
            "assessmentId": f"form-{number}",
            "instrument": "PHQ9",
            "takenAt": "2026-01-05",
            "setting": "remote",
            "items": [1, 1, 1, 1, 1, 1, 1, 1, item_9],
        }
        for number in range(count)
    ]
