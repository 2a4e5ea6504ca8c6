"""Whose patient it is: an id is unique within a server, a system of identifiers, and a sender."""

import json
from typing import Any

import pytest
from tests.unit.treatment.imports.fhir import INSTRUMENTS, Resource, form, observation, read, response

from treatment.fhir.reader import read_bundle
from treatment.imports.form import ImportedForm, Subject

NORTH = "https://north.example/fhir"
SOUTH = "https://south.example/fhir"


def of(server: str, *, address: str = "", **fields: Any) -> Resource:
    """An entry of a Bundle with the total of patient 77, as this server tells it."""
    total = observation(subject={"reference": f"{address}Patient/77"}, valueInteger=10, **fields)
    return {"fullUrl": f"{server}/Observation/o-1", "resource": total}


def forms(*entries: Resource, server: str = "") -> tuple[ImportedForm, ...]:
    sent = {"resourceType": "Bundle", "type": "searchset", "entry": list(entries)}
    return read_bundle(json.dumps(sent).encode(), INSTRUMENTS, server=server).forms


@pytest.mark.parametrize("address", ["", "/", f"{NORTH}/"], ids=["relative", "from the root", "absolute"])
def test_a_reference_without_a_server_is_below_that_of_its_resource(address: str) -> None:
    (found,) = forms(of(NORTH, address=address))
    assert found == form(
        source=f"{NORTH}/Observation/o-1",
        subject="77",
        within=NORTH,
        place="entry[0] (Observation)",
        reported_total=10,
        named="Observation/o-1",
    )


def test_two_hospitals_have_the_same_ids_for_different_people_and_forms() -> None:
    """One message may hold both."""
    found = forms(of(NORTH), of(SOUTH))
    assert {one.subject for one in found} == {Subject(reference="77", within=it) for it in (NORTH, SOUTH)}
    assert len({one.assessment_id for one in found}) == 2


def test_a_message_without_addresses_is_of_the_server_that_the_sender_names() -> None:
    without = {"resource": observation(subject={"reference": "Patient/77"}, valueInteger=10)}
    (named,), (told,) = forms(without, server=f"{NORTH}/"), forms(of(NORTH))
    assert (named.subject, named.assessment_id) == (told.subject, told.assessment_id)


def test_a_patient_who_was_read_once_is_meant_where_no_server_is_said() -> None:
    born = {"resourceType": "Patient", "id": "77", "birthDate": "2010-01-01"}
    teenager = observation("89204-2", subject={"reference": "Patient/77"}, valueInteger=10)
    (found,) = forms({"resource": teenager}, {"fullUrl": f"{NORTH}/Patient/77", "resource": born})
    assert (found.instrument, found.subject) == ("PHQ9A", Subject(reference="77", within=NORTH))


def test_two_systems_of_identifiers_have_the_same_numbers_for_different_people() -> None:
    sent = [
        observation(
            identity=name,
            subject={"identifier": {"system": f"https://{name}.example/mrn", "value": "123"}},
            valueInteger=10,
        )
        for name in ("north", "south")
    ]
    assert [one.subject for one in read(*sent).forms] == [
        Subject(reference="123", within="https://north.example/mrn"),
        Subject(reference="123", within="https://south.example/mrn"),
    ]


def test_no_two_senders_and_sources_look_alike() -> None:
    """A system that ends as a source begins is another system."""
    first = form(system="s", source="other|Observation/o-1")
    second = form(system="s|other", source="Observation/o-1")
    assert first.assessment_id != second.assessment_id


def test_a_total_joins_its_response_on_the_same_server_only() -> None:
    nine = response(
        *[{"linkId": f"phq9.{n}", "answer": [{"valueInteger": 1}]} for n in range(1, 10)], id="q-1"
    )
    derived = [{"reference": "QuestionnaireResponse/q-1"}]
    answers = {"fullUrl": f"{NORTH}/QuestionnaireResponse/q-1", "resource": nine}
    here, there = (
        {
            "fullUrl": f"{server}/Observation/o-1",
            "resource": observation(valueInteger=9, derivedFrom=derived),
        }
        for server in (NORTH, SOUTH)
    )
    assert (len(forms(answers, here)), len(forms(answers, there))) == (1, 2)
