"""`casetrail simulate` on a data folder: alone on it, whole at its end, judged by what it stored."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.integration.store import opening, request
from typer.testing import CliRunner, Result

from casetrail_contracts import read as read_event
from treatment.assembly.commands import open_application
from treatment.cli import app
from treatment.cli.simulate import OUTSIDE
from treatment.definitions.installed import shipped
from treatment.embedded.folder import DataFolder, FolderInUse, NothingHere, locked
from treatment.fault import Fault
from treatment.store.migrations import migrate
from treatment.store.opening import open_database
from treatment.store.sqlite_database import SqliteDatabase

CASES = 2


@pytest.fixture
def installation(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path)
    folder.prepare()
    for schema in ("store", "keys"):
        database = open_database(folder.database_url, schema)
        migrate(database, schema)
        database.close()
    return folder


def simulate(folder: DataFolder, *options: str) -> Result:
    arguments = ("--cases", str(CASES), "--protocol", "IPC", "--data", str(folder.root), "--format", "json")
    return CliRunner().invoke(app, ["simulate", *arguments, *options])


def counted(folder: DataFolder) -> int:
    """The events of cases: the register of the tenant, which comes before them, is not the cohort's."""
    database = open_database(folder.database_url, "store")
    with database.reading() as read:
        contents = [bytes(row["state"]) for row in read.run("SELECT state FROM events")]
    database.close()
    return [read_event(content).collection for content in contents].count("cases")


def test_what_is_told_is_what_lies_in_the_store(installation: DataFolder) -> None:
    result = simulate(installation)
    told: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (told["drawn"], told["stored"], told["sameOutcome"]) == (CASES, CASES, CASES)
    # All of it is in the file itself: closing has written back, and synced, what was not.
    assert [file.name for file in installation.root.glob("store.db*")] == ["store.db"]
    assert counted(installation) == told["events"] > 0


def test_a_folder_that_something_runs_on_is_left_alone(installation: DataFolder) -> None:
    with locked(installation):
        result = simulate(installation)
    assert isinstance(result.exception, FolderInUse)
    assert counted(installation) == 0


def test_a_folder_without_an_installation_is_not_made_one(tmp_path: Path) -> None:
    result = simulate(DataFolder(tmp_path / "none"))
    assert isinstance(result.exception, NothingHere)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param(("--cases", "300", "--check"), 0, id="of 300 all figures lie within"),
        pytest.param(("--check",), OUTSIDE, id="of 2 one lies outside by chance"),
        pytest.param((), 0, id="which counts only when it is asked for"),
    ],
)
def test_a_figure_outside_of_sampling_error_is_the_exit_code(
    installation: DataFolder, options: tuple[str, ...], code: int
) -> None:
    assert simulate(installation, "--dry-run", *options).exit_code == code


def test_a_folder_with_cases_that_are_not_simulated_is_left_alone(installation: DataFolder) -> None:
    assert simulate(installation).exit_code == 0
    assert simulate(installation).exit_code == 0
    application = open_application(installation.store_settings(), "0.1.0", shipped())
    application.handle(request("open", tenant="elsewhere"), opening())
    application.store.log.close()
    before = counted(installation)
    result = simulate(installation, "--seed", "2")
    assert isinstance(result.exception, Fault)
    assert str(result.exception) == (
        f"{installation.root} holds cases that are not simulated; name a folder for simulated ones with "
        "--data, such as .casetrail/simulated, and start `casetrail up` with it once before"
    )
    assert counted(installation) == before


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        pytest.param(("--tenant", "A/B"), "--tenant A/B: a name is 1 to 32 of a-z, 0-9 and -", id="tenant"),
        pytest.param(("--first-day", "9999-06-01"), "--first-day 9999-06-01: courses begin", id="too late"),
        pytest.param(("--first-day", "0001-01-01"), "--first-day 0001-01-01: courses begin", id="too early"),
        pytest.param(
            ("--protocol", "IPC=2"),
            "--protocol IPC=2: IPC is named twice; name each protocol once",
            id="twice",
        ),
    ],
)
def test_an_option_that_no_cohort_can_have_is_named(
    installation: DataFolder, options: tuple[str, ...], fault: str
) -> None:
    result = simulate(installation, *options)
    assert isinstance(result.exception, Fault)
    assert str(result.exception).startswith(fault)
    assert counted(installation) == 0


@pytest.mark.parametrize("day", ["1900-01-01", "9000-01-01"])
def test_courses_can_begin_on_the_first_and_the_last_possible_day(installation: DataFolder, day: str) -> None:
    assert simulate(installation, "--dry-run", "--first-day", day).exit_code == 0


@pytest.mark.parametrize(("synced", "level"), [(True, 2), (False, 1)], ids=["full", "normal"])
def test_only_who_asks_for_it_commits_without_a_sync(tmp_path: Path, synced: bool, level: int) -> None:
    database = SqliteDatabase(tmp_path / "store.db", synced=synced)
    with database.writing() as write:
        assert write.run("PRAGMA synchronous") == [{"synchronous": level}]
    database.close()
    assert [file.name for file in tmp_path.iterdir()] == ["store.db"]
