"""The long form: `python -m tests.chaos [--seeds N] [PART ...]`; `make chaos SEEDS=n` calls it.

A part is `kill`, `stop`, `reset`, `hole`, `environment` or `planted`, a point's number such as `C5`, or the
name of a fault or mistake. Without parts everything runs: all points with all actions, all faults, and all
mistakes.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.chaos import environment, planting
from tests.chaos.bugs import BUGS
from tests.chaos.checkers import check
from tests.chaos.installation import Installation, installed
from tests.chaos.points import POINTS, Point
from tests.chaos.rebuilding import MISTAKES
from tests.chaos.record import Record
from tests.chaos.running import Run, run
from tests.chaos.strikes import HOLE_SECONDS, Kind, strike
from tests.chaos.table import RESULTS, Cell, Results

ACTIONS: Mapping[str, Kind] = {
    "kill": Kind.KILL,
    "stop": Kind.ZOMBIE,
    "reset": Kind.RESET,
    "hole": Kind.HOLE,
}
COMMANDS = 500
LABELS = {point.label for point in POINTS}


class Long:
    """Runs what is asked for, cell by cell."""

    def __init__(self, results: Results, parts: set[str], commands: int, hole_seconds: float) -> None:
        self._results = results
        self._parts = parts
        self._commands = commands
        self._hole_seconds = hole_seconds

    def strikes(self, installation: Installation, seed: int) -> None:
        """Each action at each point, one run for each action."""
        for word, kind in ACTIONS.items():
            points = [point for point in POINTS if self._wants(word) and self._wants_point(point.label)]
            if not points:
                continue

            struck = partial(self._strike, kind, points)
            self._cell(str(kind), f"{len(points)} points", seed, installation, struck)

    def _strike(self, kind: Kind, points: Sequence[Point], under_way: Run) -> None:
        for point in points:
            under_way.to_reach.add(point.name)
            strike(under_way.installation, point, kind, self._hole_seconds, under_way.killed)

    def faults(self, installation: Installation, seed: int) -> None:
        """Each fault of the environment."""
        for name, fault in environment.FAULTS.items():
            if self._wants("environment", name):
                with self._at(fault, installation, name, seed) as here:
                    if here is not None:
                        self._cell("environment", name, seed, here, fault.happens, fault)

    def mistakes(self, installation: Installation, seed: int) -> None:
        """Each planted mistake."""
        for name in (*BUGS, *MISTAKES):
            if not self._wants("planted", name):
                continue
            began = time.monotonic()
            failure = ""
            violations = []
            try:
                if name in BUGS:
                    violations = planting.find(installation, name, seed)
                else:
                    violations = planting.find_in_small(name)
            except Exception as error:  # noqa: BLE001 (the table says which one could not be run)
                failure = _told(error)
            seconds = time.monotonic() - began
            self._results.add(
                Cell(
                    kind="planted",
                    name=name,
                    seed=seed,
                    seconds=seconds,
                    violations=tuple(violations),
                    failure=failure,
                )
            )

    def _cell(
        self,
        kind: str,
        name: str,
        seed: int,
        installation: Installation,
        happens: Callable[[Run], None],
        fault: environment.Fault | None = None,
    ) -> None:
        began = time.monotonic()
        record = Record()
        failure = ""
        fault = fault or environment.Fault(happens=happens)
        try:
            with run(installation, seed, bugs=fault.bugs, apis=fault.apis) as under_way:
                happens(under_way)
                under_way.at_least(self._commands)
            record = under_way.record
        except Exception as error:  # noqa: BLE001 (the table says which one could not be run)
            failure = _told(error)
        self._results.reached |= record.reached
        self._results.add(
            Cell(
                kind=kind,
                name=name,
                seed=seed,
                commands=sum(one.accepted for one in record.attempts),
                seconds=time.monotonic() - began,
                recovered=record.recovery.seconds,
                violations=tuple(one for one in check(record) if one.invariant in fault.invariants),
                failure=failure,
            )
        )

    @contextmanager
    def _at(
        self, fault: environment.Fault, usual: Installation, name: str, seed: int
    ) -> Iterator[Installation | None]:
        """Where the fault happens; None when there is no such place here, which the table then says."""
        if fault.place is None:
            yield usual
            return
        place = fault.place()
        try:
            here = place.__enter__()
        except Exception as error:  # noqa: BLE001 (likewise)
            self._results.add(Cell(kind="environment", name=name, seed=seed, failure=_told(error)))
            yield None
            return
        try:
            yield here
        finally:
            place.__exit__(None, None, None)

    def _wants(self, *words: str) -> bool:
        named = self._parts - LABELS
        if self._parts and not named:
            # Points alone were named: they are struck with every action, and nothing else runs.
            named = set(ACTIONS)
        return not named or bool(named.intersection(words))

    def _wants_point(self, label: str) -> bool:
        return not (self._parts & LABELS) or label in self._parts


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:2000]}"


def main() -> int:
    """Run it; 1 when something was broken, missed or could not be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "--seeds", type=int, default=1, help="How often each cell runs, each with another seed."
    )
    parser.add_argument("--first-seed", type=int, default=1, help="To run one of them again.")
    parser.add_argument(
        "--commands", type=int, default=COMMANDS, help="How many are accepted in each run, at the least."
    )
    parser.add_argument(
        "--hole-seconds", type=float, default=HOLE_SECONDS, help="How long a black hole lasts."
    )
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="The file that is written, after every cell."
    )
    parser.add_argument("parts", nargs="*", help="What to run; everything when nothing is named.")
    asked = parser.parse_args()
    known = {*ACTIONS, *LABELS, "environment", "planted", *environment.FAULTS, *BUGS, *MISTAKES}
    if unknown := sorted(set(asked.parts) - known):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    results = Results(seeds=seeds, asked=" ".join(asked.parts) or "everything", file=asked.results)
    long = Long(results, set(asked.parts), asked.commands, asked.hole_seconds)
    with installed() as installation:
        for seed in seeds:
            long.strikes(installation, seed)
            long.faults(installation, seed)
            long.mistakes(installation, seed)
    broken = [cell for cell in results.cells if not cell.kept]
    print(f"{len(results.cells)} cells, {len(broken)} broken; {len(results.reached)} points reached")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
