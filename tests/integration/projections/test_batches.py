"""Batches: applied once, whole, in order; what cannot be applied is kept for its case alone."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.builders import TENANT, History, because, case_id, flagged, goals_set, opened, scored, session
from tests.integration.projections.feeding import NOW, deliveries, everything_in, feed, feed_all

from casetrail_contracts.events.case import CaseOpened
from treatment.projections import PROJECTIONS, caseload
from treatment.projections.arrivals import Delivery, Hole
from treatment.projections.batch import Outcome, apply_batch
from treatment.projections.positions import position_of, wait_for
from treatment.projections.projection import ReadModel
from treatment.projections.quarantine import Kept, Quarantined, StillUnhandled, quarantined, redrive
from treatment.projections.records import Case, Record
from treatment.projections.schema import migrate, require_current
from treatment.store.database import Database, Transaction
from treatment.store.migrations import SchemaBehind
from treatment.store.opening import open_database

NOTED = "2026-06-01T12:00:00.000000Z"


def long_history(tenant: str = TENANT) -> History:
    """Sixty events of five cases, of every kind, mixed."""
    history = History(tenant)
    for number in range(5):
        history.add(case_id(number), opened(f"therapist-{number}"))
    for number in range(5, 60):
        case = case_id(number % 5)
        match number % 11 % 5:
            case 0:
                history.add(case, session(f"s-{number}"))
            case 1:
                history.add(case, scored(f"a-{number}", number))
            case 2:
                history.add(case, flagged(number % 3, history.events[-1].envelope.id))
            case 3:
                history.add(case, goals_set([f"g-{number}"], because()))
            case _:
                history.add_unknown(case)
    return history


def failing_on(event_id: str) -> ReadModel:
    """The caseload, with a fault: it fails on one event."""

    def fold(case: caseload.Listed | None, record: Record) -> caseload.Listed | None:
        if record.event_id == event_id:
            raise KeyError(record.data)
        return caseload.fold(case, record)

    return replace(caseload.PROJECTION, fold=fold)


def test_migrating_twice_changes_nothing(read_url: str) -> None:
    database = open_database(read_url, "read")
    with pytest.raises(SchemaBehind, match="casetrail store migrate"):
        require_current(database)
    applied = migrate(database)
    assert applied == sorted(applied) != []
    assert migrate(database) == []
    require_current(database)
    database.close()


def test_any_split_into_batches_makes_the_same_rows(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    contents = long_history().contents
    whole = open_database(f"sqlite:///{tmp_path_factory.mktemp('whole')}", "read")
    migrate(whole)
    feed_all(whole, contents)
    chance = random.Random(7)  # noqa: S311 (repeatable, not secret)
    at = 0
    while at < len(contents):
        upto = at + chance.randint(1, 9)
        batch = contents[max(0, at - chance.randint(0, 5)) : upto]
        chance.shuffle(batch)
        feed_all(database, batch)
        at = upto
    assert everything_in(database) == everything_in(whole)
    whole.close()


def test_the_same_messages_twice_change_nothing(database: Database) -> None:
    contents = long_history().contents
    feed_all(database, contents)
    before = everything_in(database)
    for projection in PROJECTIONS:
        assert feed(database, projection, contents) == Outcome(done=tuple(range(60)), waiting=())
    assert everything_in(database) == before


def test_each_tenant_has_a_position_of_its_own(database: Database) -> None:
    feed_all(database, long_history().contents[:7] + long_history("south").contents[:3])
    positions = [position_of(database, "caseload", tenant) for tenant in (TENANT, "south", "west")]
    assert positions == [7, 3, 0]


def test_what_lies_beyond_a_hole_waits_until_it_is_filled(database: Database) -> None:
    contents = long_history().contents[:6]
    first = feed(database, caseload.PROJECTION, [*contents[:2], *contents[3:]])
    assert first == Outcome(done=(0, 1), waiting=(2, 3, 4), holes=(Hole(tenant=TENANT, expected=3, found=4),))
    assert position_of(database, "caseload", TENANT) == len(contents[:2])
    assert feed(database, caseload.PROJECTION, contents[2:]) == Outcome(done=(0, 1, 2, 3), waiting=())
    assert position_of(database, "caseload", TENANT) == len(contents)


def test_a_batch_that_is_cut_off_leaves_nothing_behind(database: Database) -> None:
    contents = long_history().contents[:6]
    before = everything_in(database)

    def cut_off(
        write: Transaction, before: Mapping[Case, caseload.Listed], after: Mapping[Case, caseload.Listed]
    ) -> None:
        caseload.save(write, before, after)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feed(database, replace(caseload.PROJECTION, save=cut_off), contents)
    assert everything_in(database) == before
    assert feed(database, caseload.PROJECTION, contents).done == tuple(range(6))


def test_an_event_that_fails_is_kept_for_its_case_and_later_ones_line_up(database: Database) -> None:
    history = History()
    for number in (1, 2):
        history.add(case_id(number), opened())
    bad = history.add(case_id(1), session("s-1"))
    history.add(case_id(2), session("s-1"))
    later = history.add(case_id(1), scored("a-1", 9))
    outcome = feed(database, failing_on(bad.envelope.id), history.contents)
    behind = "an earlier event of the case is in quarantine"
    assert outcome == Outcome(
        done=(0, 1, 2, 3, 4),
        waiting=(),
        kept=(
            Kept(event_id=bad.envelope.id, kind="failed", reason="KeyError"),
            Kept(event_id=later.envelope.id, kind="behind", reason=behind),
        ),
    )
    assert position_of(database, "caseload", TENANT) == len(history.events)
    common: dict[str, Any] = {
        "projection": "caseload",
        "tenant": TENANT,
        "case_id": case_id(1),
        "noted_at": NOTED,
    }
    assert quarantined(database, "caseload") == [
        Quarantined(**common, event_id=bad.envelope.id, position=3, kind="failed", reason="KeyError"),
        Quarantined(**common, event_id=later.envelope.id, position=5, kind="behind", reason=behind),
    ]


def test_rows_that_the_database_refuses_are_a_fault_of_one_event_only(database: Database) -> None:
    history = long_history()
    bad = history.events[23]

    def nobody_in_charge(case: caseload.Listed | None, record: Record) -> caseload.Listed | None:
        after = caseload.fold(case, record)
        if after is None or record.event_id != bad.envelope.id:
            return after
        return after._replace(row={**after.row, "therapist_id": None})

    faulty = replace(caseload.PROJECTION, fold=nobody_in_charge)
    assert feed(database, faulty, history.contents).done == tuple(range(60))
    assert position_of(database, "caseload", TENANT) == len(history.events)
    waiting = quarantined(database, "caseload")
    assert {one.case_id for one in waiting} == {bad.envelope.subject}
    assert [(one.position, one.kind) for one in waiting[:2]] == [(24, "failed"), (29, "behind")]


def test_a_later_batch_lines_up_behind_the_failed_event_as_well(database: Database) -> None:
    history = History()
    history.add(case_id(1), opened())
    bad = history.add(case_id(1), session("s-1"))
    feed(database, failing_on(bad.envelope.id), history.contents)
    later = history.add(case_id(1), scored("a-1", 9))
    feed(database, caseload.PROJECTION, [later.bytes])
    assert [one.event_id for one in quarantined(database, "caseload")] == [
        bad.envelope.id,
        later.envelope.id,
    ]


def test_a_mended_read_model_takes_the_case_out_of_quarantine(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    contents = long_history().contents
    whole = open_database(f"sqlite:///{tmp_path_factory.mktemp('whole')}", "read")
    migrate(whole)
    feed(whole, caseload.PROJECTION, contents)
    bad = long_history().events[7]
    faulty = failing_on(bad.envelope.id)
    feed(database, faulty, contents)
    waiting = quarantined(database, "caseload")
    with pytest.raises(StillUnhandled, match=r"still cannot be applied \(KeyError\)"):
        redrive(database, faulty, TENANT, bad.envelope.subject)
    assert quarantined(database, "caseload") == waiting
    assert redrive(database, caseload.PROJECTION, TENANT, bad.envelope.subject) == len(waiting)
    assert everything_in(database) == everything_in(whole)
    whole.close()


def test_a_payload_that_cannot_be_read_is_kept_and_the_history_goes_on(database: Database) -> None:
    history = History()
    history.add(case_id(1), opened())
    history.add_broken(case_id(1))
    history.add(case_id(2), opened())
    feed(database, caseload.PROJECTION, history.contents)
    assert position_of(database, "caseload", TENANT) == len(history.events)
    assert [(one.position, one.kind, one.reason) for one in quarantined(database, "caseload")] == [
        (2, "failed", "the payload is not what its type promises")
    ]


def test_bytes_that_are_no_event_are_kept_and_claim_no_position(database: Database) -> None:
    history = History()
    history.add(case_id(1), opened())
    history.add(case_id(1), session("s-1"))
    batch = [
        *deliveries(history.contents[:1]),
        Delivery(key="stream-2", subject=f"casetrail.events.north.{case_id(1)}.case", content=b"\xff{"),
        *deliveries(history.contents[1:]),
    ]
    assert apply_batch(database, caseload.PROJECTION, batch, NOW).done == (0, 1, 2)
    assert position_of(database, "caseload", TENANT) == len(history.events)
    assert [(one.event_id, one.position, one.kind) for one in quarantined(database, "caseload")] == [
        ("stream-2", None, "unreadable")
    ]


def test_a_row_that_exists_already_is_a_fault_of_one_case_only(database: Database) -> None:
    history = History()
    first = history.add(case_id(1), opened())
    assert isinstance(first.payload, CaseOpened)
    history.add(case_id(1), first.payload)
    history.add(case_id(2), opened())
    feed(database, caseload.PROJECTION, history.contents)
    assert [(one.position, one.kind) for one in quarantined(database, "caseload")] == [(2, "failed")]
    assert position_of(database, "caseload", TENANT) == len(history.events)


async def test_a_query_can_wait_for_a_position(database: Database) -> None:
    contents = long_history().contents
    clock = asyncio.get_running_loop().time
    waiting = asyncio.create_task(wait_for(database, "caseload", TENANT, 60, clock() + 10))
    await asyncio.to_thread(feed, database, caseload.PROJECTION, contents)
    assert await waiting
    assert not await wait_for(database, "caseload", TENANT, 61, clock() + 0.1)
