"""Observations as real senders write them (domain reference 3.1 to 3.3, 3.6, 3.11, 6.2)."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.treatment.imports.fhir import LOINC, Resource, form, observation, read, rejection

from casetrail_contracts.scalars import Moment
from treatment.imports.form import Reading, Subject, TakenBack


@pytest.mark.parametrize(
    ("code", "instrument"),
    [
        ("44261-6", "PHQ9"),
        ("89204-2", "PHQ9"),
        ("55758-7", "PHQ2"),
        ("70274-6", "GAD7"),
        ("99046-5", "EPDS"),
        ("71354-5", "EPDS"),
        ("89205-9", "CESDR"),
        ("44249-1", "PHQ9"),
    ],
    ids=[
        "3.1 PHQ-9 total",
        "3.1 total of the teenagers' version, used for adults",
        "3.2 PHQ-2 total",
        "3.3 GAD-7 total",
        "3.6 EPDS total",
        "3.6 EPDS form, used for the total",
        "3.7 CESD-R total, which is not CES-D",
        "3.1 PHQ-9 panel with a value of its own",
    ],
)
def test_a_total_is_recognised_by_its_code(code: str, instrument: str) -> None:
    expected = form(instrument=instrument, reported_total=3)
    assert read(observation(code, valueInteger=3)).forms == (expected,)


@pytest.mark.parametrize(
    ("born", "instrument"),
    [
        ("1980-05-01", "PHQ9"),
        ("2008-03-02", "PHQ9"),
        ("2008-03-03", "PHQ9A"),
        ("2010", "PHQ9A"),
        (None, "PHQ9"),
    ],
    ids=["an adult", "of age that day", "one day younger", "year of birth only", "not said"],
)
def test_the_teenagers_code_is_believed_of_a_minor_only(born: str | None, instrument: str) -> None:
    """Domain reference 6.2. The identity stays the same, whether a file says the age or not."""
    patient = {"resourceType": "Patient", "id": "p-1", "birthDate": born}
    (found,) = read(observation("89204-2", valueInteger=3), patient).forms
    assert found == replace(form(place="entry[0] (Observation)", reported_total=3), instrument=instrument)


@pytest.mark.parametrize(
    ("system", "code", "instrument"),
    [
        ("http://snomed.info/sct", "720433000", "PHQ9"),
        ("http://snomed.info/sct", "506701000000100", "PHQ9"),
        ("http://snomed.info/sct", "445455005", "GAD7"),
        ("http://snomed.info/sct", "836541000000100", "PHQ2"),
        ("http://snomed.info/sct", "958051000000104", "CORE10"),
        ("urn:oid:2.16.840.1.113883.6.1", "44261-6", "PHQ9"),
    ],
)
def test_other_systems_name_totals_too(system: str, code: str, instrument: str) -> None:
    local = {"system": "https://clinic.example/codes", "code": "PHQ9-TOTAL"}
    coding = [local, {"system": system, "code": code}]
    found = read(observation(valueInteger=3) | {"code": {"coding": coding}})
    assert found.forms == (form(instrument=instrument, reported_total=3),)


@pytest.mark.parametrize(
    "value",
    [
        {"valueInteger": 12},
        {"valueQuantity": {"value": 12, "unit": "{score}", "system": "http://unitsofmeasure.org"}},
        {"valueQuantity": {"value": 12.0}},
        {"valueDecimal": 12.00},
        {"valueString": "12"},
        {"valueString": " 12 "},
    ],
    ids=str,
)
def test_a_whole_number_is_read_in_whatever_type_it_comes(value: Resource) -> None:
    assert read(observation(**value)).forms == (form(reported_total=12),)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"valueInteger": 300}, "the total of PHQ9 is outside 0 to 27"),
        ({"valueInteger": 28}, "the total of PHQ9 is outside 0 to 27"),
        ({"valueInteger": -1}, "the total of PHQ9 is outside 0 to 27"),
        ({"valueQuantity": {"value": 11.25}}, "the value is not a whole number"),
        ({"valueQuantity": {"value": 11, "comparator": ">"}}, "the value is a bound, not a number"),
        ({"valueString": "twelve"}, "the value is not a whole number"),
        ({"valueString": "١٢"}, "the value is not a whole number"),
        ({"valueString": "12/27"}, "the value is not a whole number"),
        ({"valueInteger": True}, "the value is not a whole number"),
        ({"valueInteger": None, "valueBoolean": True}, "the value is of a type that no score has"),
        ({"valueInteger": 10**30}, "the value is larger than any score"),
        ({"valueCodeableConcept": {"text": "12"}}, "the answer's code is not in the table of answers"),
        ({}, "PHQ9: neither total nor answer"),
        ({"valueQuantity": {"unit": "{score}"}}, "PHQ9: neither total nor answer"),
        ({"dataAbsentReason": {"text": "refused"}}, "PHQ9: neither total nor answer"),
        (
            {"valueInteger": 3, "dataAbsentReason": {"text": "error"}},
            "there is a value and a reason why there is none",
        ),
    ],
    ids=str,
)
def test_what_is_no_total_is_rejected(value: Resource, reason: str) -> None:
    assert rejection(observation(**value)) == reason


@pytest.mark.parametrize(
    ("status", "standing"), [("final", "said"), ("amended", "corrected"), ("corrected", "corrected")]
)
def test_a_status_that_counts(status: str, standing: str) -> None:
    """Domain reference 4.2: final, amended and corrected; the last two replace what was said before."""
    found = read(observation(status=status, valueInteger=5))
    assert found.forms == (form(reported_total=5, standing=standing),)


@pytest.mark.parametrize(
    ("said", "changed_at"),
    [
        (
            {"meta": {"lastUpdated": "2026-03-05T08:00:00Z"}, "issued": "2026-03-04T08:00:00Z"},
            "2026-03-05T08:00:00Z",
        ),
        ({"issued": "2026-03-04T08:00:00Z"}, "2026-03-04T08:00:00Z"),
        ({"meta": {"lastUpdated": "yesterday"}, "issued": "2026-03-04T08:00:00Z"}, "2026-03-04T08:00:00Z"),
    ],
    ids=["last updated", "issued", "what can be read of them"],
)
def test_when_it_was_changed_is_read(said: Resource, changed_at: str) -> None:
    expected = form(reported_total=5, standing="corrected", changed_at=Moment.parse(changed_at))
    assert read(observation(status="corrected", valueInteger=5, **said)).forms == (expected,)


def test_what_was_entered_in_error_is_taken_back_whatever_is_left_of_it() -> None:
    """Domain reference 4.2."""
    emptied = observation(status="entered-in-error", effectiveDateTime=None)
    assert read(emptied) == Reading(
        taken_back=(
            TakenBack(
                subject=Subject(reference="p-1"),
                origin=form().origin,
                place="the file (Observation)",
            ),
        )
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"identity": None}, "it was entered in error, and has no id by which to find it"),
        (
            {"derivedFrom": [{"reference": "QuestionnaireResponse/q-1"}]},
            (
                "it was entered in error, but its form is that of the response from which it was derived: "
                "send that response as entered-in-error, or correct the form in its case"
            ),
        ),
        ({"code": "44260-8"}, "status entered-in-error does not count, only final, amended, corrected"),
    ],
    ids=["no id", "derived from a response", "an item only"],
)
def test_what_cannot_be_taken_back_is_rejected(fields: Any, reason: str) -> None:
    assert rejection(observation(status="entered-in-error", **fields)) == reason


@pytest.mark.parametrize("status", ["registered", "preliminary", "cancelled", "unknown"])
def test_a_status_that_does_not_count(status: str) -> None:
    reason = f"status {status} does not count, only final, amended, corrected"
    assert rejection(observation(status=status, valueInteger=5)) == reason


@pytest.mark.parametrize("status", [None, "Jane Doe", 7], ids=["missing", "no status of FHIR", "no text"])
def test_a_status_of_the_senders_own_is_not_quoted(status: object) -> None:
    reason = "a status that is missing or unknown to FHIR does not count, only final, amended, corrected"
    assert rejection(observation(status=status, valueInteger=5)) == reason


@pytest.mark.parametrize(
    ("said", "taken_at"),
    [
        ({"effectiveDateTime": "2026-03-02"}, "2026-03-02"),
        ({"effectiveDateTime": "2026-03"}, "2026-03"),
        ({"effectiveDateTime": "2026"}, "2026"),
        ({"effectiveDateTime": "2026-03-02T23:30:00-05:00"}, "2026-03-03T04:30:00.000000Z"),
        ({"effectiveDateTime": "2026-03-02T09:30:00.123456789Z"}, "2026-03-02T09:30:00.123456Z"),
        ({"effectiveDateTime": None, "effectiveInstant": "2026-03-02T09:30:00Z"}, "2026-03-02T09:30:00Z"),
        (
            {"effectiveDateTime": None, "effectivePeriod": {"start": "2026-03-01", "end": "2026-03-02"}},
            "2026-03-02",
        ),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-03-01"}}, "2026-03-01"),
    ],
    ids=str,
)
def test_a_time_is_kept_as_exactly_as_it_is_known(said: Resource, taken_at: str) -> None:
    expected = form(reported_total=5, taken_at=Moment.parse(taken_at))
    assert read(observation(valueInteger=5, **said)).forms == (expected,)


@pytest.mark.parametrize("said", ["2026-03-02T09:30:00", "2026-02-30", "yesterday", "02/03/2026"])
def test_a_time_that_is_not_sure_is_not_guessed(said: str) -> None:
    reason = "the time is neither a date nor a time with its offset from UTC"
    assert rejection(observation(valueInteger=5, effectiveDateTime=said)) == reason


def test_the_day_of_publishing_is_not_the_day_of_the_form() -> None:
    late = observation(valueInteger=5, effectiveDateTime=None, issued="2026-04-01T00:00:00Z")
    assert rejection(late) == "it is not said when the form was taken (effectiveDateTime)"


@pytest.mark.parametrize(
    ("subject", "patient"),
    [
        ({"reference": "Patient/p-1"}, Subject(reference="p-1")),
        (
            {"reference": "https://clinic.example/fhir/Patient/p-1"},
            Subject(reference="p-1", within="https://clinic.example/fhir"),
        ),
        ({"reference": "Patient/p-1/_history/4"}, Subject(reference="p-1")),
        (
            {"reference": "urn:uuid:624b9027-60eb-4661-9a15-344644178c39"},
            Subject(reference="624b9027-60eb-4661-9a15-344644178c39"),
        ),
        (
            {"identifier": {"system": "https://clinic.example/mrn", "value": "000 123"}},
            Subject(reference="000 123", within="https://clinic.example/mrn"),
        ),
    ],
    ids=["relative", "absolute", "with a version", "by uuid", "by identifier"],
)
def test_the_patient_is_found_however_the_reference_is_written(subject: Resource, patient: Subject) -> None:
    (found,) = read(observation(valueInteger=5, subject=subject)).forms
    assert found == replace(form(reported_total=5), subject=patient)


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (None, "no patient is named"),
        ({"display": "Jane Doe"}, "no patient is named"),
        ({"reference": "Group/g-1"}, "the subject is not a patient"),
        ({"reference": "#p"}, "the patient is contained in the resource and has no id of their own"),
        (
            {"identifier": {"value": "\ud800"}},
            "the patient's reference is not 1 to 64 printable letters",
        ),
        ({"identifier": {"value": "1" * 65}}, "the patient's reference is not 1 to 64 printable letters"),
    ],
    ids=["missing", "a name only", "a group", "contained", "a lone surrogate", "too long"],
)
def test_a_form_of_nobody_is_rejected(subject: Resource | None, reason: str) -> None:
    assert rejection(observation(valueInteger=5, subject=subject)) == reason


def test_a_code_that_names_two_instruments_is_rejected() -> None:
    coding = [{"system": LOINC, "code": "44261-6"}, {"system": LOINC, "code": "70274-6"}]
    both = observation(valueInteger=5) | {"code": {"coding": coding}}
    assert rejection(both) == "the code names several instruments"


@pytest.mark.parametrize(
    "resource",
    [
        observation("8867-4", valueInteger=70, status="preliminary"),
        observation("44261-6", valueInteger=5) | {"code": {"text": "PHQ-9 total"}},
        observation(valueInteger=5)
        | {"code": {"coding": [{"system": "https://clinic.example", "code": "44261-6"}]}},
        {"resourceType": "Patient", "id": "p-1", "deceasedBoolean": True},
    ],
    ids=["a pulse", "no code", "another system's code", "a patient who has died"],
)
def test_what_is_no_form_of_ours_is_passed_over(resource: Resource) -> None:
    reading = read(resource)
    assert (reading.forms, reading.rejected, reading.passed_over) == ((), (), 1)
