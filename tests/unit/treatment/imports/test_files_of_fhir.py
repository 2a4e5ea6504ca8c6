"""What a file may be: a Bundle, one resource, lines of them, or anything at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.imports.fhir import (
    AT,
    DATA,
    INSTRUMENTS,
    LOINC,
    PHQ9_ITEMS,
    bundle,
    form,
    observation,
    response,
)

from casetrail_contracts.scalars import Moment
from treatment.fhir.reader import read_bundle
from treatment.fhir.resources import DEEPEST
from treatment.imports.form import Reading, Rejected

TOTAL = observation(valueInteger=10)
IN_ENTRY = form(place="entry[0] (Observation)", reported_total=10)


def of_bytes(content: bytes) -> Reading:
    return read_bundle(content, INSTRUMENTS)


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "batch"])
def test_a_bundle_of_these_types_is_read(kind: str) -> None:
    assert of_bytes(json.dumps(bundle(TOTAL, kind=kind)).encode()).forms == (IN_ENTRY,)


@pytest.mark.parametrize("kind", ["history", "document", "message", "", "Jane Doe"])
def test_a_bundle_of_another_type_is_not_read(kind: str) -> None:
    reason = "a Bundle of this type is not read, only transaction, collection, searchset, batch"
    assert of_bytes(json.dumps(bundle(TOTAL, kind=kind)).encode()) == Reading(unreadable=reason)


def test_a_single_resource_is_read_also_after_a_byte_order_mark() -> None:
    content = b"\xef\xbb\xbf" + json.dumps(TOTAL).encode()
    assert of_bytes(content).forms == (form(reported_total=10),)


def test_each_line_of_ndjson_is_read_and_a_broken_one_is_rejected() -> None:
    assert of_bytes((DATA / "bulk.ndjson").read_bytes()) == Reading(
        forms=(
            form(
                source="Observation/a",
                place="line 1 (Observation)",
                taken_at=Moment.parse("2026-03-02"),
                reported_total=10,
            ),
            form(
                instrument="GAD7",
                source="Observation/b",
                place="line 5 (Observation)",
                taken_at=Moment.parse("2026-03-02"),
                reported_total=8,
            ),
        ),
        rejected=(Rejected(place="line 4", reason="not JSON"),),
        passed_over=1,
    )


def test_a_line_may_hold_the_separators_that_unicode_knows() -> None:
    noted = json.dumps(TOTAL | {"note": [{"text": "a\u2028b\x85c"}]}, ensure_ascii=False)
    assert [one.place for one in of_bytes(f"{noted}\n{noted}".encode()).forms] == ["line 1 (Observation)"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"{", "not JSON"),
        (b'{\n"resourceType": "Bundle",\n', "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b"<Bundle xmlns='http://hl7.org/fhir'/>", "XML is not read; send JSON"),
        (b"[]", "neither a Bundle nor a resource"),
        (b"7", "neither a Bundle nor a resource"),
        (b"{}", "neither a Bundle nor a resource"),
        (b'{"resourceType": 7}', "neither a Bundle nor a resource"),
        (b'{"value": NaN}', "not JSON"),
        (b'{"value": 1e99999999999999999999}', "not JSON"),
        (b'{"value": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "nested too deeply"),
    ],
    ids=lambda value: str(value[:40]),
)
def test_what_is_no_fhir_is_unreadable(content: bytes, reason: str) -> None:
    assert of_bytes(content) == Reading(unreadable=reason)


def test_an_entry_that_is_no_resource_is_rejected_and_the_rest_is_read() -> None:
    entries: list[Any] = [
        {"resource": TOTAL},
        {"resource": 7},
        {"resource": bundle(TOTAL)},
        {"request": {"method": "DELETE", "url": "Observation/o-9"}},
        "entry",
        None,
    ]
    sent = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    assert of_bytes(json.dumps(sent).encode()) == Reading(
        forms=(IN_ENTRY,),
        rejected=(
            Rejected(place="entry[1]", reason="not a resource"),
            Rejected(place="entry[2]", reason="a Bundle within a Bundle is not read"),
        ),
    )


def test_forms_come_oldest_first() -> None:
    sent = [
        observation(identity=f"o-{number}", valueInteger=number, effectiveDateTime=when)
        for number, when in enumerate(["2026-03-09", "2026-03", "2026-03-02T10:00:00Z"])
    ]
    assert [one.reported_total for one in of_bytes(json.dumps(bundle(*sent)).encode()).forms] == [1, 2, 0]


WORDS = [
    "resourceType",
    "entry",
    "resource",
    "code",
    "coding",
    "subject",
    "reference",
    "item",
    "answer",
    "linkId",
    "valueInteger",
    "valueCoding",
    "hasMember",
    "component",
    "effectiveDateTime",
    "id",
    "status",
    "system",
]
names = st.sampled_from(WORDS) | st.text()
atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["Bundle", "Observation", "QuestionnaireResponse", "Patient", "final", "completed", LOINC, AT]
    )
    | st.sampled_from(
        [*PHQ9_ITEMS, "44261-6", "44249-1", "phq9.9", "LA6571-9", "Patient/p-1", "Observation/o-1"]
    )
)
values = st.recursive(atoms, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=20)
FIELDS = ("code", "subject", "status", "hasMember", "derivedFrom", "component", "item", "id", "valueQuantity")


@given(values)
def test_no_json_crashes_the_reader(value: Any) -> None:
    of_bytes(json.dumps(value).encode())


@given(st.binary())
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    of_bytes(content)


@given(st.sampled_from([TOTAL, response()]), st.dictionaries(st.sampled_from(FIELDS), values))
def test_no_resource_crashes_the_reader(resource: dict[str, Any], changes: dict[str, Any]) -> None:
    sent = bundle(resource | changes, TOTAL, observation("44249-1", "panel") | changes)
    of_bytes(json.dumps(sent).encode())


@given(st.text(min_size=8, alphabet=st.characters(min_codepoint=0x3400, max_codepoint=0x4DB5)))
def test_no_reason_quotes_what_was_sent(secret: str) -> None:
    sent = bundle(
        observation(valueString=secret, status=secret),
        observation(valueString=secret),
        observation(valueInteger=5, effectiveDateTime=secret),
        observation(valueInteger=5, subject={"reference": secret * 9}),
        response({"linkId": "phq9.9", "answer": [{"valueString": secret}]}),
        {"resourceType": secret},
    )
    assert secret not in repr(of_bytes(json.dumps(sent).encode()))
