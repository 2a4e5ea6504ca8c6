"""Forms from files reach their cases once, over HTTP and from the command line; the rest is listed."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.front_door import FrontDoor, front_door
from tests.unit.treatment.imports.fhir import observation
from typer.testing import CliRunner

from casetrail_contracts.identity import Role
from casetrail_contracts.problem import PROBLEM_ROOT
from treatment.cli import app
from treatment.embedded.folder import DataFolder
from treatment.fault import Fault
from treatment.imports.patients import HANDED_OVER
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


def post(
    door: FrontDoor, content: bytes, query: str = "", sub: str = "therapist-1", *roles: Role
) -> httpx.Response:
    headers = {**door.headers(sub, *roles), "content-type": "application/fhir+json"}
    return door.send("POST", f"/v1/fhir{query}", headers, content=content)


def bundle(
    door: FrontDoor, content: bytes, query: str = "", sub: str = "therapist-1", *roles: Role
) -> dict[str, Any]:
    response = post(door, content, query, sub, *roles)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def total_of(patient: str, total: int, **fields: Any) -> bytes:
    """One Observation of patient 77 or another; the address says whose server it is."""
    sent = observation(identity="o-1", valueInteger=total, subject={"reference": patient}, **fields)
    return json.dumps(sent).encode()


def envelopes(folder: Path, topic: str) -> list[dict[str, Any]]:
    """The stored events of a type, as they are published."""
    database = open_database(f"sqlite:///{folder}", "store")
    with database.reading() as read:
        rows = read.run("SELECT topic, state FROM events ORDER BY rowid")
    database.close()
    return [json.loads(bytes(row["state"])) for row in rows if row["topic"].split(".")[-2] == topic]


def events(folder: Path, topic: str) -> list[dict[str, Any]]:
    """What they say."""
    return [envelope["data"] for envelope in envelopes(folder, topic)]


def told(**changes: Any) -> dict[str, Any]:
    """The counts of an import over HTTP."""
    nothing = {"added": 0, "corrected": 0, "takenBack": 0, "known": 0, "passedOver": 0}
    return nothing | changes


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
    assert [one["cases"] for one in again] == [one["cases"] for one in first]
    opened = [event["subject"] for event in envelopes(door.folder, "case_opened")]
    assert [[case["caseId"] for case in one["cases"]] for one in first] == [[one] for one in opened]
    assert [case["forms"] for one in first for case in one["cases"]] == [one["added"] for one in first]
    found = counts(door.folder)
    assert (found["case_opened"], found["assessment_scored"]) == (12, 20)


def test_history_that_is_imported_pages_nobody(door: FrontDoor) -> None:
    for file in PATIENTS:
        bundle(door, file.read_bytes())
    assert set(counts(door.folder)) & {"risk_flag_raised", "risk_item_unanswered"} == set()


@pytest.mark.parametrize(
    ("content", "kind", "status", "problem", "detail"),
    [
        (b"not json", "application/fhir+json", 400, "import-unreadable", "not JSON"),
        (b"", "application/fhir+json", 400, "import-unreadable", "empty"),
        (b"<Bundle/>", "application/fhir+json", 400, "import-unreadable", "XML is not read"),
        (b"[]", "application/json; charset=utf-8", 400, "import-unreadable", "neither a Bundle nor"),
        (b"{}", "application/fhir+xml", 415, "unsupported-media-type", "not said to be JSON"),
        (b"{}", "text/plain", 415, "unsupported-media-type", "not said to be JSON"),
    ],
)
def test_what_cannot_be_read_at_all_is_a_problem_and_no_report(
    door: FrontDoor, content: bytes, kind: str, status: int, problem: str, detail: str
) -> None:
    response = door.send("POST", "/v1/fhir", {**door.headers(), "content-type": kind}, content=content)
    assert (response.status_code, response.json()["type"]) == (status, PROBLEM_ROOT + problem)
    assert detail in response.json()["detail"]


def test_the_patients_of_two_hospitals_are_two_cases_though_their_ids_are_alike(door: FrontDoor) -> None:
    reports = [
        bundle(door, total_of(f"https://{name}.example/fhir/Patient/77", total))
        for name, total in [("a", 12), ("b", 5)]
    ]
    assert [(one["added"], one["known"]) for one in reports] == [(1, 0), (1, 0)]
    assert counts(door.folder)["case_opened"] == 2


def test_software_is_a_sender_of_its_own_unless_it_names_another(door: FrontDoor) -> None:
    content = total_of("Patient/77", 12)
    assert bundle(door, content)["added"] == 1
    assert bundle(door, content, "", "therapist-1", Role.SYSTEM)["added"] == 1
    assert bundle(door, content, "?system=fhir", "therapist-1", Role.SYSTEM)["known"] == 1
    assert post(door, content, "?system=s|other").status_code == 422
    assert post(door, content, "?sender=fhir").status_code == 422


def test_who_is_in_charge_of_new_cases_is_said_with_the_message(door: FrontDoor) -> None:
    bundle(door, total_of("Patient/77", 12), "?supervisor_id=supervisor-1&team_id=team-east")
    (opened,) = events(door.folder, "case_opened")
    assert (opened["supervisorId"], opened["teamId"]) == ("supervisor-1", "team-east")


def test_a_corrected_observation_counts_and_one_in_error_is_taken_back(door: FrontDoor) -> None:
    """Domain reference 4.2. Each file again adds nothing."""
    files = [
        total_of("Patient/77", 12),
        total_of("Patient/77", 13, status="corrected"),
        total_of("Patient/77", 13, status="entered-in-error"),
    ]
    names = ("added", "corrected", "takenBack", "known")
    first = [tuple(report[name] for name in names) for report in (bundle(door, one) for one in files)]
    assert first == [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0)]
    again = [tuple(report[name] for name in names) for report in (bundle(door, one) for one in files)]
    assert again == [(0, 0, 0, 1)] * 3
    found = counts(door.folder)
    assert [found[name] for name in ("assessment_scored", "assessment_corrected", "entry_corrected")] == [
        1,
        1,
        1,
    ]


def test_other_content_without_a_correction_is_told_by_the_senders_id(door: FrontDoor) -> None:
    bundle(door, total_of("Patient/77", 12))
    (rejected,) = bundle(door, total_of("Patient/77", 13))["rejected"]
    assert rejected["reason"].startswith("Observation/o-1 is stored already with other content: send it with")


def test_a_date_in_the_future_is_told_in_words_and_opens_no_case(door: FrontDoor) -> None:
    (rejected,) = bundle(door, total_of("Patient/77", 12, effectiveDateTime="2090-01-01"))["rejected"]
    assert rejected["reason"].startswith("its date lies in the future")
    assert counts(door.folder) == {}


def test_another_therapist_learns_nothing_of_cases_that_are_not_theirs(door: FrontDoor) -> None:
    """The answer is the same whether somebody else treats the patient or nobody does."""
    content = total_of("Patient/77", 12)
    first = bundle(door, content)
    second, unknown = (
        {name: value for name, value in report.items() if name != "position"}
        for report in (
            bundle(door, content, "", "therapist-2"),
            bundle(door, total_of("Patient/78", 12), "", "therapist-2"),
        )
    )
    (mine,) = second.pop("cases")
    (new,) = unknown.pop("cases")
    assert mine | {"caseId": ""} == new | {"caseId": ""}
    assert mine["caseId"] not in {one["caseId"] for one in first["cases"]}
    assert second == unknown == told(added=1) | {"rejected": []}
    assert bundle(door, content, "", "therapist-2")["known"] == 1


def test_a_case_that_was_handed_over_is_found_by_its_new_therapist_only(door: FrontDoor) -> None:
    content = total_of("Patient/77", 12)
    bundle(door, content)
    (opened,) = envelopes(door.folder, "case_opened")
    body = {"therapistId": "therapist-2", "reason": "staffChange"}
    assert door.post(f"/v1/cases/{opened['subject']}/transfer", body).status_code == 201
    assert bundle(door, content, "", "therapist-2")["known"] == 1
    (rejected,) = bundle(door, content)["rejected"]
    assert rejected["reason"] == HANDED_OVER


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


def in_one_case(installation: Path, forms: int) -> list[dict[str, Any]]:
    """What a report says of the only case there is."""
    (opened,) = envelopes(installation, "case_opened")
    return [{"caseId": opened["subject"], "forms": forms, "place": "forms.csv: line 2"}]


def test_a_table_of_scores_goes_in_once(installation: Path) -> None:
    table = str(DATA / "score-series.csv")
    wanted = told(added=563, elsewhere=0, rejected=[])
    dry = imported(installation, "scores", table, *SCORES, *FOLLOW_UPS, "--dry-run")
    assert dry == wanted | {"cases": []}
    assert counts(installation) == {}
    first = imported(installation, "scores", table, *SCORES, *FOLLOW_UPS)
    cases = first["cases"]
    assert (first, len(cases)) == (wanted | {"cases": cases}, 43)
    again = imported(installation, "scores", table, *SCORES, *FOLLOW_UPS)
    assert again == first | {"added": 0, "known": 563}
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


def fault(installation: Path, *arguments: str) -> str:
    """What a person is told who typed something that cannot begin."""
    result = CliRunner().invoke(app, ["import", *arguments, "--data", str(installation)])
    assert (result.exit_code, type(result.exception)) == (1, Fault), result.output
    return str(result.exception)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["scores", "{table}"], "--score and --first-day, or --mapping FILE"),
        (["scores", "{table}", *SCORES, "--therapist", "Dr Jane Smith"], "--therapist: write a pseudonym"),
        (["scores", "{table}", *SCORES, "--team", "a/b"], "--team: write a pseudonym"),
        (["scores", "{table}", *SCORES, "--tenant", "a b/c"], "--tenant: write 1 to 32 small letters"),
        (["fhir", "{patient}", "--system", "s|other"], "--system: write 1 to 64 letters"),
        (["fhir", "{patient}", "--system", ""], "--system: write 1 to 64 letters"),
        (["fhir", "{patient}", "--server", "clinic"], "--server: write an address"),
        (["scores", "{table}", *SCORES, "--tenant", "nroth"], "nothing is stored of a tenant nroth here"),
        (
            ["scores", "{mapping}", "--mapping", "{mapping}", "--patient", "id"],
            "--patient cannot stand beside",
        ),
        (["scores", "{mapping}", "--mapping", "{mapping}"], "mapping.toml: no column is called"),
        (["fhir", "{mapping}"], "mapping.toml: not JSON"),
        (["fhir", "{patient}", "--links", "{mapping}"], "mapping.toml: questionnaires: it is needed"),
    ],
    ids=lambda value: " ".join(value)[-40:] if isinstance(value, list) else "",
)
def test_a_mistake_of_the_person_who_types_is_told_in_one_line(
    installation: Path, options: list[str], said: str
) -> None:
    mapping = installation / "mapping.toml"
    mapping.write_text(
        'shape = "wide"\npatient = "id"\nfirst_day = 2025-01-06\n'
        '[[scores]]\ninstrument = "BDI"\ncolumn = "b{session}"\n'
    )
    names = {"table": str(DATA / "score-series.csv"), "patient": str(PATIENTS[0]), "mapping": str(mapping)}
    assert said in fault(installation, *[option.format_map(Names(names)) for option in options])
    assert counts(installation) == {}


class Names(dict[str, str]):
    """Leaves alone what it does not know, such as `{session}`."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def table(installation: Path, text: str) -> list[str]:
    """A table with one row per form and a mapping for it, as arguments."""
    (installation / "forms.csv").write_text(text)
    (installation / "mapping.toml").write_text(
        'shape = "long"\npatient = "who"\ndate = "when"\ninstrument = "what"\ntotal = "score"\nform = "nr"\n'
    )
    return ["scores", str(installation / "forms.csv"), "--mapping", str(installation / "mapping.toml")]


