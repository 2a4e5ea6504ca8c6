"""Ten mistakes, each provoked in a run: what the checkers say about it."""

from collections.abc import Callable, Mapping, Sequence

from tests.chaos.at_the_database import commits_out_of_order
from tests.chaos.bugs import BUGS
from tests.chaos.checkers import check
from tests.chaos.installation import Installation
from tests.chaos.points import POINTS, Point
from tests.chaos.rebuilding import MISTAKES
from tests.chaos.record import Violation
from tests.chaos.running import Run, run
from tests.chaos.strikes import ACK_WAIT_SECONDS, Kind, strike
from tests.services.house import until

QUIET_SECONDS = 2 * ACK_WAIT_SECONDS
"""What was lost does not come: what is only late comes by then."""
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


TOGETHER: Sequence[tuple[str, ...]] = (
    ("conflict on commit unknown", "lost version check", "truncated proof", "ack before commit"),
    ("checkpoint before publish",),
    ("no dedupe",),
    ("no lock",),
    ("unordered publish",),
)
"""Those that the short form makes in one run: another invariant sees each, and the others stay silent."""


def find(installation: Installation, name: str, seed: int) -> list[Violation]:
    """What is said about a run in which this mistake was made, by the invariants that must see it."""
    return find_all(installation, (name,), seed)[name]


def find_all(installation: Installation, names: Sequence[str], seed: int) -> dict[str, list[Violation]]:
    """The same of several mistakes that are made in one run, each on its own."""
    bugs: dict[str, list[str]] = {}
    for name in names:
        bugs.setdefault(BUGS[name].part, []).append(name)
    apis = 2 if "no lock" in names else 1
    with run(installation, seed, bugs=bugs, apis=apis, quiet_seconds=QUIET_SECONDS) as under_way:
        for name in names:
            PROVOKED_BY[name](under_way)
    found = check(under_way.record)
    return {
        name: [violation for violation in found if violation.invariant in BUGS[name].found_by]
        for name in names
    }


def find_in_small(name: str) -> list[Violation]:
    """The same of a mistake of a rebuild, in the small model."""
    make, invariant = MISTAKES[name]
    model = make()
    model.follow()
    model.rebuild()
    return [violation for violation in check(model.record()) if violation.invariant == invariant]
