"""A personal value is plain in a command's body, sealed in the bytes, and shown nowhere."""

import pytest
from pydantic import ValidationError

from casetrail_contracts import Form, Personal
from casetrail_contracts.envelope import payload_data
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.personal import STORED, NotSealed

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
