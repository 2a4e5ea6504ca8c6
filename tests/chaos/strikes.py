"""What happens to a process at a point: it is killed, stopped for a while, or cut off."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from enum import StrEnum

from tests.chaos.control import Action
from tests.chaos.installation import Installation
from tests.chaos.points import Point
from tests.services.proxy import Fate

MET_SECONDS = 60.0
ACK_WAIT_SECONDS = 3.0
"""After so long without a word the broker gives an event to another consumer."""
STOPPED_SECONDS = 2 * ACK_WAIT_SECONDS
HOLE_SECONDS = 12.0
"""Longer than any deadline of the product."""


class Kind(StrEnum):
    """What happens."""

    KILL = "SIGKILL"
    ZOMBIE = "STOP/CONT"
    RESET = "reset"
    HOLE = "black hole"


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """Where the answer of another machine is lost, instead of the connection as a whole."""

    at: str
    """The point before the question."""
    question: bytes


LOST_ANSWERS: Mapping[str, LostAnswer] = {
    "append.committed": LostAnswer("append.before_commit", b"COMMIT"),
    "relay.published": LostAnswer("relay.before_publish", b"HPUB casetrail.events."),
}
ANSWERS_CALLERS = frozenset({"command.parsed", "command.before_answer"})
"""Here it is the caller who is lost."""


def strike(
    installation: Installation,
    point: Point,
    kind: Kind,
    hole_seconds: float = HOLE_SECONDS,
    killed: Callable[[Point], None] = lambda _: None,
) -> None:
    """Arm the point, wait until it was met and the action is over, and until the part works again.

    `killed` is called while a command that was killed is not yet run again.
    """
    installation.add(point.part)
    part = installation.parts[point.part]
    before = 0 if part.ends else installation.pid(point.part)
    if part.word is not None and (part.ends or kind is Kind.KILL):
        part.word.unlink(missing_ok=True)
    at, action = _planned(installation, point, kind, hole_seconds)
    armed = installation.control.arm(at, action)
    if part.ends:
        installation.start(point.part)
    try:
        assert armed.over.wait(MET_SECONDS), f"no process came to {at} within {MET_SECONDS:.0f} s"
    finally:
        installation.control.disarm(at)
    if armed.failure is not None:
        raise armed.failure
    if part.ends:
        if kind is Kind.KILL:
            killed(point)
            installation.start(point.part)
        installation.wait_until_done(point.part)
    elif kind is Kind.KILL:
        installation.wait_until_again(point.part, before)
    elif kind is Kind.HOLE:
        time.sleep(hole_seconds)  # As long as the action lasts: the process goes on meanwhile.


def _planned(installation: Installation, point: Point, kind: Kind, hole_seconds: float) -> tuple[str, Action]:
    match kind:
        case Kind.KILL if installation.parts[point.part].ends:
            # It is an operator who runs it again, and not at once.
            return point.name, lambda _: installation.stop(point.part, signal.SIGKILL)
        case Kind.KILL:
            return point.name, lambda process: os.kill(process, signal.SIGKILL)
        case Kind.ZOMBIE:
            return point.name, lambda process: _stop_for_a_while(installation, point, process)
        case _:
            return _cut(installation, point, kind, hole_seconds)


def _stop_for_a_while(installation: Installation, point: Point, process: int) -> None:
    """Long enough for another one to take over; then it wakes up in the middle of what it did."""
    os.kill(process, signal.SIGSTOP)
    with ExitStack() as stack:
        if point.part != "api":
            stack.enter_context(installation.standby(point.part))
        installation.cut(point.part)
        time.sleep(STOPPED_SECONDS)  # As long as the action lasts.
        os.kill(process, signal.SIGCONT)


def _cut(installation: Installation, point: Point, kind: Kind, seconds: float) -> tuple[str, Action]:
    part = installation.parts[point.part]
    fate = Fate.RESET if kind is Kind.RESET else Fate.BLACK_HOLE
    lost = LOST_ANSWERS.get(point.name)
    if lost is not None:
        proxies = part.proxies if point.part == "api" else part.proxies[1:]

        def lose(_: int) -> None:
            for proxy in proxies:
                proxy.lose_answer(lost.question, fate)

        return lost.at, lose
    if point.name == "sender.sent":
        return "sender.before_send", lambda _: installation.mails.lose_answer()
    if point.name in ANSWERS_CALLERS and part.front is not None:
        front = part.front
        if kind is Kind.RESET:
            return point.name, lambda _: front.reset_links()
        return point.name, lambda _: _for_a_while(front.swallowing(), seconds)
    if kind is Kind.RESET:
        return point.name, lambda _: installation.cut(point.part)
    return point.name, lambda _: _for_a_while(installation.cut_off(point.part), seconds)


def _for_a_while(block: AbstractContextManager[None], seconds: float) -> None:
    """Enter the block, and leave it later: the process goes on in between."""
    stack = ExitStack()
    stack.enter_context(block)
    threading.Timer(seconds, stack.close).start()
