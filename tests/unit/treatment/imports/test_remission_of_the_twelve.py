"""Whom of the 12 patients CMS159 counts, and whom as remitted: the columns of the notes on the real input."""

from importlib.resources import files

import pytest
from tests.unit.treatment.imports.fhir import INSTRUMENTS

from treatment.definitions.outcome_rules import shipped_outcome_rules
from treatment.domain.outcomes.measurement_care import follow_up
from treatment.domain.outcomes.series import ScorePoint, score_series
from treatment.fhir.reader import read_bundle

PATIENTS = files("treatment.embedded.demo") / "data" / "fhir"
RULES = shipped_outcome_rules()


@pytest.mark.parametrize(
    ("name", "in_measure", "remitted"),
    [
        ("DXandAssessmentsWithinMAP1", True, True),
        ("AssessmentInRelevantPeriod1", True, True),
        ("AssessmentWithin7DaysofEncounter1", True, True),
        ("DepressionDxByEncounterCondition", True, True),
        ("FUAssessment12MonthsAfterInitial1", True, True),
        ("FUAssessment1ResultGreaterThan5", True, False),
        ("Strat1FUAssessment12MonthsAfterInitial", True, False),
        ("NoFUAssess1", True, False),
        ("Patientis17", True, False),
        ("SecondPHQ9OutofRange1", True, False),
        ("SecondAssessmentStatusUnknown1", True, False),
        ("PHQ9Lessthan9Pop1", False, False),
    ],
)
def test_the_measure_counts_whom_it_should(name: str, in_measure: bool, remitted: bool) -> None:
    reading = read_bundle((PATIENTS / f"{name}.json").read_bytes(), INSTRUMENTS)
    points = [
        ScorePoint(instrument=form.instrument, total=form.reported_total, taken_at=form.taken_at.at)
        for form in reading.forms
    ]
    series = score_series(RULES.measures["PHQ9"], points)
    found = follow_up(RULES.measurement, RULES.measurement.windows["CMS159"], series)
    assert (found.in_measure, found.remission) == (in_measure, remitted)
