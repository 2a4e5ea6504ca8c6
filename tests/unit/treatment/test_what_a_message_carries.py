"""A message carries the row's bytes under the subject and headers of its event, or the relay halts."""

from typing import Any

import pytest
from tests.builders import History, case_id, opened

from casetrail_contracts.broker import headers, subject
from treatment.relay.decisions import Group, RelayHalted
from treatment.relay.messages import Batch, Message, batch_of, message_of
from treatment.store.log import Row


def row_of(made: History) -> Row:
    event = made.events[-1]
    return Row(7, event.tenant, event.position, event.envelope.id, event.bytes)


def first() -> History:
    made = History()
    made.add(case_id(1), opened())
    return made


def test_subject_and_headers_are_those_that_readers_of_the_event_know() -> None:
    made = first()
    event = made.events[0]
    assert message_of(row_of(made)) == Message(event.envelope.id, subject(event), headers(event), event.bytes)


def test_a_group_becomes_its_messages_in_order() -> None:
    row = row_of(first())
    other = row._replace(row_id=9)
    assert batch_of(Group(rows=(row, other), atomic=False)) == Batch(
        messages=(message_of(row), message_of(other)), atomic=False, last_row_id=9
    )


@pytest.mark.parametrize("content", [b"", b"7", b"{}", b'{"id":"x","source":"here"}'])
def test_bytes_that_are_no_event_record_halt_the_relay(content: bytes) -> None:
    row = row_of(first())._replace(content=content)
    with pytest.raises(RelayHalted, match=f"row of {row.event_id} is not an event record"):
        message_of(row)


@pytest.mark.parametrize(
    "changed", [{"position": 8}, {"tenant": "south"}, {"event_id": f"{case_id(2)}-0000000001"}]
)
def test_bytes_of_another_place_halt_the_relay(changed: dict[str, Any]) -> None:
    row = row_of(first())._replace(**changed)
    with pytest.raises(RelayHalted, match=f"row of {row.event_id} holds the bytes of another event"):
        message_of(row)


def test_a_type_of_a_newer_version_halts_the_relay() -> None:
    made = first()
    made.add_unknown(case_id(1))
    with pytest.raises(RelayHalted, match="is unknown to this version"):
        message_of(row_of(made))


def test_a_payload_that_is_not_what_its_type_promises_is_its_readers_business() -> None:
    made = first()
    content = made.add_broken(case_id(1))
    assert message_of(row_of(made)).content == content