HEADER = "who,when,what,score,nr\n"
FORMS = f"{HEADER}p-1,2026-01-05,BDI,33,A\np-1,2026-01-12,MSPSS,5.2,B\n"


def test_a_dry_run_promises_what_then_happens(installation: Path) -> None:
    imported(installation, *table(installation, f"{HEADER}p-1,2026-01-05,BDI,33,A\n"))
    before = counts(installation)
    sent = table(
        installation,
        f"{FORMS}p-1,2026-01-05,BDI,30,A\np-1,2035-01-01,BDI,30,C\np-2,2026-01-05,MSPSS,9,D\np-2,2026-01-05,BDI,9,E\n"
        "p-2,2026-01-05,BDI,8,E\n",
    )
    dry = imported(installation, *sent, "--dry-run", code=3)
    assert counts(installation) == before
    done = imported(installation, *sent, code=3)
    # The second patient's case is there for nobody to look at yet.
    assert dry == done | {"cases": done["cases"][:1]}
    assert (dry["added"], dry["known"]) == (2, 1)
    assert [(one["place"], one["reason"].split(":")[0]) for one in dry["rejected"]] == [
        ("forms.csv: line 6, column score", "the mean of MSPSS is outside 1 to 7"),
        ("forms.csv: line 4", "the form A is stored already with other content"),
        ("forms.csv: line 8", "the form E is stored already with other content"),
        ("forms.csv: line 5", "its date lies in the future"),
    ]


