"""A real nats-server with Casetrail's own configuration, to be stopped, killed and emptied by a test."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
from nats.aio.client import Client
from treatment.broker_address import NatsOptions
from treatment.provision import BrokerUsers, jetstream, provision, server_config

USERS = BrokerUsers(
    provisioner="provisioner-of-the-tests",
    relay="relay-of-the-tests",
    projector="projector-of-the-tests",
    notifications="notifications-of-the-tests",
)
READY_SECONDS = 10.0


class Broker:
    """One server on a free loopback port, which it keeps when it is started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._port = -1
        self.users = USERS

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"nats://127.0.0.1:{self._port}"

    def options(self, user: str) -> NatsOptions:
        """What that user connects with."""
        return NatsOptions(url=self.url, user=user, password=getattr(self.users, user))

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "nats.conf"
        config.write_text(
            server_config(
                self.users,
                listen=f"127.0.0.1:{self._port}",
                store_folder=self._folder / "jetstream",
                ports_folder=self._folder,
            )
        )
        config.chmod(0o600)
        for old in self._folder.glob("*.ports"):
            old.unlink()
        self._process = subprocess.Popen(
            [_binary(), "--config", str(config)], stderr=(self._folder / "nats.log").open("ab")
        )
        self._port = self._wait_for_port()

    def kill(self) -> None:
        """SIGKILL, as a crash."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def wipe(self) -> None:
        """Lose everything while it is down."""
        shutil.rmtree(self._folder / "jetstream")

    async def provision(self) -> None:
        """Make the stream."""
        async with jetstream(self.options("provisioner")) as js:
            await provision(js, 1)

    @asynccontextmanager
    async def connected(self, user: str) -> AsyncIterator[Client]:
        """A connection as that user, whose refusals are silent."""

        async def ignore(_: Exception) -> None:
            return

        options = self.options(user)
        connection = await nats.connect(
            options.url, user=options.user, password=options.password, error_cb=ignore
        )
        try:
            yield connection
        finally:
            await connection.close()

    def _wait_for_port(self) -> int:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            for file in self._folder.glob("*.ports"):
                text = file.read_text()
                if text:
                    return int(json.loads(text)["nats"][0].rsplit(":", 1)[1])
            time.sleep(0.01)
        raise AssertionError(f"nats-server did not start: {(self._folder / 'nats.log').read_text()}")


def _binary() -> str:
    beside_python = Path(sys.executable).parent / "nats-server"
    found = str(beside_python) if beside_python.exists() else shutil.which("nats-server")
    assert found, "nats-server is missing: install requirements.lock"
    return found
