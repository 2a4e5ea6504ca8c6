"""What may happen to the machines around the processes, without a second machine."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psycopg
from tests.chaos import dumps, foreign
from tests.chaos.checkers import CHECKERS
from tests.chaos.installation import Installation, installed
from tests.chaos.points import RELAY
from tests.chaos.record import Ahead
from tests.chaos.running import Run
from tests.chaos.strikes import Kind, strike
from tests.services.broker_cluster import BrokerCluster
from tests.services.house import until

from casetrail_contracts.broker import STREAM
from treatment.provision import jetstream
from treatment.store.append_state import APPEND_LOCK

AWAY_SECONDS = 2.0
LOCKED_SECONDS = 7.0
"""Longer than an append waits for its lock."""
HELD_SECONDS = 4.0
"""Shorter than that."""
SLOW_SECONDS = 5.0
WAIT_SECONDS = 60.0
DISK_MEGABYTES = 200
SHORTEST_WINDOW_SECONDS = 0.1
"""In which a broker remembers message ids: less than a process takes to start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that happens while commands run."""

    happens: Callable[[Run], None]
    bugs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    invariants: frozenset[str] = frozenset(CHECKERS)
    apis: int = 1
    place: Callable[[], AbstractContextManager[Installation]] | None = None
    """Where it happens, if it needs servers of its own."""


def _work_goes_on(run: Run, more: int = 10) -> None:
    """Wait until some more commands were accepted."""
    before = run.load.accepted()
    until(lambda: run.load.accepted() >= before + more, "no command is accepted any more", WAIT_SECONDS)


def broker_restarted(run: Run) -> None:
    """It crashes, and is back after a while."""
    run.installation.broker.kill()
    _work_goes_on(run)
    run.installation.broker.start()
    _work_goes_on(run)


def broker_wiped(run: Run) -> None:
    """It is back with nothing, and an operator makes the stream anew."""
    broker = run.installation.broker
    broker.kill()
    broker.wipe()
    run.observer.rewinds("relay")
    broker.start()
    asyncio.run(broker.provision())
    _work_goes_on(run)


def stream_deleted(run: Run) -> None:
    """An operator deletes the stream under everybody, and makes it anew."""
    broker = run.installation.broker

    async def delete() -> None:
        async with jetstream(broker.options("provisioner")) as js:
            await js.delete_stream(STREAM)

    run.observer.rewinds("relay")
    asyncio.run(delete())
    _work_goes_on(run)
    asyncio.run(broker.provision())
    _work_goes_on(run)


def dedupe_window_passed(run: Run) -> None:
    """The relay dies after a publish, and comes back when the broker has forgotten the message's id."""
    broker = run.installation.broker

    async def shorten() -> None:
        async with jetstream(broker.options("provisioner")) as js:
            config = (await js.stream_info(STREAM)).config
            await js.update_stream(replace(config, duplicate_window=SHORTEST_WINDOW_SECONDS))

    asyncio.run(shorten())
    for point in RELAY:
        if point.label in {"R3", "R4"}:
            strike(run.installation, point, Kind.KILL)
    _work_goes_on(run)


def postgres_restarted(run: Run) -> None:
    """The database is stopped in order, and is away for a while."""
    run.installation.cluster.stop()
    time.sleep(AWAY_SECONDS)  # As long as it is away.
    run.installation.cluster.start()
    _work_goes_on(run)


def postgres_crashed(run: Run) -> None:
    """The database ends at once, and recovers."""
    run.installation.cluster.crash()
    run.installation.cluster.start()
    _work_goes_on(run)


def lock_held(run: Run) -> None:
    """Somebody holds the lock of the append for longer than a command waits."""
    with psycopg.connect(run.installation.database_url, autocommit=True) as other:
        other.execute(f"SELECT pg_advisory_lock({APPEND_LOCK})".encode())
        time.sleep(LOCKED_SECONDS)  # As long as it is held.
    _work_goes_on(run)


def poison_message(run: Run) -> None:
    """Between two events stands a message that is none."""
    poison = foreign.poison()
    foreign.slip_in(run.installation, poison)
    run.foreign.add(poison.content)
    run.poison.add(poison.message_id)
    _work_goes_on(run)


def message_of_the_future(run: Run) -> None:
    """Between two events stands one of a type that this version does not know."""
    event = foreign.of_the_future(dumps.store(run.installation)[-1])
    foreign.slip_in(run.installation, event)
    run.foreign.add(event.content)
    _work_goes_on(run)


def slow_consumer(run: Run) -> None:
    """The read models do nothing for longer than the broker waits for an acknowledgement."""
    process = run.installation.pid("projector")
    os.kill(process, signal.SIGSTOP)
    time.sleep(SLOW_SECONDS)  # As long as it is slow.
    os.kill(process, signal.SIGCONT)
    _work_goes_on(run)


def commits_out_of_order(run: Run) -> None:
    """One writer holds its transaction open while another one, of another tenant, wants to commit."""
    from tests.chaos.load import Load

    other = Load(run.installation, run.load.seed + 1, tenant="north", api="api-2")
    run.others.append(other)
    other.begin()

    def hold(process: int) -> None:
        """As long as the other one waits for the lock, or until it has overtaken."""
        overtaking = run.load if process == run.installation.pid("api-2") else other
        before = overtaking.accepted()
        deadline = time.monotonic() + HELD_SECONDS
        while overtaking.accepted() < before + 2 and time.monotonic() < deadline:
            time.sleep(0.05)

    held = run.installation.control.arm("append.before_commit", hold)
    assert held.over.wait(WAIT_SECONDS), "no command came to its commit"
    _work_goes_on(run)


