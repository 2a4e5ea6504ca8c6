"""A read model is made anew beside the one in use: whole, stopped, killed, switched to, taken back."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import psycopg
import pytest
from tests.builders import TENANT, case_id, session
from tests.integration.projections.feeding import everything_in, feed, feed_all
from tests.integration.projections.storing import SOFTWARE, Place, mixed, open_place

from treatment.projections import PROJECTIONS, case_summary, caseload
from treatment.projections.positions import position_of
from treatment.projections.projection import ReadModel
from treatment.projections.quarantine import quarantined
from treatment.projections.rebuild.beside import Build
from treatment.projections.rebuild.exchange import exchange_of
from treatment.projections.rebuild.feeding import StoreBroken
from treatment.projections.rebuild.switching import StoreBehind, switch
from treatment.projections.rebuild.tables import columns_of, indexes_of, tables_of
from treatment.projections.rebuild.work import NothingBeside, NotTheOwner, NoWayBack, Progress
from treatment.projections.records import Record
from treatment.projections.schema import migrate
from treatment.store.database import Database, open_database

HISTORY = mixed(60)
SOUTH = mixed(20, "south", first_case=100)


@pytest.fixture
def place(read_url: str) -> Iterator[Place]:
    opened_place = open_place(read_url)
    yield opened_place
    opened_place.log.close()
    opened_place.live.close()


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, list[str]]:
    """What all events of both tenants make."""
    database = open_database(f"sqlite:///{tmp_path / 'whole'}", "read")
    migrate(database)
    feed_all(database, HISTORY.contents)
    feed_all(database, SOUTH.contents)
    made = everything_in(database)
    database.close()
    return made


def spoil(live: Database) -> None:
    """Rows as a faulty read model could have left them."""
    with live.writing() as write:
        write.run("UPDATE caseload SET session_count = 99")
        write.run("""UPDATE caseload SET counted = '{"entries":{},"flags":{}}'""")
        write.run("UPDATE case_summary SET phase = 'none of ours'")


def shape(live: Database) -> dict[str, object]:
    """Columns and indexes of the tables in use."""
    with live.reading() as read:
        return {
            table: (
                columns_of(read, table, is_postgres=live.is_postgres),
                sorted((one.name, one.sql) for one in indexes_of(read, table, is_postgres=live.is_postgres)),
            )
            for projection in PROJECTIONS
            for table in tables_of(read, projection.name, is_postgres=live.is_postgres)
        }


def test_a_rebuild_puts_right_what_was_wrong(place: Place, whole: dict[str, list[str]]) -> None:
    place.store([*HISTORY.events, *SOUTH.events])
    feed_all(place.live, HISTORY.contents)
    spoil(place.live)
    wrong, shaped = place.rows(), shape(place.live)
    for projection in PROJECTIONS:
        rebuild = place.made_anew(projection)
        assert rebuild.progress() == Progress(held=80, stored=80)
        if projection is PROJECTIONS[0]:
            assert place.rows() == wrong
        rebuild.switch()
        assert rebuild.standing() is None
    assert place.rows() == whole
    assert shape(place.live) == shaped


def test_each_table_belongs_to_one_read_model_or_to_all(place: Place) -> None:
    with place.live.reading() as read:
        every = tables_of(read, "", is_postgres=place.live.is_postgres)
        assert every == []
        of_one = [
            table
            for projection in PROJECTIONS
            for table in tables_of(read, projection.name, is_postgres=place.live.is_postgres)
        ]
        catalog = (
            "pg_tables WHERE schemaname = 'read'"
            if place.live.is_postgres
            else "sqlite_master WHERE type = 'table'"
        )
        name = "tablename" if place.live.is_postgres else "name"
        known = {row["name"] for row in read.run(f"SELECT {name} AS name FROM {catalog}")}
    of_all = {"projection_position", "projection_former", "quarantine", "schema_migration"}
    assert len(of_one) == len(set(of_one))
    assert set(of_one) | of_all == known


def test_a_rebuild_that_is_stopped_goes_on_where_it_was(place: Place) -> None:
    place.store(HISTORY.events)
    feed_all(place.live, HISTORY.contents)
    before = place.rows()
    told: list[int] = []
    pages = count(1)
    rebuild = place.rebuild()
    assert not rebuild.begin()
    assert not rebuild.fill(stop=lambda: next(pages) > 3, told=told.append)
    rebuild.beside.close()
    again = place.rebuild()
    assert again.begin()
    assert again.progress() == Progress(held=21, stored=60)
    with pytest.raises(NothingBeside, match="no finished rebuild of caseload"):
        again.switch()
    assert again.fill(stop=lambda: False, told=told.append)
    assert told == [7] * 8 + [4]
    again.switch()
    assert place.rows() == before


def test_a_rebuild_that_is_thrown_away_leaves_nothing(place: Place) -> None:
    place.store(HISTORY.events)
    feed_all(place.live, HISTORY.contents)
    before = everything_in(place.live)
    rebuild = place.made_anew()
    rebuild.beside.discard()
    assert (rebuild.standing(), everything_in(place.live)) == (None, before)
    rebuild.beside.discard()


def test_what_another_version_began_is_begun_anew(place: Place) -> None:
    place.store(HISTORY.events)
    rebuild = place.made_anew()
    newer = replace(rebuild, software="0.2.0")
    with pytest.raises(NothingBeside):
        newer.switch()
    assert not newer.begin()
    assert newer.progress() == Progress(held=0, stored=60)


class Killed(BaseException):
    """The process ends here, without a chance to clean up."""


def killed_at(step: int) -> ReadModel:
    """The caseload, killed when it applies an event for the n-th time."""
    applied = count(1)

    def fold(row: caseload.Listed | None, record: Record) -> caseload.Listed | None:
        if next(applied) == step:
            raise Killed
        return caseload.PROJECTION.fold(row, record)

    return replace(caseload.PROJECTION, fold=fold)


@pytest.mark.parametrize("step", [1, 8, 30, 60])
def test_killed_while_it_fills_the_old_one_serves_and_it_goes_on(place: Place, step: int) -> None:
    place.store(HISTORY.events)
    feed_all(place.live, HISTORY.contents)
    before = everything_in(place.live)
    struck = place.rebuild(killed_at(step))
    struck.begin()
    with pytest.raises(Killed):
        struck.fill(stop=lambda: False)
    struck.beside.close()
    assert everything_in(place.live) == before
    rebuild = place.rebuild()
    assert rebuild.begin()
    assert rebuild.progress().held == (step - 1) // 7 * 7
    assert rebuild.fill(stop=lambda: False)
    rebuild.switch()
    assert place.rows() == before | {"projection_position": place.rows()["projection_position"]}
    assert position_of(place.live, "caseload", TENANT) == 60


def test_killed_while_it_is_made_it_is_begun_anew(place: Place) -> None:
    """Between the making of the tables and the note that says so."""
    place.store(HISTORY.events)
    rebuild = place.rebuild()
    rebuild.begin()
    with rebuild.beside.database.writing() as write:
        write.run("DROP TABLE build")
    rebuild.beside.close()
    again = place.rebuild()
    assert (again.standing(), again.begin()) == (None, False)
    assert again.fill(stop=lambda: False)


class KilledAtTheExchange:
    """Killed inside the transaction of the switch, after the former tables were put aside."""

    def __init__(self, real: object) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        if name == "take_in":
            raise Killed
        return getattr(self._real, name)


def test_killed_in_the_switch_the_old_one_serves_and_the_switch_can_be_done(
    place: Place, whole: dict[str, list[str]]
) -> None:
    place.store([*HISTORY.events, *SOUTH.events])
    feed_all(place.live, HISTORY.contents)
    spoil(place.live)
    before = everything_in(place.live)
    rebuild = place.made_anew()
    build = rebuild.standing()
    assert build is not None
    exchange = KilledAtTheExchange(exchange_of(place.url, rebuild.beside))
    with pytest.raises(Killed):
        switch(
            place.live,
            rebuild.beside,
            build,
            caseload.PROJECTION,
            exchange,  # type: ignore[arg-type]
            place.log,
            rebuild.now,
        )
    assert everything_in(place.live) == before
    rebuild.beside.close()
    again = place.rebuild()
    assert again.begin()
    again.switch()
    place.made_anew(case_summary.PROJECTION).switch()
    assert place.rows() == whole


def test_killed_after_the_switch_it_is_known_as_done(place: Place) -> None:
    place.store(HISTORY.events)
    feed_all(place.live, HISTORY.contents)
    rebuild = place.made_anew()
    build = rebuild.standing()
    assert build is not None
    rebuild.switch()
    rows, former = place.rows(), rebuild.former()
    # The clean-up did not happen: what was switched to still stands there.
    rebuild.beside.begin(replace(build, ready=False))
    again = place.rebuild()
    assert again.standing() is None
    assert (place.rows(), again.former()) == (rows, former)


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


def test_a_store_with_a_hole_is_told(place: Place) -> None:
    place.store([*HISTORY.events[:10], *HISTORY.events[11:]])
    rebuild = place.rebuild()
    rebuild.begin()
    with pytest.raises(StoreBroken, match="the store lacks event 11 of tenant north"):
        rebuild.fill(stop=lambda: False)


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


def test_a_build_says_what_it_is(place: Place) -> None:
    place.store(HISTORY.events)
    rebuild = place.made_anew()
    build = rebuild.standing()
    assert build is not None
    assert build == Build(
        id=build.id,
        origin="store",
        software=SOFTWARE,
        begun_at="2026-06-01T12:00:00.000000Z",
        ready=True,
    )
