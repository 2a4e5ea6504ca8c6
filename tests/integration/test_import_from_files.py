"""Forms from files reach their cases once, from the command line; the rest is listed."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.integration.imported import DATA, PATIENTS, counts, envelopes, events, told
from typer.testing import CliRunner

from treatment.cli import app
from treatment.embedded.folder import DataFolder
from treatment.fault import Fault
from treatment.projections.schema import migrate as migrate_read_models
from treatment.store.migrations import migrate
from treatment.store.opening import open_database

SCORES = ["--patient", "id", "--first-day", "2025-01-06", "--score", "BDI=bdi_s{session}"]
FOLLOW_UPS = ["--score", "BDI=bdi_fu1@112", "--score", "BDI=bdi_fu2@168"]


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
