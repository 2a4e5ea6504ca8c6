"""What embedded mode asks of its machine and of the day: a folder, free ports, time for its courses."""

import socket
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from treatment.embedded.demo.run import LONGEST, Demo, FirstDayTooLate
from treatment.embedded.demo.told import COURSES
from treatment.embedded.folder import DataFolder, FolderUnusable, locked
from treatment.embedded.machine import choose_ports


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_hold_the_data_is_told_in_one_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    folder = DataFolder(tmp_path / place)
    told = rf"^{folder.root} cannot hold the data \([^\n]*\); name one that can be written to with --data$"
    with pytest.raises(FolderUnusable, match=told), locked(folder):
        pass


def test_a_port_that_is_taken_is_told_with_the_one_used_instead() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = int(server.getsockname()[1])
        ports = choose_ports(taken, 0, said.append)
    assert said == [f"port {taken} is taken, using {ports.api}"]


def test_a_port_is_given_once() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        wanted = int(server.getsockname()[1])
    ports = choose_ports(wanted, wanted, said.append)
    assert (ports.api, said) == (wanted, [f"port {wanted} is taken, using {ports.notifications}"])
    assert len({ports.broker, ports.api, ports.notifications}) == 3


def test_a_port_whose_last_connection_is_still_closing_is_free() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        with socket.create_connection(("127.0.0.1", port)):
            # Who closes first keeps the port for a while.
            server.accept()[0].close()
    assert (choose_ports(port, 0, said.append).api, said) == (port, [])


TODAY = date(2026, 11, 25)


def test_a_first_day_whose_course_is_over_by_today_is_taken() -> None:
    Demo(TODAY - timedelta(weeks=24)).check(TODAY)


def test_a_first_day_that_is_too_late_is_told_with_the_latest_possible() -> None:
    told = "^--first-day 2026-06-11 is too late: .*; the latest possible day is 2026-06-10$"
    with pytest.raises(FirstDayTooLate, match=told):
        Demo(date(2026, 6, 11)).check(TODAY)


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.key)
def test_the_told_courses_end_before_the_series(course: Any) -> None:
    first = datetime(2026, 1, 5, tzinfo=UTC)
    known: dict[str, str] = defaultdict(str)
    bodies = [step.body(known) for step in course.steps(first)]
    times = [body[name] for body in bodies for name in ("happenedAt", "startedAt", "at") if name in body]
    assert max(times)[:10] < (first + LONGEST).date().isoformat()
