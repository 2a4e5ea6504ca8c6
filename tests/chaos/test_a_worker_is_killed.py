"""SIGKILL of a worker while commands run: each event once and in order, read models equal the store."""

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.services.house import House, forms, running, send

from casetrail_contracts import event_id, read
from treatment.projections import PROJECTIONS
from treatment.projections.projection import apply_all
from treatment.projections.records import read_record
from treatment.projections.schema import migrate
from treatment.store.database import Row
from treatment.store.opening import open_database

COMMANDS = 200
"""At least so many; they go on until the last kill is over."""
PACE_SECONDS = 0.03
WORKERS = ("relay", "projector", "notifications")


@pytest.fixture
def struck(tmp_path: Path) -> Iterator[House]:
    """A house in which each worker was killed, one after the other, while commands ran."""
    with running(tmp_path / "data") as house:
        over = threading.Event()
        working = threading.Thread(target=_work, args=(house, over))
        working.start()
        try:
            for worker in WORKERS:
                time.sleep(0.4)  # Into the middle of the work: the kills are the test's stimulus, not a wait.
                assert working.is_alive(), "the commands ended before the last kill"
                os.kill(house.pid(worker), signal.SIGKILL)
                house.wait_for_line(f"{worker} +ready again")
        finally:
            over.set()
            working.join(timeout=120)
        assert not working.is_alive(), "the commands did not end"
        house.settle()
        yield house


def _work(house: House, over: threading.Event) -> None:
    cases = [house.open_case() for _ in range(4)]
    (form,) = forms(1)
    with house.client() as client:
        for number in count():
            if number >= COMMANDS and over.is_set():
                return
            item_9 = number % 4 if number % 10 == 0 else 0
            case = cases[number % len(cases)]
            changed = {"assessmentId": f"form-{number}", "items": [1] * 8 + [item_9]}
            send(client, f"/v1/cases/{case}/score-assessment", form | changed)
            # Callers that never pause leave a process that starts again no time to do so.
            over.wait(PACE_SECONDS)


def test_nothing_is_lost_and_nothing_happens_twice(struck: House) -> None:
    stored = [bytes(state) for (state,) in struck.rows("store", "SELECT state FROM events ORDER BY rowid")]
    assert len(stored) >= COMMANDS + 4
    assert [content for _, content in struck.messages()] == stored
    assert _read_models(struck.data) == _folded(stored, struck.data / "again")
    events = [read(content) for content in stored]
    flags = [event.envelope.id for event in events if "risk_flag_raised" in event.envelope.type]
    assert flags
    told = struck.rows("notifications", "SELECT event_id, rule, recipient FROM task")
    assert max(Counter(told).values()) == 1
    assert {event for event, _, _ in told} == set(flags)
    delivered = struck.rows("notifications", "SELECT state, count(*) FROM delivery GROUP BY state")
    assert delivered == [("delivered", len(told))]
    assert [event.envelope.id for event in events if event.sequence == 1] == [
        event_id(event.envelope.subject, 1) for event in events if event.sequence == 1
    ]


def _folded(stored: list[bytes], folder: Path) -> dict[str, list[Row]]:
    """The read models, made from nothing by the same handlers from the store's bytes."""
    database = open_database(f"sqlite:///{folder}", "read")
    migrate(database)
    with database.writing() as write:
        for projection in PROJECTIONS:
            apply_all(write, projection, map(read_record, stored))
    database.close()
    return _read_models(folder)


def _read_models(folder: Path) -> dict[str, list[Any]]:
    database = open_database(f"sqlite:///{folder}", "read")
    with database.reading() as reading:
        names = [
            row["name"]
            for row in reading.run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if row["name"].startswith("case")
        ]
        tables = {
            name: sorted(json.dumps(row, sort_keys=True) for row in reading.run(f"SELECT * FROM {name}"))
            for name in names
        }
    database.close()
    assert tables
    return tables
