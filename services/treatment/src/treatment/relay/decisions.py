"""What to publish next: decided from the end of the stream and the store, without I/O."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from casetrail_contracts.scalars import EVENT_ID_PATTERN
from treatment.fault import Fault
from treatment.store.log import BrokerSeen, Row

READ_ROWS = 1000
"""Rows read at a time: the server takes at most so many messages in a batch."""
MOST_SINGLES = 8
"""Up to here one message at a time is quicker: a batch costs about as much as twenty of them."""
MOST_BATCH_BYTES = 4 * 1024 * 1024
CURE = (
    "Nothing is published and nothing is stored until this is settled: run "
    "`casetrail store adopt-from-broker`, with --dry-run first (docs/how-to/back-up.md)"
)
"""For a stream that the store cannot vouch for."""


class RelayHalted(Fault):
    """The relay cannot go on by itself; the message says why and what to do."""


class BrokerAhead(RelayHalted):
    """The stream ends with something that the store does not have, or has with other bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMessage:
    """The newest message of the stream."""

    event_id: str
    """Its message id; empty when it carries none."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamEnd:
    """Where the stream ends."""

    created: str
    """When the stream was made: a stream made anew is another one."""
    sequence: int
    """What the next append must expect as the last sequence."""
    last: LastMessage | None
    """None when the stream holds no message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far the stream is, in the store's order and in its own."""

    row_id: int
    """Everything up to this row is on the stream."""
    event_id: str | None
    sequence: int
    created: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows to publish together: one message at a time, or all or nothing."""

    rows: tuple[Row, ...]
    atomic: bool


def event_to_find(end: StreamEnd, seen: BrokerSeen | None) -> str | None:
    """The event whose row says how far the stream is; None when there is no such event."""
    if end.last is not None:
        return end.last.event_id if re.match(EVENT_ID_PATTERN, end.last.event_id) else None
    return seen.last_event_id if seen is not None and _aged_out(end, seen) else None


def place_of(end: StreamEnd, row: Row | None) -> Place:
    """Where to read on; `row` is the store's row of `event_to_find`.

    Raises `BrokerAhead` when the stream ends with what the store cannot vouch for.
    """
    if end.last is not None:
        row = _vouched(end.last, row)
    if row is None:
        return Place(row_id=0, event_id=None, sequence=end.sequence, created=end.created)
    return Place(row_id=row.row_id, event_id=row.event_id, sequence=end.sequence, created=end.created)


def has_forgotten(end: StreamEnd, seen: BrokerSeen | None) -> bool:
    """Whether the broker once had more than it has now, so that events are published again."""
    return seen is not None and (end.created != seen.created or end.sequence < seen.last_sequence)


def next_group(rows: Sequence[Row]) -> Group:
    """The first of these rows that fit together; at least one, when there are rows."""
    size = 0
    taken: list[Row] = []
    for row in rows:
        size += len(row.content)
        if taken and size > MOST_BATCH_BYTES:
            break
        taken.append(row)
    return Group(rows=tuple(taken), atomic=len(taken) > MOST_SINGLES)


def _aged_out(end: StreamEnd, seen: BrokerSeen) -> bool:
    """The same stream, emptied by its limits: it had everything up to what was noted."""
    return end.created == seen.created and 0 < seen.last_sequence <= end.sequence


def _vouched(last: LastMessage, row: Row | None) -> Row:
    if row is None:
        raise BrokerAhead(
            f"the stream ends with {last.event_id or 'a message without an id'}, which the store does not "
            "have: the store is older than the broker (restored from a backup?), or someone else "
            f"published. {CURE}"
        )
    if row.content != last.content:
        raise BrokerAhead(
            f"the stream ends with {last.event_id}, whose bytes (SHA-256 {_sha256(last.content)}) are not "
            f"those of the store (SHA-256 {_sha256(row.content)}): one of the two was changed. {CURE}"
        )
    return row


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
