"""One run: commands, faults, a quiet end, and the record of it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from eventsourcing.persistence import PersistenceError
from nats.errors import Error as NatsError
from tests.chaos import dumps
from tests.chaos.installation import TENANT, Installation
from tests.chaos.left_behind import Left, by_name, folded, left
from tests.chaos.load import Load
from tests.chaos.observer import Observer, state_at
from tests.chaos.points import Point
from tests.chaos.record import Ahead, Attempt, Record, Recovery
from tests.services.house import until

from treatment.store.database import AWAY_ERRORS

QUIET_SECONDS = 60.0
WAIT_SECONDS = 60.0
"""How long anything that a fault waits for may take."""
SENT_AGAIN = "a command without an answer was sent again and accepted"
REPEATED = "a command that was accepted was sent again"
RESUMED = "a rebuild went on where it was killed"
POLL_SECONDS = 0.1


@dataclass
class Run:
    """A run that is under way."""

    installation: Installation
    load: Load
    observer: Observer
    others: list[Load] = field(default_factory=list)
    """Callers of other tenants, where there are any."""
    poison: set[str] = field(default_factory=set)
    foreign: set[bytes] = field(default_factory=set)
    """What the run itself put onto the stream."""
    to_reach: set[str] = field(default_factory=set)
    ahead: Ahead | None = None
    left: list[Left] = field(default_factory=list)
    quiet_seconds: float = QUIET_SECONDS
    record: Record = field(default_factory=Record)

    def goes_on(self, more: int = 10) -> None:
        """Wait until some more commands were accepted."""
        before = self.load.accepted()
        until(lambda: self.load.accepted() >= before + more, "no command is accepted any more", WAIT_SECONDS)

    def at_least(self, commands: int) -> None:
        """Wait until so many were accepted in all, unless the fault ended those who send them."""
        while not self.load.is_over and self.load.accepted() < commands:
            self.goes_on()

    def killed(self, point: Point) -> None:
        """A command of an operator was killed here: look at what it left, before it is run again."""
        self.left.append(left(self.installation, f"after {point.label}"))


@contextmanager
def run(
    installation: Installation,
    seed: int,
    *,
    bugs: Mapping[str, Sequence[str]] | None = None,
    apis: int = 1,
    quiet_seconds: float = QUIET_SECONDS,
) -> Iterator[Run]:
    """Commands run in the block, and faults happen in it; afterwards `record` is complete."""
    installation.begin(bugs, apis)
    try:
        under_way = Run(
            installation, Load(installation, seed), Observer(installation), quiet_seconds=quiet_seconds
        )
        under_way.load.begin()
        under_way.observer.begin()
        try:
            yield under_way
        finally:
            for load in (under_way.load, *under_way.others):
                load.end()
            under_way.observer.end()
        under_way.record = _record(under_way)
    finally:
        installation.end()


def _record(run: Run) -> Record:
    recovery = _recovered(run)
    attempts = tuple(one for load in (run.load, *run.others) for one in load.attempts)
    run.observer.look_once_more()
    here = run.installation
    held = dumps.store(here)
    contents = dumps.of_tenant(held)
    return Record(
        attempts=attempts,
        store=held,
        stream=tuple(one for one in dumps.stream(here) if one not in run.foreign),
        subscribers={("a reader of the feed", TENANT): tuple(run.observer.followed)},
        read_models=dumps.tables(here) | by_name(run.left),
        folded=dumps.folded(here, held) | folded(here, run.left, contents),
        effects=dumps.told(here, held),
        checkpoints=tuple(run.observer.checkpoints),
        states={
            (case, version): (then, state_at(case, version, contents))
            for (case, version), then in run.observer.states.items()
        },
        heads=frozenset(run.observer.heads),
        recovery=recovery,
        to_reach=frozenset(run.to_reach),
        reached=here.control.reached() | paths(attempts, here.log("rebuild")),
        ahead=run.ahead,
    )


def paths(attempts: Sequence[Attempt], rebuild_said: str = "") -> frozenset[str]:
    """What callers went through: an answer that did not come, and a command that was accepted twice.

    And what an operator saw of a rebuild that was run again.
    """
    unanswered = {one.key for one in attempts if not (one.accepted or one.refused)}
    accepted = [one.key for one in attempts if one.accepted]
    found = set()
    if unanswered.intersection(accepted):
        found.add(SENT_AGAIN)
    if len(accepted) > len(set(accepted)):
        found.add(REPEATED)
    if "going on with " in rebuild_said:
        found.add(RESUMED)
    return frozenset(found)


def _recovered(run: Run) -> Recovery:
    """Wait until everything has arrived everywhere and every process is ready, or the time is over."""
    here = run.installation
    began = time.monotonic()
    lag = -1
    ready: dict[str, bool] = {}
    while True:
        # While database or broker are away there is nothing to see.
        with suppress(*AWAY_ERRORS, PersistenceError, NatsError, OSError):
            now = dumps.standing(here)
            lag = max(now.lag, now.stored + len(run.foreign) - dumps.stream_size(here))
        ready = {name: part.is_ready() for name, part in here.parts.items()}
        seconds = time.monotonic() - began
        if (not lag and all(ready.values())) or seconds >= run.quiet_seconds:
            break
        time.sleep(POLL_SECONDS)
    return Recovery(
        seconds=seconds,
        within=run.quiet_seconds,
        lag=lag,
        ready=ready,
        quarantined=dumps.quarantined(here),
        poison=frozenset(run.poison),
    )
