"""A whole cohort in a store: its figures beside those of the reference, and what storing it takes."""

import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.services.house import casetrail

from bench.figures import Benchmark, Figure
from treatment.embedded.folder import DataFolder
from treatment.simulator.reference import BOUND
from treatment.store.migrations import migrate
from treatment.store.opening import open_database

CASES = 5_000
SEED = 1
KIBIBYTES = 1024
"""Of a mebibyte: the unit in which the system counts the memory of children."""


def measure() -> list[Figure]:
    """Store the courses by the command that everybody uses; its figures are those of what it stored."""
    with tempfile.TemporaryDirectory() as name:
        folder = prepared(Path(name))
        began = time.monotonic()
        told = _simulated(folder)
        taken = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIBIBYTES
    return [
        Figure(f"{told['stored']:,} courses stored as {told['events']:,} events", "s", (taken,)),
        Figure("a course", "s", (taken / CASES,)),
        Figure("most resident memory", "MiB", (memory,)),
        Figure("courses not stored", "courses", (CASES - told["stored"],), at_most=0),
        Figure("outcomes not as drawn", "courses", (told["stored"] - told["sameOutcome"],), at_most=0),
        *_deviations(told),
    ]


def prepared(root: Path) -> DataFolder:
    """A data folder as the first `casetrail up` makes it before it starts its parts."""
    folder = DataFolder(root)
    folder.prepare()
    for schema in ("store", "keys"):
        database = open_database(folder.database_url, schema)
        migrate(database, schema)
        database.close()
    return folder


def _simulated(folder: DataFolder) -> dict[str, Any]:
    options = ("--cases", str(CASES), "--seed", str(SEED), "--data", str(folder.root), "--format", "json")
    # The program is our own, and its options are those above.
    done = subprocess.run([casetrail(), "simulate", *options], stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    if not isinstance(found, dict):
        raise TypeError("the command printed something else than its figures")
    return found


def _deviations(told: Mapping[str, Any]) -> Iterator[Figure]:
    """How far each figure lies from that of the model; the observed ones stand in the command's own table."""
    for figure in told["figures"]:
        for known in figure["references"]:
            if known["kind"] == "model":
                name = f"{figure['figure']} {figure['value']:.3f}, model {known['reference']}: apart"
                yield Figure(name, "standard errors", (abs(known["deviation"]),), at_most=BOUND)


BENCHMARK = Benchmark(
    "cohort",
    f"Issue figures: a stored cohort of {CASES:,} courses, seed {SEED}, lies within sampling error of the "
    f"reference, that is {BOUND:g} standard errors; and the system sums up the outcomes that were drawn.",
    measure,
    asked_for_only=True,
)
