"""Consumers read leniently; conformance says precisely what is wrong."""

import json
from typing import Any

import pytest

from casetrail_contracts import NotAnEvent, read
from casetrail_contracts.canonical import encode
from casetrail_contracts.conformance import violations
from casetrail_contracts.examples import EXAMPLES

HELD = EXAMPLES["session_held"]


def changed(**attributes: Any) -> bytes:
    return encode({**json.loads(HELD), **attributes})


def test_unknown_attributes_fields_and_types_are_no_errors() -> None:
    data = json.loads(HELD)["data"]
    assert read(changed(tomorrow="yes")).payload == read(HELD).payload
    assert read(changed(data=data | {"mood": 3})).payload == read(HELD).payload
    unknown = read(changed(type="org.casetrail.treatment.tomorrow.v1"))
    assert (unknown.payload, unknown.sequence, unknown.position, unknown.tenant) == (None, 4, 4, "north")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, changed(data={"sessionId": "x"})]
)
def test_what_is_no_event_is_refused_without_its_content(content: bytes) -> None:
    with pytest.raises(NotAnEvent) as refused:
        read(content)
    assert "not a Casetrail event record" in str(refused.value)
    assert "sessionId" not in str(refused.value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_conforms(name: str) -> None:
    assert violations(EXAMPLES[name]) == []


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b" " * 70_000, "at most 61440"),
        (HELD.replace(b'"data"', b' "data"'), "not canonical"),
        (changed(Upper="x"), "'Upper' is not 1 to 20 lower-case letters"),
        (changed(number=3), "'number' is not a string"),
        (changed(sequence="0000000009"), "id is not <subject>-<sequence>"),
        (changed(source="https://x.example/tenants/north/cases/" + "0" * 36), "source does not name"),
        (changed(previoushash=None), "previoushash"),
        (changed(type="org.casetrail.treatment.nothing.v1"), "not in the catalogue"),
        (changed(data={}), "data: sessionId"),
        (changed(specversion="9"), "specversion"),
    ],
)
def test_a_violation_is_named(content: bytes, found: str) -> None:
    assert [one for one in violations(content) if found in one], violations(content)
