"""From stored rows to the messages that carry them, reading no more of an event than that needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from casetrail_contracts.broker import headers_of, subject_of
from treatment.relay.decisions import Group, RelayHalted
from treatment.store.log import Row


@dataclass(frozen=True, slots=True)
class Message:
    """What is published for one row: the bytes, unchanged, under a subject and with headers."""

    event_id: str
    subject: str
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages that are published together: one at a time, or all or nothing."""

    messages: tuple[Message, ...]
    atomic: bool
    last_row_id: int
    """Everything up to this row is on the stream when the last of them is."""


def batch_of(group: Group) -> Batch:
    """The messages of a group. Raises `RelayHalted` rather than step over a row."""
    return Batch(tuple(message_of(row) for row in group.rows), group.atomic, group.rows[-1].row_id)


def message_of(row: Row) -> Message:
    """The message of a row. Raises `RelayHalted` when its bytes are not what the row says they are.

    The payload is not looked at: it was when it was stored, and each reader looks at it again.
    """
    try:
        record = orjson.loads(row.content)
        tenant, subject, kind = record["source"].split("/")[4], record["subject"], record["type"]
        place = (record["id"], tenant, int(record["position"]))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise RelayHalted(
            f"the store's row of {row.event_id} is not an event record. Nothing after it is published: "
            "run `casetrail audit check`"
        ) from error
    if place != (row.event_id, row.tenant, row.position):
        raise RelayHalted(
            f"the store's row of {row.event_id} holds the bytes of another event: one of the two was "
            "changed. Nothing after it is published: run `casetrail audit check`"
        )
    try:
        return Message(row.event_id, subject_of(tenant, subject, kind), headers_of(row.event_id), row.content)
    except KeyError as error:
        raise RelayHalted(
            f"the type of {row.event_id} is unknown to this version. Nothing after it is published: start "
            "the relay of the version that stored it"
        ) from error
