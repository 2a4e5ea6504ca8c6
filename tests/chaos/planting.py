"""Ten mistakes, each provoked in a run of its own: what the checkers say about it."""

from collections.abc import Callable, Mapping

from tests.chaos.bugs import BUGS
from tests.chaos.checkers import check
from tests.chaos.environment import commits_out_of_order
from tests.chaos.installation import Installation
from tests.chaos.points import POINTS, Point
from tests.chaos.rebuilding import MISTAKES
from tests.chaos.record import Violation
from tests.chaos.running import Run, run
from tests.chaos.strikes import Kind, strike
from tests.services.house import until

QUIET_SECONDS = 8.0
"""What was lost does not come; no need to wait for it as long as for what is only late."""
WAIT_SECONDS = 60.0


def _point(label: str) -> Point:
    return next(point for point in POINTS if point.label == label)


def _struck(label: str, kind: Kind) -> Callable[[Run], None]:
    return lambda run: strike(run.installation, _point(label), kind)


def _decided_late(run: Run) -> None:
    """By somebody who looked at the case long ago."""
    for _ in range(2):
        run.load.one_form()
    run.load.one_form(expected_version=1)


def _some_work(run: Run) -> None:
    until(lambda: run.load.accepted() > WORK, "no commands are accepted", WAIT_SECONDS)


WORK = 15
"""Commands, among them such that are stored as several events."""
PROVOKED_BY: Mapping[str, Callable[[Run], None]] = {
    "ack before commit": _struck("P2", Kind.KILL),
    "checkpoint before publish": _struck("R2", Kind.KILL),
    "no dedupe": _struck("R4", Kind.KILL),
    "no lock": commits_out_of_order,
    "conflict on commit unknown": _struck("C5", Kind.RESET),
    "lost version check": _decided_late,
    "unordered publish": _some_work,
    "truncated proof": _some_work,
}


def find(installation: Installation, name: str, seed: int) -> list[Violation]:
    """What is said about a run in which this mistake was made, by the invariants that must see it."""
    bug = BUGS[name]
    apis = 2 if name == "no lock" else 1
    with run(
        installation, seed, bugs={bug.part: [name]}, apis=apis, quiet_seconds=QUIET_SECONDS
    ) as under_way:
        PROVOKED_BY[name](under_way)
    return [violation for violation in check(under_way.record) if violation.invariant in bug.found_by]


def find_in_small(name: str) -> list[Violation]:
    """The same of a mistake of a rebuild, in the small model."""
    make, invariant = MISTAKES[name]
    model = make()
    model.follow()
    model.rebuild()
    return [violation for violation in check(model.record()) if violation.invariant == invariant]