def test_a_dry_run_on_a_new_installation_stores_nothing_at_all(installation: Path) -> None:
    assert imported(installation, *table(installation, FORMS), "--dry-run")["added"] == 2
    database = open_database(f"sqlite:///{installation}", "keys")
    with database.reading() as read:
        keys = read.run("SELECT count(*) AS found FROM data_key")
    database.close()
    assert (keys[0]["found"], counts(installation)) == (0, {})


def test_a_mean_goes_in_as_a_mean(installation: Path) -> None:
    imported(installation, *table(installation, FORMS))
    assert [one.get("reportedMean") for one in events(installation, "assessment_scored")] == [None, "5.2"]


def test_a_changed_row_is_corrected_where_the_mapping_says_so(installation: Path) -> None:
    imported(installation, *table(installation, FORMS))
    sent = table(installation, FORMS.replace("33", "30"))
    with (installation / "mapping.toml").open("a") as mapping:
        mapping.write('changed = "correct"\n')
    cases = in_one_case(installation, 2)
    wanted = told(corrected=1, known=1, elsewhere=0, rejected=[], cases=cases)
    assert imported(installation, *sent) == wanted
    assert imported(installation, *sent) == wanted | {"corrected": 0, "known": 2}


def test_the_same_file_with_another_therapist_adds_nothing(installation: Path) -> None:
    """Who has the data folder has every case of it, and is told where the forms are."""
    imported(installation, *table(installation, FORMS))
    again = imported(installation, *table(installation, FORMS), "--therapist", "therapist-2")
    assert again == told(known=2, elsewhere=2, rejected=[], cases=in_one_case(installation, 2))
    more = table(installation, f"{HEADER}p-1,2026-02-05,BDI,20,N\n")
    (rejected,) = imported(installation, *more, "--therapist", "therapist-2", code=3)["rejected"]
    reason = "the case of this patient is therapist-1's: import with that --therapist"
    assert rejected == {"place": "forms.csv: line 2", "reason": reason}
    assert counts(installation)["case_opened"] == 1


def test_a_new_tenant_begins_when_that_is_asked_for(installation: Path) -> None:
    sent = [*table(installation, FORMS), "--tenant", "north"]
    assert imported(installation, *sent, "--new-tenant")["added"] == 2
    assert imported(installation, *sent)["known"] == 2


def test_imported_cases_have_the_supervisor_and_the_team_that_were_named(installation: Path) -> None:
    imported(installation, *table(installation, FORMS), "--supervisor", "supervisor-1", "--team", "team-east")
    (opened,) = events(installation, "case_opened")
    assert (opened["supervisorId"], opened["teamId"]) == ("supervisor-1", "team-east")
