"""What may happen to the machines around the processes, without a second machine: every fault by its name."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from tests.chaos import at_the_broker, at_the_database
from tests.chaos.checkers import CHECKERS
from tests.chaos.installation import Installation
from tests.chaos.running import Run

SLOW_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that happens while commands run."""

    happens: Callable[[Run], None]
    bugs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    invariants: frozenset[str] = frozenset(CHECKERS)
    apis: int = 1
    place: Callable[[], AbstractContextManager[Installation]] | None = None
    """Where it happens, if it needs servers of its own."""


def slow_consumer(run: Run) -> None:
    """The read models do nothing for longer than the broker waits for an acknowledgement."""
    process = run.installation.pid("projector")
    os.kill(process, signal.SIGSTOP)
    time.sleep(SLOW_SECONDS)  # As long as it is slow.
    os.kill(process, signal.SIGCONT)
    run.goes_on()


def clock_moved(run: Run) -> None:
    """The clocks of two processes are an hour off, one ahead and one behind."""
    run.goes_on(30)


FAULTS: Mapping[str, Fault] = {
    "broker restarted": Fault(happens=at_the_broker.broker_restarted),
    "broker wiped": Fault(happens=at_the_broker.broker_wiped),
    "stream deleted": Fault(happens=at_the_broker.stream_deleted),
    "dedupe window passed": Fault(happens=at_the_broker.dedupe_window_passed),
    "database restarted": Fault(happens=at_the_database.postgres_restarted),
    "database crashed": Fault(happens=at_the_database.postgres_crashed),
    "lock held": Fault(happens=at_the_database.lock_held),
    "commits out of order": Fault(happens=at_the_database.commits_out_of_order, apis=2),
    "poison message": Fault(happens=at_the_broker.poison_message),
    "message of the future": Fault(happens=at_the_broker.message_of_the_future),
    "slow consumer": Fault(happens=slow_consumer),
    "clock moved": Fault(
        happens=clock_moved, bugs={"api": ["an hour behind"], "notifications": ["an hour ahead"]}
    ),
    "disk full": Fault(happens=at_the_database.disk_full, place=at_the_database.on_a_small_disk),
    "leader of three brokers killed": Fault(
        happens=at_the_broker.leader_killed, place=at_the_broker.on_three_brokers
    ),
    "broker ahead of the store": Fault(happens=at_the_broker.broker_ahead, invariants=frozenset({"I14"})),
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
