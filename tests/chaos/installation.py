"""The production shape on this machine: each process behind proxies of its own, so that it can be cut off."""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import IO, Any, Literal

import psycopg
from tests.chaos.control import Control
from tests.chaos.nursery import PIDS
from tests.chaos.parts import Ground, Part, part_on
from tests.chaos.surroundings import write_secrets
from tests.integration.broker import Broker
from tests.services.house import until
from tests.services.mailbox import Mailbox, mailbox
from tests.services.postgres import Cluster, wheel_cluster

import notifications.database
from casetrail_contracts.identity import Role
from treatment.local_tokens import sign
from treatment.projections.schema import migrate as migrate_read_models
from treatment.store.migrations import migrate
from treatment.store.opening import open_database

ROOT = Path(__file__).parents[2]
TENANT = "local"
READY_SECONDS = 60.0
Kind = Literal["postgresql", "sqlite"]
NUMBERS = count(1)


@dataclass
class Installation:
    """Servers that are started once, and processes on a fresh store for each run."""

    folder: Path
    cluster: Cluster
    broker: Broker
    mails: Mailbox
    control: Control
    orders: IO[bytes]
    kind: Kind = "postgresql"
    parts: dict[str, Part] = field(default_factory=dict)
    store_name: str = ""
    _run: ExitStack = field(default_factory=ExitStack)

    @property
    def database_url(self) -> str:
        """The store itself, past the proxies."""
        return self._address(self.cluster.port)

    def api(self, name: str = "api") -> str:
        """Where commands are sent."""
        front = self.parts[name].front
        assert front is not None, f"{name} answers nobody"
        return f"http://127.0.0.1:{front.port}"

    def begin(self, bugs: Mapping[str, Sequence[str]] | None = None, apis: int = 1) -> None:
        """A fresh store, an empty stream, and every process; returns when all are ready."""
        self.store_name = f"run_{next(NUMBERS)}"
        # What is looked for must have been said, and come to, in this run.
        self.control.forget()
        for log in self.folder.glob("*.log"):
            log.unlink()
        if self.kind == "postgresql":
            self.administer(f"CREATE DATABASE {self.store_name}")
        self.migrate()
        self.broker.start()
        asyncio.run(self.broker.provision())
        names = ["api", *(f"api-{number}" for number in range(2, apis + 1)), "relay", "projector"]
        for name in (*names, "notifications"):
            self.parts[name] = self._part(name)
            self.start(name, (bugs or {}).get(name.split("-")[0], ()))
        self.wait_until_ready()

    def end(self) -> None:
        """End the processes, and forget store and stream."""
        for name in list(self.parts):
            self.stop(name, signal.SIGKILL)
        self.parts.clear()
        self._run.close()
        self.broker.kill()
        self.broker.wipe()
        self.mails.forget()
        if self.kind == "postgresql":
            self.administer(f"DROP DATABASE {self.store_name} WITH (FORCE)")

    def migrate(self) -> None:
        """Make the schemas of the store."""
        for schema in ("store", "keys"):
            database = open_database(self.database_url, schema)
            migrate(database, schema)
            database.close()
        read = open_database(self.database_url, "read")
        migrate_read_models(read)
        read.close()
        told = notifications.database.open_database(self.database_url)
        notifications.database.migrate(told)
        told.close()

    def add(self, name: str) -> None:
        """One more part, which is not started yet."""
        if name not in self.parts:
            self.parts[name] = self._part(name)

    def start(self, name: str, bugs: Sequence[str] = ()) -> None:
        """Let a process run, and run again whenever it ends; a command only until it has ended well."""
        part = self.parts[name]
        order = {
            "do": "start",
            "name": name,
            "module": part.module,
            "arguments": part.arguments,
            "environment": dict(part.environment),
            "log": str(self.folder / f"{name}.log"),
            "bugs": list(bugs),
            "done": str(part.word) if part.ends else None,
        }
        self._order(order)

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End a process, which is not started again."""
        self._order({"do": "stop", "name": name, "signal": int(how)})
        until(lambda: not self._pid_file(name).exists(), f"{name} did not end")

    def pid(self, name: str) -> int:
        """The process that is this part now."""
        return int(until(lambda: self._read_pid(name), f"{name} is not running"))

    def wait_until_again(self, name: str, process: int) -> None:
        """Wait for the process that comes after this one."""
        until(lambda: self._read_pid(name) not in {0, process}, f"{name} was not started again")
        part = self.parts[name]
        until(part.is_ready, f"{name} is not ready again:\n{self.log_end(name)}", READY_SECONDS)

    def wait_until_done(self, name: str) -> None:
        """Wait until a command has ended well, however often it was run again before."""
        part = self.parts[name]
        until(part.is_ready, f"{name} did not end well:\n{self.log_end(name)}", READY_SECONDS)

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait for every part."""
        for name, part in self.parts.items():
            until(part.is_ready, f"{name} is not ready:\n{self.log_end(name)}", seconds)

    @contextmanager
    def standby(self, name: str) -> Iterator[None]:
        """A second process of the same kind, that takes over when the first one's locks are free."""
        other = f"{name}-standby"
        self.parts[other] = self._part(other)
        self.start(other)
        try:
            yield
        finally:
            self.stop(other)
            del self.parts[other]

    def cut(self, name: str) -> None:
        """Reset every connection of a part."""
        for proxy in self.parts[name].proxies:
            proxy.reset_links()

    @contextmanager
    def cut_off(self, name: str) -> Iterator[None]:
        """Let nothing through to or from a part while the block runs."""
        with ExitStack() as stack:
            for proxy in self.parts[name].proxies:
                stack.enter_context(proxy.swallowing())
            yield

    def headers(self, sub: str = "therapist-1", *roles: Role, tenant: str = TENANT) -> dict[str, str]:
        """What a caller sends."""
        held = roles or (Role.THERAPIST,)
        token = sign(
            self.folder / "signing.pem",
            sub=sub,
            tenant=tenant,
            roles=held,
            scope="events:*",
            now=datetime.now(UTC),
        )
        return {"authorization": f"Bearer {token}"}

    def administer(self, statement: str) -> None:
        """Say something to the database server as its superuser."""
        with psycopg.connect(self.cluster.url, autocommit=True) as admin:
            admin.execute(statement.encode())

    def log(self, name: str) -> str:
        """All that a part has said."""
        file = self.folder / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def log_end(self, name: str) -> str:
        """Its last lines."""
        return "\n".join(self.log(name).splitlines()[-30:])

    def _order(self, order: Mapping[str, Any]) -> None:
        self.orders.write(json.dumps(order).encode() + b"\n")
        self.orders.flush()

    def _pid_file(self, name: str) -> Path:
        return self.control.folder / PIDS / name

    def _read_pid(self, name: str) -> int:
        try:
            return int(self._pid_file(name).read_text())
        except FileNotFoundError:
            return 0

    def _address(self, port: int) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / self.store_name}"
        return f"postgresql://postgres@127.0.0.1:{port}/{self.store_name}"

    def _part(self, name: str) -> Part:
        ground = Ground(
            folder=self.folder,
            run=self.store_name,
            store_port=self.cluster.port,
            store_at=self._address,
            broker=self.broker,
            mail_port=self.mails.port,
        )
        return part_on(ground, name, self._run)


@contextmanager
def installed(
    kind: Kind = "postgresql", *, broker: Broker | None = None, data: Path | None = None
) -> Iterator[Installation]:
    """The servers, and what starts processes; `begin` starts them. Everything is ended at the end."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ct"))
        stack.callback(shutil.rmtree, folder)
        control_folder = folder / "c"
        control_folder.mkdir()
        control = Control(control_folder)
        stack.callback(control.close)
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery", str(control_folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        stack.enter_context(nursery)
        stack.callback(nursery.stdin.close)
        # While it imports what it will fork.
        cluster = stack.enter_context(wheel_cluster(data))
        cluster.start()
        mails = stack.enter_context(mailbox())
        (folder / "broker").mkdir()
        server = broker or Broker(folder / "broker", in_container=False)
        write_secrets(folder, server)
        assert nursery.stdout.readline() == b"ready\n", "the nursery did not start"
        here = Installation(folder, cluster, server, mails, control, nursery.stdin, kind)
        stack.callback(server.kill)
        yield here