def clock_moved(run: Run) -> None:
    """The clocks of two processes are an hour off, one ahead and one behind."""
    _work_goes_on(run, 30)


def disk_full(run: Run) -> None:
    """The disk of the database is full for a while."""
    data = run.installation.cluster.data
    ballast = data.parent / "ballast"
    before = len(run.load.attempts)
    for size in (1024 * 1024, 4096):
        with ballast.open("ab", buffering=0) as filling, suppress(OSError):
            while filling.write(bytes(size)) == size:
                pass
    until(
        lambda: any(one.status in {None, 503} for one in run.load.attempts[before:]),
        "no command noticed that the disk is full",
        WAIT_SECONDS,
    )
    time.sleep(AWAY_SECONDS)  # As long as it stays full.
    ballast.unlink()
    if not run.installation.cluster.is_running:
        run.installation.cluster.start()
    _work_goes_on(run)


def leader_killed(run: Run) -> None:
    """Of three brokers the one that leads the stream dies, and comes back later."""
    broker = run.installation.broker
    assert isinstance(broker, BrokerCluster)
    broker.kill_leader()
    _work_goes_on(run, 30)
    broker.start()
    _work_goes_on(run)


def broker_ahead(run: Run) -> None:
    """The store is restored from a backup that is older than what the broker has."""
    here = run.installation
    run.load.end()
    until(lambda: dumps.standing(here).lag == 0, "the events did not arrive", WAIT_SECONDS)
    backup = f"{here.store_name}_backup"
    _stopped(here)
    here.administer(f"CREATE DATABASE {backup} TEMPLATE {here.store_name}")
    for name in here.parts:
        here.start(name)
    run.load.one_form()
    until(lambda: dumps.stream_size(here) == dumps.standing(here).stored, "not published", WAIT_SECONDS)
    on_stream = dumps.stream_size(here)
    _stopped(here)
    here.administer(f"DROP DATABASE {here.store_name} WITH (FORCE)")
    here.administer(f"ALTER DATABASE {backup} RENAME TO {here.store_name}")
    for name in ("api", "relay"):
        here.start(name)
    said = until(lambda: "relay_halted" in here.log("relay"), "the relay does not halt", WAIT_SECONDS)
    accepted = run.load.accepted()
    asked = until(lambda: run.load.one_form(seconds=0).status, "no command is answered", WAIT_SECONDS)
    run.ahead = Ahead(
        halted="is older than the broker" in here.log("relay"),
        said=bool(said) and asked == httpx.codes.SERVICE_UNAVAILABLE,
        published_since=dumps.stream_size(here) - on_stream,
        accepted_since=run.load.accepted() - accepted,
    )
    run.quiet_seconds = 0


def _stopped(here: Installation) -> None:
    for name in here.parts:
        here.stop(name)


@contextmanager
def _on_a_small_disk() -> Iterator[Installation]:
    """Raises with the reason where no small disk can be mounted."""
    root = Path(tempfile.mkdtemp(prefix="ct"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=0755", "tmpfs", str(root)]
    mounted = subprocess.run(mount, check=False, capture_output=True, text=True)
    try:
        if mounted.returncode:
            raise AssertionError(
                f"NOT RUN: no small disk can be mounted here ({mounted.stderr.strip()}). Run this fault as "
                "root, where mounting is allowed"
            )
        (root / "data").mkdir()
        with installed(data=root / "data") as here:
            yield here
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "--lazy", str(root)], check=True)
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _on_three_brokers() -> Iterator[Installation]:
    root = Path(tempfile.mkdtemp(prefix="ct"))
    try:
        with installed(broker=BrokerCluster(root)) as here:
            yield here
    finally:
        shutil.rmtree(root)


FAULTS: Mapping[str, Fault] = {
    "broker restarted": Fault(happens=broker_restarted),
    "broker wiped": Fault(happens=broker_wiped),
    "stream deleted": Fault(happens=stream_deleted),
    "dedupe window passed": Fault(happens=dedupe_window_passed),
    "database restarted": Fault(happens=postgres_restarted),
    "database crashed": Fault(happens=postgres_crashed),
    "lock held": Fault(happens=lock_held),
    "commits out of order": Fault(happens=commits_out_of_order, apis=2),
    "poison message": Fault(happens=poison_message),
    "message of the future": Fault(happens=message_of_the_future),
    "slow consumer": Fault(happens=slow_consumer),
    "clock moved": Fault(
        happens=clock_moved, bugs={"api": ["an hour behind"], "notifications": ["an hour ahead"]}
    ),
    "disk full": Fault(happens=disk_full, place=_on_a_small_disk),
    "leader of three brokers killed": Fault(happens=leader_killed, place=_on_three_brokers),
    "broker ahead of the store": Fault(happens=broker_ahead, invariants=frozenset({"I14"})),
}
SHORT = (
    "broker restarted",
    "broker wiped",
    "database restarted",
    "commits out of order",
    "poison message",
    "broker ahead of the store",
)
"""Those that `make test` runs."""
