"""The long form says what was kept, what was found and what could not be run, and writes it down."""

import json
from pathlib import Path

import pytest
from tests.chaos.record import Violation
from tests.chaos.table import Cell, Results

LOST = Violation("I1", "an event is gone")


def test_the_file_has_the_figures_and_what_was_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "faults.json"
    results = Results(seeds=range(1, 3), asked="everything", file=file, reached={"relay.read"})
    results.add(Cell(kind="SIGKILL", name="21 points", seed=1, commands=500, recovered=2.0))
    results.add(Cell(kind="SIGKILL", name="21 points", seed=2, commands=400, violations=(LOST,)))
    results.add(Cell(kind="environment", name="disk full", seed=1, failure="NOT RUN: no mount"))
    results.add(Cell(kind="planted", name="no lock", seed=1, violations=(LOST, LOST)))
    results.add(Cell(kind="planted", name="no dedupe", seed=1))
    written = json.loads(file.read_text())
    assert {
        name: written[name] for name in written if name not in {"machine", "seconds", "why", "broken"}
    } == {
        "asked": "everything",
        "seeds": [1, 2],
        "commands": 900,
        "runs": {"SIGKILL": 2, "environment": 1, "planted": 2},
        "violations": {"I1": 1},
        "not_run_to_the_end": ["environment disk full"],
        "planted": 2,
        "planted_found": 1,
        "slowest_recovery_seconds": 2.0,
        "reached": ["relay.read"],
    }
    assert [cell["name"] for cell in written["broken"]] == ["21 points", "disk full", "no dedupe"]
    said = capsys.readouterr().out
    assert [line.split()[-1] for line in said.splitlines() if " commands " in line] == [
        "kept",
        "BROKEN",
        "BROKEN",
        "found",
        "BROKEN",
    ]
    assert "I1: an event is gone" in said
    assert "NOT RUN: no mount" in said
