"""A real nats-server with Casetrail's own configuration, to be stopped, killed and emptied by a test."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import nats
from nats.aio.client import Client
from tests.services.broker import nats_server
from tests.services.ports import free_port

from treatment.broker_address import NatsOptions
from treatment.provision import BrokerUsers, jetstream, provision, server_config

IMAGE = "nats:2.12-alpine"
USERS = BrokerUsers(
    provisioner="provisioner-of-the-tests",
    relay="relay-of-the-tests",
    projector="projector-of-the-tests",
    notifications="notifications-of-the-tests",
    api="api-of-the-tests",
)
READY_SECONDS = 20.0


class Broker:
    """One server on a free loopback port, which it keeps when it is started again."""

    def __init__(self, folder: Path, *, in_container: bool) -> None:
        self._folder = folder
        self._in_container = in_container
        self._name = f"casetrail-test-{os.getpid()}-{free_port()}"
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.users = USERS

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"nats://127.0.0.1:{self._port}"

    def options(self, user: str) -> NatsOptions:
        """What that user connects with."""
        return NatsOptions(url=self.url, user=user, password=getattr(self.users, user))

    def change_password(self, user: str, password: str) -> None:
        """From the next start or reload on."""
        self.users = replace(self.users, **{user: password})

    def start(self) -> None:
        """Start it and wait until it answers."""
        config = self._configure()
        program = self._containers_program() if self._in_container else [nats_server()]
        with (self._folder / "nats.log").open("ab") as log:
            self._process = subprocess.Popen([*program, "--config", str(config)], stdout=log, stderr=log)
        self._wait_until_it_answers()

    def reload(self) -> None:
        """Take the changed passwords without a restart, as when they are rotated."""
        self._configure()
        self._signal("HUP")

    def kill(self) -> None:
        """SIGKILL, as a crash."""
        if self._process is None:
            return
        self._signal("KILL")
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

    def _configure(self) -> Path:
        listen = "0.0.0.0:4222" if self._in_container else f"127.0.0.1:{self._port}"
        store = self._folder / "jetstream"
        store.mkdir(parents=True, exist_ok=True)
        config = self._folder / "nats.conf"
        config.write_text(server_config(self.users, listen=listen, store_folder=store))
        config.chmod(0o600)
        return config

    def _signal(self, name: str) -> None:
        if self._in_container:
            subprocess.run(["docker", "kill", "--signal", name, self._name], check=True, capture_output=True)
        elif self._process is not None:
            self._process.send_signal(signal.Signals[f"SIG{name}"])

    def _containers_program(self) -> list[str]:
        user = f"{os.getuid()}:{os.getgid()}"
        published = f"127.0.0.1:{self._port}:4222"
        mounted = f"{self._folder}:{self._folder}"
        options = ["--rm", "--name", self._name, "--user", user, "-p", published, "-v", mounted]
        return ["docker", "run", *options, IMAGE]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                    # The server speaks first; a port that a container's proxy holds open does not.
                    if connection.recv(4) == b"INFO":
                        return
            except OSError:
                pass
            time.sleep(0.01)
        raise AssertionError(f"nats-server did not start: {(self._folder / 'nats.log').read_text()}")
