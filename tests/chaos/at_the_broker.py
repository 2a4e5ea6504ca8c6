"""What may happen to the broker, its stream, and who reads it."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
from tests.chaos import dumps, foreign
from tests.chaos.installation import Installation, installed
from tests.chaos.points import RELAY
from tests.chaos.record import Ahead
from tests.chaos.running import WAIT_SECONDS, Run
from tests.chaos.strikes import Kind, strike
from tests.services.broker_cluster import BrokerCluster
from tests.services.house import until

from casetrail_contracts.broker import STREAM
from treatment.provision import jetstream

SHORTEST_WINDOW_SECONDS = 0.1
"""In which a broker remembers message ids: less than a process takes to start."""


def broker_restarted(run: Run) -> None:
    """It crashes, and is back after a while."""
    run.installation.broker.kill()
    run.goes_on()
    run.installation.broker.start()
    run.goes_on()


def broker_wiped(run: Run) -> None:
    """It is back with nothing, and an operator makes the stream anew."""
    broker = run.installation.broker
    broker.kill()
    broker.wipe()
    run.observer.rewinds("relay")
    broker.start()
    asyncio.run(broker.provision())
    run.goes_on()


def stream_deleted(run: Run) -> None:
    """An operator deletes the stream under everybody, and makes it anew."""
    broker = run.installation.broker

    async def delete() -> None:
        async with jetstream(broker.options("provisioner")) as js:
            await js.delete_stream(STREAM)

    run.observer.rewinds("relay")
    asyncio.run(delete())
    run.goes_on()
    asyncio.run(broker.provision())
    run.goes_on()


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
    run.goes_on()


def poison_message(run: Run) -> None:
    """Between two events stands a message that is none."""
    poison = foreign.poison()
    foreign.slip_in(run.installation, poison)
    run.foreign.add(poison.content)
    run.poison.add(poison.message_id)
    run.goes_on()


def message_of_the_future(run: Run) -> None:
    """Between two events stands one of a type that this version does not know."""
    event = foreign.of_the_future(dumps.store(run.installation)[-1])
    foreign.slip_in(run.installation, event)
    run.foreign.add(event.content)
    run.goes_on()


def leader_killed(run: Run) -> None:
    """Of three brokers the one that leads the stream dies, and comes back later."""
    broker = run.installation.broker
    assert isinstance(broker, BrokerCluster)
    broker.kill_leader()
    run.goes_on(30)
    broker.start()
    run.goes_on()


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
def on_three_brokers() -> Iterator[Installation]:
    root = Path(tempfile.mkdtemp(prefix="ct"))
    try:
        with installed(broker=BrokerCluster(root)) as here:
            yield here
    finally:
        shutil.rmtree(root)
