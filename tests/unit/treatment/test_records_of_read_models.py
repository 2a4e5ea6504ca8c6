"""A read model reads of an event its place, and what it keeps: the same that the contracts read of it."""

import json
from typing import Any

import pytest
from tests.builders import History, case_id, scored, session

from casetrail_contracts import BY_TYPE, CATALOGUE, Event, read
from casetrail_contracts.examples import CASE_EXAMPLES, REGISTER_EXAMPLES
from casetrail_contracts.scalars import instant_text
from treatment.projections.case_summary.kept import part_of, part_of_payload
from treatment.projections.case_summary.of_events import PARTS
from treatment.projections.case_summary.sessions import Scored
from treatment.projections.records import Record, Unreadable, read_record

EXAMPLES = {**CASE_EXAMPLES, **REGISTER_EXAMPLES}


def of(event: Event) -> Record:
    entry = BY_TYPE[event.envelope.type]
    return Record(
        event_id=event.envelope.id,
        case=(event.tenant, event.envelope.subject),
        sequence=event.sequence,
        position=event.position,
        at=instant_text(event.envelope.time),
        name=entry.name,
        kind=entry.payload,
        data=event.envelope.data,
    )


@pytest.mark.parametrize("content", EXAMPLES.values(), ids=EXAMPLES)
def test_a_record_says_what_its_event_says(content: bytes) -> None:
    assert read_record(content) == of(read(content))


@pytest.mark.parametrize("content", EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_kept_of_an_event_is_a_part_of_its_payload(content: bytes) -> None:
    payload = read(content).payload
    assert payload is not None
    kept = part_of(read_record(content))
    # A formulation or a contract is kept when it was changed only.
    assert kept == (
        None if kept is None and "because" in type(payload).model_fields else part_of_payload(payload)
    )


def test_of_every_event_it_is_told_what_is_kept() -> None:
    assert list(PARTS) == list(dict.fromkeys(PARTS))
    assert set(PARTS) == {entry.payload for entry in CATALOGUE}


def test_a_time_is_told_in_one_way() -> None:
    (event,) = _history().events[:1]
    told = json.loads(event.bytes)
    told["time"] = "2026-03-02T10:01:00+01:00"
    assert read_record(json.dumps(told).encode()).at == "2026-03-02T09:01:00.000000Z"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"position": "7"}, id="a position of another form"),
        pytest.param({"position": 7}, id="a number for a position"),
        pytest.param({"sequence": "0000000002"}, id="another event's number"),
        pytest.param({"subject": case_id(2)}, id="another case's name"),
        pytest.param({"source": "https://casetrail.example/tenants/north"}, id="no source"),
        pytest.param({"source": None}, id="nothing for a source"),
        pytest.param({"time": "2026-13-02T09:00:00.000000Z"}, id="a month that there is not"),
        pytest.param({"time": "yesterday"}, id="no time"),
        pytest.param({"type": ["x"]}, id="a list for a type"),
        pytest.param({"data": "x"}, id="a text for a payload"),
    ],
)
def test_a_record_that_does_not_say_which_event_it_is_is_none(changed: dict[str, Any]) -> None:
    told = json.loads(_history().events[0].bytes) | changed
    with pytest.raises(Unreadable, match=r"^not an event record$"):
        read_record(json.dumps(told).encode())


@pytest.mark.parametrize("content", [b"", b"\xff{", b"[]", b"7", b"{}", b'"' + b"[" * 5_000])
def test_bytes_of_another_kind_are_no_record(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^not an event record$"):
        read_record(content)


def test_an_event_of_a_type_that_is_not_known_has_a_place_and_no_part() -> None:
    made = History()
    record = read_record(made.add_unknown(case_id(1)).bytes)
    assert (record.position, record.kind, part_of(record)) == (1, None, None)


def test_a_payload_is_unreadable_only_where_it_is_read() -> None:
    made = _history()
    scored_form = json.loads(made.events[1].bytes)
    scored_form["data"]["setting"] = 7
    assert isinstance(part_of(read_record(json.dumps(scored_form).encode())), Scored)
    scored_form["data"]["total"] = "nine"
    with pytest.raises(Unreadable, match=r"^the payload is not what its type promises$"):
        part_of(read_record(json.dumps(scored_form).encode()))


def _history() -> History:
    made = History()
    made.add(case_id(1), session("s-1"))
    made.add(case_id(1), scored("a-1", 9))
    return made
