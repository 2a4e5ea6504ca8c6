"""Identity: the same form sent again is known; two resources that say the same are one form."""

import json
from uuid import UUID

import pytest
from pydantic import TypeAdapter
from tests.unit.treatment.imports.fhir import (
    AT,
    DATA,
    INSTRUMENTS,
    Resource,
    bundle,
    form,
    item,
    observation,
    read,
    response,
)

from casetrail_contracts.scalars import Moment, Reference
from treatment.fhir.reader import read_bundle
from treatment.imports.form import Rejected, Subject

CLINIC = "https://clinic.example/fhir"
ANSWERS = (0, 0, 0, 1, 2, 1, 3, 2, 1)
ITEMS = [item(f"phq9.{number}", {"valueInteger": answer}) for number, answer in enumerate(ANSWERS, start=1)]
DERIVED = [{"reference": "QuestionnaireResponse/q-1"}]
ONE = form(
    source="QuestionnaireResponse/q-1",
    place="entry[0] (QuestionnaireResponse)",
    items=ANSWERS,
    reported_total=10,
    items_sent=True,
)


def identities(content: bytes) -> set[str]:
    return {one.assessment_id for one in read_bundle(content, INSTRUMENTS, server=CLINIC).forms}


def test_a_resource_is_the_same_form_in_whatever_file_it_comes() -> None:
    total = observation(valueInteger=10)
    newer = total | {"meta": {"versionId": "7", "lastUpdated": AT}}
    with_address = {"fullUrl": f"{CLINIC}/Observation/o-1", "resource": total}
    files = [
        json.dumps(total),
        json.dumps(newer),
        json.dumps(bundle(total)),
        json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": [with_address]}),
        f"{json.dumps({'resourceType': 'Patient'})}\n{json.dumps(total)}",
    ]
    known_as = form(source=f"{CLINIC}/Observation/o-1").assessment_id
    assert {one for file in files for one in identities(file.encode())} == {known_as}


def test_the_identity_is_a_reference_of_the_contracts_and_tells_senders_and_instruments_apart() -> None:
    forms = [
        form(),
        form(instrument="GAD7"),
        form(system="north"),
        form(source="QuestionnaireResponse/o-1"),
        form(source="Observation/\ud800"),
    ]
    found = {TypeAdapter(Reference).validate_python(one.assessment_id) for one in forms}
    assert len(found) == 5
    assert all(str(UUID(one)) == one for one in found)


def test_what_the_form_says_is_no_part_of_its_identity() -> None:
    """A resource that was corrected is the same form, and corrects it."""
    (first,) = read(observation(valueInteger=10)).forms
    (second,) = read(observation(valueInteger=12, status="corrected")).forms
    assert first.assessment_id == second.assessment_id


def test_a_transaction_without_ids_is_one_form_known_by_its_content() -> None:
    """Its fullUrls are place holders: the sender makes new ones each time."""
    content = (DATA / "transaction-without-ids.json").read_bytes()
    (found,) = read_bundle(content, INSTRUMENTS).forms
    renamed = content.replace(b"aaaaaaaa", b"bbbbbbbb")
    assert identities(renamed) == {found.assessment_id}
    patient = Subject(reference="000123", within="https://clinic.example/mrn")
    assert (found.subject, found.items, found.reported_total) == (patient, ANSWERS, 10)
    assert str(found.taken_at) == "2026-03-02T09:30:00.000000Z"


@pytest.mark.parametrize(
    "total",
    [
        observation(valueInteger=10, derivedFrom=DERIVED, effectiveDateTime="2026-03-02"),
        observation(valueInteger=10),
        observation(valueInteger=10, effectiveDateTime="2026-03-02T08:30:00Z"),
    ],
    ids=["derived from it", "same moment and total", "the same moment, written otherwise"],
)
def test_a_total_and_the_response_that_says_the_same_are_one_form(total: Resource) -> None:
    reading = read(response(*ITEMS), total)
    assert (reading.forms, reading.rejected) == ((ONE,), ())


@pytest.mark.parametrize(
    "total",
    [
        observation(valueInteger=11),
        observation(valueInteger=10, effectiveDateTime="2026-03-02T17:00:00Z"),
        observation(valueInteger=10, subject={"reference": "Patient/p-2"}),
        observation("70274-6", valueInteger=10),
    ],
    ids=["another total", "8.3 two forms in one day", "another patient", "another instrument"],
)
def test_what_says_something_else_is_a_form_of_its_own(total: Resource) -> None:
    assert len(read(response(*ITEMS), total).forms) == 2


def test_a_derived_total_that_disagrees_with_the_items_is_kept_as_reported() -> None:
    (found,) = read(response(*ITEMS), observation(valueInteger=12, derivedFrom=DERIVED)).forms
    assert (found.items, found.reported_total) == (ANSWERS, 12)


def test_a_derived_total_that_contradicts_the_total_of_its_response_is_rejected() -> None:
    said = item("phq9.total", {"valueInteger": 10})
    reading = read(response(*ITEMS, said), observation(valueInteger=12, derivedFrom=DERIVED))
    reason = "another total than the response from which it was derived"
    assert (reading.forms, reading.rejected) == (
        (ONE,),
        (Rejected(place="entry[1] (Observation)", reason=reason),),
    )


def test_a_derived_total_in_another_file_has_the_identity_of_its_response() -> None:
    (found,) = read(observation(valueInteger=10, derivedFrom=DERIVED)).forms
    assert found.assessment_id == ONE.assessment_id


def test_a_resource_that_stands_in_a_file_twice_is_read_once() -> None:
    reading = read(observation(valueInteger=10), observation(valueInteger=10), *[response(*ITEMS)] * 2)
    assert ([one.place for one in reading.forms], reading.rejected, reading.passed_over) == (
        ["entry[2] (QuestionnaireResponse)"],
        (),
        2,
    )


def test_a_resource_that_stands_in_a_file_twice_with_other_content_is_rejected_once() -> None:
    reading = read(observation(valueInteger=10), observation(valueInteger=12))
    reason = "the same resource stands in this file already, with other content"
    assert ([one.reported_total for one in reading.forms], reading.rejected) == (
        [10],
        (Rejected(place="entry[1] (Observation)", reason=reason),),
    )


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_corrected_version_takes_the_place_of_the_one_before_it(newest_first: bool) -> None:
    sent = [observation(valueInteger=10), observation(valueInteger=12, status="corrected")]
    reading = read(*(sent[::-1] if newest_first else sent))
    assert ([one.reported_total for one in reading.forms], reading.rejected, reading.passed_over) == (
        [12],
        (),
        1,
    )


def test_of_two_corrections_the_later_one_counts() -> None:
    sent = [
        observation(valueInteger=total, status="corrected", issued=f"2026-03-{day}T08:00:00Z")
        for total, day in [(12, "05"), (13, "07"), (11, "06")]
    ]
    reading = read(*sent)
    assert ([one.reported_total for one in reading.forms], reading.passed_over) == ([13], 2)


def test_two_forms_of_one_day_are_two() -> None:
    """Domain reference 8.3."""
    sent = [observation(identity=name, valueInteger=10, effectiveDateTime="2026-03-02") for name in "ab"]
    found = read(*sent).forms
    assert {one.taken_at for one in found} == {Moment.parse("2026-03-02")}
    assert len({one.assessment_id for one in found}) == 2
