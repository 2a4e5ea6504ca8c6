"""Whom of the 12 patients CMS159 counts, and whom as remitted: the columns of the notes on the real input."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from importlib.resources import files

import pytest
from tests.unit.treatment.imports.fhir import INSTRUMENTS

from treatment.definitions.outcome_rules import shipped_outcome_rules
from treatment.domain.outcomes.measurement_care import FollowUp, follow_up
from treatment.domain.outcomes.series import ScorePoint, score_series
from treatment.fhir.reader import read_bundle

PATIENTS = files("treatment.embedded.demo") / "data" / "fhir"
RULES = shipped_outcome_rules()


def encounters(name: str) -> list[date]:
    """The days of the visits that the file holds."""
    resources = [entry["resource"] for entry in json.loads((PATIENTS / f"{name}.json").read_bytes())["entry"]]
    return [
        date.fromisoformat(one["period"]["start"][:10])
        for one in resources
        if one["resourceType"] == "Encounter"
    ]


def measured(name: str, seen_on: Sequence[date]) -> FollowUp:
    reading = read_bundle((PATIENTS / f"{name}.json").read_bytes(), INSTRUMENTS)
    points = [
        ScorePoint(instrument=form.instrument, total=form.reported_total, taken_at=form.taken_at.at)
        for form in reading.forms
    ]
    series = score_series(RULES.measures["PHQ9"], points)
    return follow_up(RULES.measurement, RULES.measurement.windows["CMS159"], series, seen_on)


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
    found = measured(name, encounters(name))
    assert (found.in_measure, found.remission) == (in_measure, remitted)


@pytest.mark.parametrize(
    ("moved", "in_measure"),
    [(2, True), (3, False), (-5, True), (-6, False)],
    ids=["7 days after the form", "8 days after it", "on the day of it", "before it"],
)
def test_the_index_score_is_taken_at_an_encounter_or_up_to_7_days_before(
    moved: int, in_measure: bool
) -> None:
    name = "AssessmentWithin7DaysofEncounter1"
    days = [day + timedelta(days=moved) for day in encounters(name)]
    assert measured(name, days).in_measure is in_measure
