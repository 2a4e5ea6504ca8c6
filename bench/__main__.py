"""Run every benchmark that is quick, or those that are named: `python -m bench [NAME ...]`.

Prints a table, writes `bench/results/<name>.json`.
"""

import json
import os
import platform
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import (
    appends,
    cohort,
    commands,
    domain,
    embedded,
    growth,
    latency,
    over_http,
    overload,
    peers,
    projections,
    rebuild,
    relay,
    steady,
)
from bench.figures import Benchmark

RESULTS = Path(__file__).parent / "results"
BENCHMARKS: tuple[Benchmark, ...] = (
    domain.BENCHMARK,
    embedded.BENCHMARK,
    appends.BENCHMARK,
    commands.BENCHMARK,
    over_http.BENCHMARK,
    overload.BENCHMARK,
    growth.BENCHMARK,
    projections.BENCHMARK,
    relay.BENCHMARK,
    latency.BENCHMARK,
    steady.BENCHMARK,
    cohort.BENCHMARK,
    rebuild.BENCHMARK,
    peers.BENCHMARK,
)


def main() -> int:
    """Measure, print and write; 1 when a figure is beyond its limit."""
    table = Table("benchmark", "figure", "median", "runs", "limit", "kept")
    missed = 0
    wanted = set(sys.argv[1:]) or {one.name for one in BENCHMARKS if not one.asked_for_only}
    for benchmark in BENCHMARKS:
        if benchmark.name not in wanted:
            continue
        figures = benchmark.measure()
        machine = {"cores": os.cpu_count(), "python": platform.python_version()}
        content = {
            "why": benchmark.why,
            "machine": machine,
            "figures": {figure.name: figure.as_json() for figure in figures},
        }
        (RESULTS / f"{benchmark.name}.json").write_text(
            json.dumps(content, indent=2) + "\n", encoding="utf-8"
        )
        for figure in figures:
            missed += not figure.kept
            table.add_row(benchmark.name, *figure.as_row())
    Console().print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
