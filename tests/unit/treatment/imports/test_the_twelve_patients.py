"""The 12 patients of the measure CMS159: the totals of the table in the notes on the real input."""

from importlib.resources import files

import pytest
from tests.unit.treatment.imports.fhir import INSTRUMENTS

from treatment.fhir.reader import read_bundle
from treatment.imports.form import Rejected

PATIENTS = files("treatment.embedded.demo") / "data" / "fhir"
Totals = list[tuple[int | None, str]]


def totals_of(name: str) -> tuple[Totals, tuple[Rejected, ...], set[str]]:
    reading = read_bundle((PATIENTS / f"{name}.json").read_bytes(), INSTRUMENTS)
    totals = [(form.reported_total, str(form.taken_at)[:10]) for form in reading.forms]
    assert {form.instrument for form in reading.forms} == {"PHQ9"}
    return totals, reading.rejected, {form.subject.reference for form in reading.forms}


@pytest.mark.parametrize(
    ("name", "totals"),
    [
        ("DXandAssessmentsWithinMAP1", [(10, "2025-02-25"), (3, "2026-02-19")]),
        ("AssessmentInRelevantPeriod1", [(10, "2025-02-25"), (2, "2026-02-19")]),
        ("AssessmentWithin7DaysofEncounter1", [(10, "2025-02-20"), (3, "2026-02-19")]),
        ("DepressionDxByEncounterCondition", [(10, "2025-02-25"), (3, "2026-02-19")]),
        ("FUAssessment12MonthsAfterInitial1", [(10, "2025-02-25"), (3, "2026-02-19")]),
        ("FUAssessment1ResultGreaterThan5", [(20, "2025-02-25"), (7, "2026-02-19")]),
        ("Strat1FUAssessment12MonthsAfterInitial", [(20, "2025-02-25"), (4, "2025-12-19")]),
        ("NoFUAssess1", [(20, "2025-02-25")]),
        ("Patientis17", [(10, "2025-02-25")]),
        ("PHQ9Lessthan9Pop1", [(8, "2025-02-25"), (4, "2026-02-19")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_totals_are_those_of_the_table(name: str, totals: Totals) -> None:
    found, rejected, subjects = totals_of(name)
    assert (found, rejected, len(subjects)) == (totals, (), 1)


@pytest.mark.parametrize(
    ("name", "counted", "rejected"),
    [
        (
            "SecondPHQ9OutofRange1",
            [(10, "2025-02-25")],
            Rejected(place="entry[3] (Observation)", reason="the total of PHQ9 is outside 0 to 27"),
        ),
        (
            "SecondAssessmentStatusUnknown1",
            [(20, "2025-02-25")],
            Rejected(
                place="entry[1] (Observation)",
                reason="status unknown does not count, only final, amended, corrected",
            ),
        ),
    ],
    ids=["a total of 300", "status unknown"],
)
def test_what_is_no_total_never_counts(name: str, counted: Totals, rejected: Rejected) -> None:
    assert totals_of(name)[:2] == (counted, (rejected,))


def test_there_are_12_patients_with_22_totals_of_which_2_never_count() -> None:
    names = sorted(file.name for file in PATIENTS.iterdir())
    readings = [read_bundle((PATIENTS / name).read_bytes(), INSTRUMENTS) for name in names]
    assert len(names) == 12
    assert sum(len(reading.forms) for reading in readings) == 20
    assert sum(len(reading.rejected) for reading in readings) == 2


def test_what_is_no_form_is_passed_over_and_counted() -> None:
    content = (PATIENTS / "DXandAssessmentsWithinMAP1.json").read_bytes()
    reading = read_bundle(content, INSTRUMENTS)
    assert (len(reading.forms), reading.rejected, reading.passed_over) == (2, (), 5)
