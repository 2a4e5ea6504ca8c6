"""A finished rebuild takes the place of the old tables, and gives it back: nothing lost, nothing twice."""

from dataclasses import replace

import psycopg
import pytest
from tests.builders import TENANT, case_id, session
from tests.integration.projections.feeding import everything_in, feed, feed_all
from tests.integration.projections.rebuilding import HISTORY, SOUTH, spoil
from tests.integration.projections.storing import Place, mixed, open_place

from treatment.projections import case_summary, caseload
from treatment.projections.positions import position_of
from treatment.projections.quarantine import quarantined
from treatment.projections.rebuild.exchange import exchange_of
from treatment.projections.rebuild.switching import StoreBehind, switch
from treatment.projections.rebuild.work import NotTheOwner, NoWayBack
from treatment.projections.records import Record
from treatment.projections.schema import migrate
from treatment.store.opening import open_database


def test_events_that_come_meanwhile_are_applied_exactly_once(
    place: Place, whole: dict[str, list[str]]
) -> None:
    """The runner goes on in the old tables until the switch, and in the new ones after it."""
    place.store(HISTORY.events[:40])
    feed_all(place.live, HISTORY.contents[:30])
    rebuild = place.made_anew()
    place.store([*HISTORY.events[40:50], *SOUTH.events[:5]])
    feed(place.live, caseload.PROJECTION, HISTORY.contents[30:45])
    rebuild.switch()
    assert position_of(place.live, "caseload", TENANT) == 50
    assert position_of(place.live, "caseload", "south") == 5
    place.store([*HISTORY.events[50:], *SOUTH.events[5:]])
    feed(place.live, caseload.PROJECTION, HISTORY.contents[45:])
    feed(place.live, caseload.PROJECTION, SOUTH.contents)
    place.made_anew(case_summary.PROJECTION).switch()
    assert place.rows() == whole


def test_what_comes_in_the_last_moment_is_applied_under_the_lock(
    place: Place, whole: dict[str, list[str]]
) -> None:
    """Stored and applied in the old tables after the new ones were caught up, and before the switch."""
    place.store(HISTORY.events[:40])
    feed(place.live, caseload.PROJECTION, HISTORY.contents[:40])
    rebuild = place.made_anew()
    build = rebuild.standing()
    assert build is not None
    place.store([*HISTORY.events[40:], *SOUTH.events])
    feed(place.live, caseload.PROJECTION, [*HISTORY.contents[40:], *SOUTH.contents])
    exchange = exchange_of(place.url, rebuild.beside)
    switch(place.live, rebuild.beside, build, caseload.PROJECTION, exchange, place.log, rebuild.now)
    place.made_anew(case_summary.PROJECTION).switch()
    assert place.rows() == whole


def test_the_way_back_leads_to_the_former_rows_brought_up_to_date(
    place: Place, whole: dict[str, list[str]]
) -> None:
    place.store(HISTORY.events)
    feed_all(place.live, HISTORY.contents)
    spoil(place.live)
    rebuild = place.made_anew()
    with pytest.raises(NoWayBack, match="no former tables are kept"):
        rebuild.back()
    rebuild.switch()
    right = place.rows()
    place.store(SOUTH.events)
    feed_all(place.live, SOUTH.contents)
    place.rebuild().back()
    with place.live.reading() as read:
        counts = {
            (row["tenant"], row["session_count"])
            for row in read.run("SELECT tenant, session_count FROM caseload WHERE tenant = 'north'")
        }
    assert counts == {(TENANT, 99)}
    assert position_of(place.live, "caseload", "south") == 20
    place.rebuild().back()
    with place.live.reading() as read:
        assert read.run("SELECT 1 FROM caseload WHERE session_count = 99") == []
    assert place.rows()["caseload"] == whole["caseload"]
    assert right["caseload"] != whole["caseload"]


def test_tables_that_were_migrated_since_are_no_way_back(place: Place) -> None:
    place.store(HISTORY.events)
    place.made_anew().switch()
    with place.live.writing() as write:
        write.run("UPDATE projection_former SET migration = 'read-0001.sqlite.sql'")
    with pytest.raises(NoWayBack, match="migrated since"):
        place.rebuild().back()


def test_a_store_that_lost_events_takes_nothing_from_the_read_model(place: Place) -> None:
    place.store(HISTORY.events[:30])
    feed_all(place.live, HISTORY.contents)
    before = everything_in(place.live)
    rebuild = place.made_anew()
    with pytest.raises(StoreBehind, match="tenant north up to event 60, the store up to 30"):
        rebuild.switch()
    assert everything_in(place.live) == before


def test_the_quarantine_goes_with_its_tables(place: Place) -> None:
    """What fails in the new tables waits there; what waited in the old ones comes back with them."""
    history = mixed(10)
    first, later = history.events[1], history.add(case_id(1), session("s-1"))
    place.store(history.events)

    def fails(row: caseload.Listed | None, record: Record) -> caseload.Listed | None:
        if record.event_id == first.envelope.id:
            raise KeyError
        return caseload.PROJECTION.fold(row, record)

    faulty = replace(caseload.PROJECTION, fold=fails)
    feed(place.live, faulty, history.contents)
    held = [one.event_id for one in quarantined(place.live, "caseload")]
    assert held == [first.envelope.id, history.events[6].envelope.id, later.envelope.id]
    place.made_anew().switch()
    assert quarantined(place.live, "caseload") == []
    place.rebuild().back()
    assert [one.event_id for one in quarantined(place.live, "caseload")] == held
    place.made_anew(faulty).switch()
    assert [one.event_id for one in quarantined(place.live, "caseload")] == held


def test_only_the_owner_of_the_tables_moves_them(postgres_url: str) -> None:
    place = open_place(postgres_url)
    place.store(HISTORY.events)
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        for role in ("casetrail_projector", "casetrail_reader"):
            if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
                admin.execute(f"CREATE ROLE {role} LOGIN".encode())
            admin.execute(f"ALTER ROLE {role} PASSWORD 'apart'".encode())
            admin.execute(f"GRANT USAGE ON SCHEMA read TO {role}".encode())
    migrate(place.live)
    place.made_anew().switch()
    address = "casetrail_projector:apart@" + postgres_url.split("@")[1]
    projector = open_database(f"postgresql://{address}", "read")
    try:
        rebuild = replace(place.rebuild(), live=projector)
        for forbidden in (rebuild.begin, rebuild.switch, rebuild.back):
            with pytest.raises(NotTheOwner, match="run this as their owner"):
                forbidden()
        # The new tables have the rights of the old ones.
        feed(projector, caseload.PROJECTION, SOUTH.contents)
        assert position_of(projector, "caseload", "south") == len(SOUTH.events)
    finally:
        projector.close()
        place.log.close()
        place.live.close()
