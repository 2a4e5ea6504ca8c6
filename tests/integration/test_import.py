"""Forms from files reach their cases once, over HTTP and from the command line; the rest is listed."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.integration.front_door import FrontDoor, front_door
from typer.testing import CliRunner

from casetrail_contracts.identity import Role
from treatment.cli import app
from treatment.embedded.folder import DataFolder
from treatment.projections.schema import migrate as migrate_read_models
from treatment.store.database import open_database
from treatment.store.migrations import migrate

DATA = files("treatment.embedded.demo") / "data"
PATIENTS = sorted((DATA / "fhir").iterdir(), key=lambda file: file.name)
SCORES = ["--patient", "id", "--first-day", "2025-01-06", "--score", "BDI=bdi_s{session}"]
FOLLOW_UPS = ["--score", "BDI=bdi_fu1@112", "--score", "BDI=bdi_fu2@168"]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def bundle(door: FrontDoor, content: bytes) -> dict[str, Any]:
    headers = {**door.headers(), "content-type": "application/fhir+json"}
    response = door.send("POST", "/v1/fhir", headers, content=content)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def counts(folder: Path) -> dict[str, int]:
    database = open_database(f"sqlite:///{folder}", "store")
    with database.reading() as read:
        rows = read.run("SELECT topic, count(*) AS found FROM events GROUP BY topic")
    database.close()
    return {row["topic"].split(".")[-2]: int(row["found"]) for row in rows}


def test_the_twelve_patients_go_in_once_and_what_cannot_is_listed(door: FrontDoor) -> None:
    first = [bundle(door, file.read_bytes()) for file in PATIENTS]
    assert (len(PATIENTS), sum(one["added"] for one in first)) == (12, 20)
    rejected = [one["reason"] for report in first for one in report["rejected"]]
    assert len(rejected) == 2
    again = [bundle(door, file.read_bytes()) for file in PATIENTS]
    assert [(one["added"], one["known"]) for one in again] == [(0, one["added"]) for one in first]
    found = counts(door.folder)
    assert (found["case_opened"], found["assessment_scored"]) == (12, 20)


def test_history_that_is_imported_pages_nobody(door: FrontDoor) -> None:
    for file in PATIENTS:
        bundle(door, file.read_bytes())
    assert set(counts(door.folder)) & {"risk_flag_raised", "risk_item_unanswered"} == set()


def test_what_is_no_json_is_a_report_and_no_failure(door: FrontDoor) -> None:
    report = bundle(door, b"{")
    assert (report["added"], len(report["rejected"])) == (0, 1)


def test_nobody_but_a_clinician_imports(door: FrontDoor) -> None:
    assert door.send("POST", "/v1/fhir", {}, content=b"{}").status_code == 401
    as_auditor = door.headers("auditor-1", Role.AUDITOR)
    assert door.send("POST", "/v1/fhir", as_auditor, content=b"{}").status_code == 403


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A data folder as `casetrail up` leaves it."""
    folder = DataFolder(tmp_path)
    folder.prepare()
    for schema in ("store", "keys"):
        database = open_database(folder.database_url, schema)
        migrate(database, schema)
        database.close()
    read = open_database(folder.database_url, "read")
    migrate_read_models(read)
    read.close()
    return tmp_path


def imported(installation: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["import", *arguments, "--data", str(installation), "--format", "json"])
    assert result.exit_code == code, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def test_a_table_of_scores_goes_in_once(installation: Path) -> None:
    table = str(DATA / "score-series.csv")
    wanted = {"added": 563, "known": 0, "passedOver": 0, "rejected": []}
    assert imported(installation, "scores", table, *SCORES, *FOLLOW_UPS, "--dry-run") == wanted
    assert counts(installation) == {}
    assert imported(installation, "scores", table, *SCORES, *FOLLOW_UPS) == wanted
    again = imported(installation, "scores", table, *SCORES, *FOLLOW_UPS)
    assert again == wanted | {"added": 0, "known": 563}
    found = counts(installation)
    assert (found["case_opened"], found["assessment_scored"]) == (43, 563)


def test_files_of_fhir_go_in_and_the_rejected_are_told_by_the_exit_code(installation: Path) -> None:
    report = imported(installation, "fhir", *[str(file) for file in PATIENTS], code=3)
    assert report["added"] == 20
    places = [one["place"] for one in report["rejected"]]
    assert [place.split(":")[0] for place in places] == [
        "SecondAssessmentStatusUnknown1.json",
        "SecondPHQ9OutofRange1.json",
    ]


def test_a_mistake_of_the_person_who_types_is_told_in_one_line(installation: Path) -> None:
    table = str(DATA / "score-series.csv")
    result = CliRunner().invoke(app, ["import", "scores", table, "--data", str(installation)])
    assert result.exit_code == 1
    assert "--score and --first-day, or --mapping FILE" in str(result.exception)
