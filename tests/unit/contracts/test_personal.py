"""A personal value is plain in a command's body, sealed in the bytes, and shown nowhere."""

import json

import pytest
from pydantic import BaseModel, ValidationError

from casetrail_contracts import BY_PAYLOAD, Form, Personal
from casetrail_contracts.envelope import payload_data
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.personal import STORED, NotSealed, personal_fields

SEALED = f"sealed:v1:{'k' * 22}:{'c' * 43}:{'t' * 60}"


def test_a_body_is_plain_and_the_bytes_are_sealed() -> None:
    plain = CaseOpened.model_validate({"patientRef": "NHS 1", "therapistId": "t-1"})
    assert (plain.patient_ref.form, plain.patient_ref.value) == (Form.PLAIN, "NHS 1")
    stored = CaseOpened.model_validate({"patientRef": SEALED, "therapistId": "t-1"}, context=STORED)
    assert (stored.patient_ref.form, stored.patient_ref.value) == (Form.SEALED, None)
    assert payload_data(stored) == {"patientRef": SEALED, "therapistId": "t-1"}


def test_a_plain_value_cannot_be_written() -> None:
    plain = CaseOpened.model_validate({"patientRef": "NHS 1", "therapistId": "t-1"})
    with pytest.raises(NotSealed):
        payload_data(plain)


def test_text_that_looks_sealed_is_plain_in_a_body() -> None:
    with pytest.raises(ValidationError):
        CaseOpened.model_validate({"patientRef": SEALED, "therapistId": "t-1"})
    short = CaseOpened.model_validate({"patientRef": "sealed:v1:x", "therapistId": "t-1"})
    assert short.patient_ref == Personal.plain("sealed:v1:x")


def test_stored_bytes_hold_no_plain_value() -> None:
    with pytest.raises(ValidationError):
        CaseOpened.model_validate({"patientRef": "NHS 1", "therapistId": "t-1"}, context=STORED)


def test_a_value_shows_in_no_repr() -> None:
    opened = CaseOpened(patient_ref=Personal.plain("canary"), therapist_id="t-1")
    assert "canary" not in repr(opened) + str(opened) + f"{opened.patient_ref!s}"


@pytest.mark.parametrize("text", ["", "x" * 65])
def test_a_plain_value_is_bounded(text: str) -> None:
    with pytest.raises(ValidationError):
        CaseOpened.model_validate({"patientRef": text, "therapistId": "t-1"})


def test_the_schema_of_a_body_is_plain_and_that_of_the_bytes_is_sealed() -> None:
    body = CaseOpened.model_json_schema(mode="validation")["properties"]["patientRef"]
    stored = CaseOpened.model_json_schema(mode="serialization")["properties"]["patientRef"]
    assert (body["maxLength"], stored["pattern"][:11]) == (64, "^sealed:v1:")


@pytest.mark.parametrize("payload", BY_PAYLOAD)
def test_the_fields_with_personal_values_are_those_whose_schema_says_sealed(
    payload: type[BaseModel],
) -> None:
    schema = payload.model_json_schema(mode="serialization")
    definitions = schema.get("$defs", {})

    def is_sealed(part: object) -> bool:
        text = json.dumps(part)
        named = [definitions[name] for name in definitions if f'"#/$defs/{name}"' in text]
        return "^sealed:v1:" in text or any(is_sealed(definition) for definition in named)

    assert personal_fields(payload) == tuple(
        name
        for name, field in payload.model_fields.items()
        if is_sealed(schema["properties"][field.serialization_alias or field.alias or name])
    )
