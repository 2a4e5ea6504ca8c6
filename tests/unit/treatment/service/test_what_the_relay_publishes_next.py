"""The relay reads on from where the stream ends, and stops where the store cannot vouch for it."""

import pytest

from casetrail_contracts import event_id
from casetrail_contracts.examples import CASE
from treatment.relay.decisions import (
    MOST_BATCH_BYTES,
    MOST_SINGLES,
    BrokerAhead,
    Group,
    LastMessage,
    Place,
    StreamEnd,
    event_to_find,
    has_forgotten,
    next_group,
    place_of,
)
from treatment.store.log import BrokerSeen, Row

SEVENTH, EIGHTH, NINTH = (event_id(CASE, sequence) for sequence in (7, 8, 9))
CREATED = "2026-03-02T09:00:00.000000001Z"
ROW = Row(row_id=42, tenant="north", position=7, event_id=SEVENTH, content=b"seven")
NOTED = "2026-03-02T09:00:00.000000Z"


def ends(sequence: int, last: LastMessage | None = None, created: str = CREATED) -> StreamEnd:
    return StreamEnd(created=created, sequence=sequence, last=last)


def rows(count: int, size: int = 10) -> list[Row]:
    return [Row(number, "north", number, f"event-{number}", b"x" * size) for number in range(1, count + 1)]


def test_a_stream_that_ends_with_a_stored_event_is_continued_behind_its_row() -> None:
    end = ends(9, LastMessage(event_id=SEVENTH, content=b"seven"))
    assert event_to_find(end, None) == SEVENTH
    assert place_of(end, ROW) == Place(row_id=42, event_id=SEVENTH, sequence=9, created=CREATED)


def test_an_empty_stream_gets_everything() -> None:
    end = ends(0)
    assert event_to_find(end, None) is None
    assert place_of(end, None) == Place(row_id=0, event_id=None, sequence=0, created=CREATED)


def test_a_stream_emptied_by_its_limits_is_continued_behind_what_was_noted() -> None:
    end, seen = ends(9), BrokerSeen(CREATED, SEVENTH, 9, NOTED, 1)
    assert event_to_find(end, seen) == SEVENTH
    assert place_of(end, ROW) == Place(row_id=42, event_id=SEVENTH, sequence=9, created=CREATED)
    assert not has_forgotten(end, seen)


def test_an_emptied_broker_has_forgotten_and_gets_everything_again() -> None:
    end, seen = ends(0, created="2027-01-01T00:00:00Z"), BrokerSeen(CREATED, SEVENTH, 9, NOTED, 1)
    assert event_to_find(end, seen) is None
    assert has_forgotten(end, seen)


def test_a_broker_that_lost_its_newest_messages_has_forgotten() -> None:
    end = ends(8, LastMessage(event_id=SEVENTH, content=b"seven"))
    assert has_forgotten(end, BrokerSeen(CREATED, EIGHTH, 9, NOTED, 1))


def test_a_broker_seen_for_the_first_time_has_forgotten_nothing() -> None:
    assert not has_forgotten(ends(0), None)


def test_a_message_that_the_store_does_not_have_halts_the_relay() -> None:
    end = ends(9, LastMessage(event_id=NINTH, content=b"nine"))
    with pytest.raises(BrokerAhead, match=rf"{NINTH}, which the store does not have.*back-up.md"):
        place_of(end, None)


@pytest.mark.parametrize("message_id", ["", "somebody's own"])
def test_a_message_that_is_no_event_of_ours_halts_the_relay(message_id: str) -> None:
    end = ends(9, LastMessage(event_id=message_id, content=b"anything"))
    assert event_to_find(end, None) is None
    with pytest.raises(BrokerAhead, match=message_id or "a message without an id"):
        place_of(end, None)


def test_other_bytes_under_the_same_id_halt_the_relay() -> None:
    end = ends(9, LastMessage(event_id=SEVENTH, content=b"Seven"))
    with pytest.raises(BrokerAhead, match=rf"{SEVENTH}, whose bytes \(SHA-256 .*back-up.md"):
        place_of(end, ROW)


def test_a_few_rows_go_one_by_one() -> None:
    few = rows(MOST_SINGLES)
    assert next_group(few) == Group(rows=tuple(few), atomic=False)


def test_many_rows_go_as_one_atomic_batch() -> None:
    many = rows(MOST_SINGLES + 1)
    assert next_group(many) == Group(rows=tuple(many), atomic=True)


def test_a_batch_stays_within_its_bytes() -> None:
    many = rows(100, size=60 * 1024)
    fitting = MOST_BATCH_BYTES // (60 * 1024)
    assert next_group(many) == Group(rows=tuple(many[:fitting]), atomic=True)


def test_a_single_row_is_never_too_large_to_try() -> None:
    large = rows(2, size=MOST_BATCH_BYTES + 1)
    assert next_group(large) == Group(rows=tuple(large[:1]), atomic=False)
