"""What runs in an installation: services that always run, and commands of an operator that come to an end."""

import re
import ssl
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.chaos.surroundings import of_notifications, of_treatment
from tests.integration.broker import Broker
from tests.services.ports import free_port
from tests.services.proxy import Proxy, proxy_to

REBUILT = "caseload"
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "api": ("run", "api"),
    "relay": ("run", "relay"),
    "projector": ("run", "projector"),
    "notifications": ("run",),
    "rebuild": ("projections", "rebuild", REBUILT, "--switch"),
}
ANSWERING = frozenset({"api", "notifications"})
COMMANDS = frozenset({"rebuild"})
"""Those that end when they have done what they were run for."""
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Whose certificates are trusted: nothing here speaks TLS, and loading the usual ones is slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A process, and what it is cut off from when it is cut off."""

    name: str
    module: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    proxies: tuple[Proxy, ...]
    port: int | None = None
    """Where it answers, if it does."""
    front: Proxy | None = None
    """What its callers go through, if it has callers."""
    word: Path | None = None
    """The file by which it says that it is ready, if it does so."""
    ends: bool = False
    """It comes to an end by itself; the file is then made by who started it, when it has ended well."""

    def is_ready(self) -> bool:
        """Whether it can be used now, or has done its work."""
        if self.word is not None:
            return self.word.exists()
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=2, verify=NOBODY)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What parts stand on, the same for all of one run."""

    folder: Path
    run: str
    store_port: int
    store_at: Callable[[int], str]
    """The address of the store behind a port."""
    broker: Broker
    mail_port: int


def part_on(ground: Ground, name: str, stack: ExitStack) -> Part:
    """A part, not started, and its proxies, which end with the stack. `api-2` is one more `api`."""
    kind = name.split("-", maxsplit=1)[0]
    to_store = stack.enter_context(proxy_to("127.0.0.1", ground.store_port))
    brokers = [
        stack.enter_context(proxy_to("127.0.0.1", int(port)))
        for port in re.findall(r":(\d+)", ground.broker.url)
    ]
    nats_url = ",".join(f"nats://127.0.0.1:{proxy.port}" for proxy in brokers)
    store = ground.store_at(to_store.port)
    environment = (
        of_notifications(ground.folder, store, nats_url, ground.mail_port)
        if kind == "notifications"
        else of_treatment(ground.folder, store, nats_url, kind)
    )
    port = free_port() if kind in ANSWERING else None
    if port is not None:
        prefix = "CASETRAIL_NOTIFICATIONS_" if kind == "notifications" else "CASETRAIL_"
        environment[f"{prefix}PORT"] = str(port)
    word = None if port is not None else ground.folder / f"{ground.run}-{name}.ready"
    if word is not None and kind not in COMMANDS:
        environment["CASETRAIL_READY_FILE"] = str(word)
    return Part(
        name=name,
        module="notifications" if kind == "notifications" else "treatment",
        arguments=ARGUMENTS[kind],
        environment=environment,
        # The callers of an API are told what is stored, whatever the broker does.
        proxies=(to_store,) if kind == "api" else (to_store, *brokers),
        port=port,
        front=stack.enter_context(proxy_to("127.0.0.1", port)) if port is not None else None,
        word=word,
        ends=kind in COMMANDS,
    )
