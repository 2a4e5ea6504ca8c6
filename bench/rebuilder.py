"""One rebuild in a process of its own, so that its memory is its own: as the command line does it.

Run as a program with the address of a database and the name of a read model, or `FLOOR`; prints JSON.
"""

import json
import re
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from treatment.assembly.read_models import named
from treatment.collecting import OBJECTS_OF_A_BATCH, collecting_seldom
from treatment.projections.rebuild.beside import Beside
from treatment.projections.rebuild.feeding import PAGE
from treatment.projections.rebuild.work import Rebuild
from treatment.projections.schema import SCHEMA
from treatment.store.log import EventLog
from treatment.store.opening import open_database
from treatment.store.stored_log import StoredLog

FLOOR = "reading and decoding alone"


@dataclass(frozen=True)
class Measured:
    """What one rebuild took."""

    seconds: float
    processor: float
    """Seconds of the processor in this process."""
    memory: float
    """The most that this process held, in megabytes."""


def _decode(log: EventLog) -> None:
    row_id = 0
    while rows := log.after(row_id, PAGE):
        for row in rows:
            orjson.loads(row.content)
        row_id = rows[-1].row_id


def _rebuild(url: str, log: EventLog, name: str) -> None:
    rebuild = Rebuild(
        read_url=url,
        live=open_database(url, SCHEMA),
        projection=named(name),
        log=log,
        software="bench",
        now=lambda: datetime.now(UTC),
        beside=Beside(url, name),
    )
    rebuild.begin()
    rebuild.fill(stop=lambda: False)


def _peak() -> float:
    # What the system tells of used resources begins with the memory of the parent.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Measure and print."""
    url, what = sys.argv[1:]
    log = StoredLog(open_database(url, "store"))
    began = time.perf_counter()
    with collecting_seldom(OBJECTS_OF_A_BATCH):
        if what == FLOOR:
            _decode(log)
        else:
            _rebuild(url, log, what)
    taken = time.perf_counter() - began
    print(json.dumps(asdict(Measured(taken, time.process_time(), _peak()))))


if __name__ == "__main__":
    main()
