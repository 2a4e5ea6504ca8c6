"""`casetrail up`: one command, one line per part, one Ctrl-C."""

import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from casetrail_contracts.identity import Role
from treatment.broker_address import NatsOptions
from treatment.embedded.folder import DataFolder, locked
from treatment.embedded.machine import Machine, choose_ports
from treatment.embedded.watch import Watch
from treatment.local_tokens import sign
from treatment.projections.schema import migrate as migrate_read_models
from treatment.provision import jetstream, provision
from treatment.store.migrations import migrate
from treatment.store.opening import open_database

TENANT = "local"
Serving = Callable[[Machine], Awaitable[bool]]
"""Runs beside the services when all is ready; says whether they should go on afterwards."""


def say(line: str) -> None:
    """One line of progress, at once."""
    print(line, file=sys.stderr, flush=True)


async def run(
    folder: DataFolder, *, api_port: int, notifications_port: int, serving: Serving | None = None
) -> None:
    """Start everything in the folder, and serve until SIGINT or SIGTERM.

    When `serving` raises, everything stops. Raises `FolderInUse`, `FolderUnusable`, `PartEnded`,
    `NotReady`, `KeepsCrashing` or `NotInstalled`; nothing is left running.
    """
    began = time.monotonic()
    watch = Watch(say)
    loop = asyncio.get_running_loop()
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop_signal, watch.stop)
    with locked(folder):
        first = folder.prepare()
        for applied in _migrate(folder):
            say(f"{'store':<14} applied {applied}")
        machine = Machine(folder, choose_ports(api_port, notifications_port, say))
        try:
            if await _start(watch, machine):
                say(f"{'all':<14} ready in {time.monotonic() - began:4.1f} s   data in {folder.root}")
                if first:
                    _show_token(folder)
                await _serve(watch, machine, serving)
        finally:
            say("stopping")
            await watch.down()
            say("stopped")


async def _start(watch: Watch, machine: Machine) -> bool:
    # Stage by stage: the broker's client may swallow its cancellation, and then nothing more must begin.
    return (
        await watch.unless_stopped(watch.up([machine.broker()]))
        and await watch.unless_stopped(_provision(machine))
        and await watch.unless_stopped(watch.up(machine.services()))
    )


async def _serve(watch: Watch, machine: Machine, serving: Serving | None) -> None:
    stopped = asyncio.ensure_future(watch.until_stopped())
    work = asyncio.ensure_future(serving(machine) if serving is not None else _go_on())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stopped.done() or work.result():
            await stopped
    finally:
        stopped.cancel()
        work.cancel()
        await asyncio.gather(work, stopped, return_exceptions=True)


async def _go_on() -> bool:
    return True


def _migrate(folder: DataFolder) -> list[str]:
    applied = []
    for schema in ("store", "keys"):
        database = open_database(folder.database_url, schema)
        applied += migrate(database, schema)
        database.close()
    read_models = open_database(folder.database_url, "read")
    migrate_read_models(read_models)
    read_models.close()
    return applied


async def _provision(machine: Machine) -> None:
    password = machine.folder.broker_password("provisioner").read_text(encoding="utf-8")
    options = NatsOptions(url=machine.broker_url, user="provisioner", password=password)
    async with jetstream(options) as js:
        await provision(js, replicas=1)


def _show_token(folder: DataFolder) -> None:
    """Print a token, once: it is stored nowhere. `casetrail token` makes another."""
    token = sign(
        folder.signing_key,
        sub="therapist-1",
        tenant=TENANT,
        roles=(Role.THERAPIST, Role.SUPERVISOR, Role.INTEGRATOR, Role.AUDITOR),
        scope="events:*",
        now=datetime.now(UTC),
    )
    say(f"\nA token for therapist-1 of the tenant {TENANT!r}, valid 30 days, shown only now:\n\n{token}\n")
