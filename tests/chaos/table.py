"""The long form's cells, one line each as they are done, and the file that keeps the figures."""

import json
import os
import platform
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.chaos.record import Violation

RESULTS = Path(__file__).parents[2] / "bench" / "results" / "faults.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One point, fault or mistake, once."""

    kind: str
    name: str
    seed: int
    commands: int = 0
    seconds: float = 0.0
    recovered: float = 0.0
    """How long after the last fault everything had arrived everywhere."""
    violations: tuple[Violation, ...] = ()
    failure: str = ""
    """Why it could not be run to its end."""

    @property
    def kept(self) -> bool:
        """Whether every promise was kept; of a mistake, whether it was found."""
        if self.failure:
            return False
        return bool(self.violations) if self.kind == "planted" else not self.violations


@dataclass
class Results:
    """What was run so far."""

    seeds: Sequence[int]
    asked: str
    file: Path = RESULTS
    cells: list[Cell] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)

    def add(self, cell: Cell) -> None:
        """Keep a cell, tell it, and write it down: a long run that is cut off leaves what it found."""
        self.cells.append(cell)
        self._write()
        word = "kept" if cell.kept and cell.kind != "planted" else "found" if cell.kept else "BROKEN"
        print(
            f"{time.monotonic() - self.began:7.0f} s  {cell.kind:<12} {cell.name:<34} seed {cell.seed:<4} "
            f"{cell.commands:>6} commands {cell.recovered:>5.1f} s to recover  {word}",
            flush=True,
        )
        for violation in cell.violations if cell.kind != "planted" else ():
            print(f"           {violation.invariant}: {violation.found}", flush=True)
        if cell.failure:
            print(f"           {cell.failure}", flush=True)

    def _write(self) -> None:
        kinds = sorted({cell.kind for cell in self.cells})
        content = {
            "why": "Processes struck at named moments, and faults around them, while commands run.",
            "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
            "asked": self.asked,
            "seeds": list(self.seeds),
            "seconds": round(time.monotonic() - self.began),
            "commands": sum(cell.commands for cell in self.cells),
            "runs": {kind: sum(cell.kind == kind for cell in self.cells) for kind in kinds},
            "violations": dict(
                Counter(
                    violation.invariant
                    for cell in self.cells
                    if cell.kind != "planted"
                    for violation in cell.violations
                )
            ),
            "not_run_to_the_end": [f"{cell.kind} {cell.name}" for cell in self.cells if cell.failure],
            "planted": sum(cell.kind == "planted" for cell in self.cells),
            "planted_found": sum(cell.kind == "planted" and cell.kept for cell in self.cells),
            "slowest_recovery_seconds": max((cell.recovered for cell in self.cells), default=0.0),
            "reached": sorted(self.reached),
            "broken": [asdict(cell) for cell in self.cells if not cell.kept],
        }
        self.file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
