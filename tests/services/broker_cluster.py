"""Three NATS servers that are one broker, of which one can be killed."""

import shutil
import socket
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from tests.integration.broker import Broker
from tests.services.broker import nats_server
from tests.services.house import until
from tests.services.ports import free_port

from casetrail_contracts.broker import STREAM
from treatment.broker_address import NatsOptions
from treatment.provision import jetstream, provision, server_config

SERVERS = 3
READY_SECONDS = 30.0


class BrokerCluster(Broker):
    """On loopback, with a copy of the stream on each server."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, in_container=False)
        self._root = folder
        self._ports = [free_port() for _ in range(SERVERS)]
        self._routes = [free_port() for _ in range(SERVERS)]
        self._monitors = [free_port() for _ in range(SERVERS)]
        self._servers: list[subprocess.Popen[bytes] | None] = [None] * SERVERS

    @property
    def url(self) -> str:
        """The addresses of all of them."""
        return ",".join(f"nats://127.0.0.1:{port}" for port in self._ports)

    def start(self) -> None:
        """Start those that do not run, and wait until they have a leader."""
        for number, server in enumerate(self._servers):
            if server is None:
                self._start_one(number)
        for port in self._ports:
            until(partial(_answers, port), "a server of the cluster does not answer", READY_SECONDS)
        until(self._has_met, "the servers of the cluster have not found a leader", READY_SECONDS)

    def kill(self) -> None:
        """SIGKILL of all of them."""
        for number in range(SERVERS):
            self._kill_one(number)

    def kill_leader(self) -> None:
        """SIGKILL of the server that leads the stream."""
        self._kill_one(until(self._leader, "the stream has no leader", READY_SECONDS) - 1)

    def wipe(self) -> None:
        """Lose everything while they are down."""
        for number in range(SERVERS):
            shutil.rmtree(self._root / f"{number}", ignore_errors=True)

    async def provision(self) -> None:
        """Make the stream, with a copy on each."""
        async with jetstream(self.options("provisioner")) as js:
            await provision(js, SERVERS)

    def _start_one(self, number: int) -> None:
        folder = self._root / str(number)
        folder.mkdir(exist_ok=True)
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self._routes)
        text = server_config(
            self.users,
            listen=f"127.0.0.1:{self._ports[number]}",
            store_folder=folder,
            monitor=f"127.0.0.1:{self._monitors[number]}",
        ).replace("server_name: casetrail", f"server_name: n{number + 1}")
        # What it told of the others would lead past the proxies.
        cluster = f'listen: "127.0.0.1:{self._routes[number]}", no_advertise: true, routes: [{routes}]'
        config = self._root / f"{number}.conf"
        config.write_text(f"{text}cluster {{name: casetrail, {cluster}}}\n")
        with (self._root / f"{number}.log").open("ab") as log:
            self._servers[number] = subprocess.Popen(
                [nats_server(), "--config", str(config)], stdout=log, stderr=log
            )

    def _kill_one(self, number: int) -> None:
        server = self._servers[number]
        if server is not None:
            server.kill()
            server.wait()
            self._servers[number] = None

    def _has_met(self) -> bool:
        """All of them name one leader, and by its word the others have followed."""
        told = [self._ask(number, "jsz").get("meta_cluster", {}) for number in range(SERVERS)]
        names = {str(one.get("leader", "")) for one in told}
        if len(names) > 1 or "" in names:
            return False
        followers = told[int(names.pop().removeprefix("n")) - 1].get("replicas") or []
        return len(followers) == SERVERS - 1 and all(one.get("current") for one in followers)

    def _leader(self) -> int:
        """The number of the server that leads the stream, from 1; 0 while there is none."""
        for number in range(SERVERS):
            accounts = self._ask(number, "jsz?streams=true&accounts=true").get("account_details", [])
            for stream in (one for account in accounts for one in account.get("stream_detail", [])):
                leader = str(stream.get("cluster", {}).get("leader", ""))
                if stream.get("name") == STREAM and leader:
                    return int(leader.removeprefix("n"))
        return 0

    def _ask(self, number: int, what: str) -> dict[str, Any]:
        try:
            answer = httpx.get(f"http://127.0.0.1:{self._monitors[number]}/{what}", timeout=2)
        except httpx.HTTPError:
            return {}
        return dict(answer.json())

    def options(self, user: str) -> NatsOptions:
        """What that user connects with: the first server that answers."""
        found = next((port for port in self._ports if _answers(port)), self._ports[0])
        return NatsOptions(url=f"nats://127.0.0.1:{found}", user=user, password=getattr(self.users, user))


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            return connection.recv(4) == b"INFO"
    except OSError:
        time.sleep(0.01)
        return False
