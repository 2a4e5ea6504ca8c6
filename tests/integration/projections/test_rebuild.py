"""A read model is made anew beside the one in use: whole, stopped, thrown away."""

from dataclasses import replace
from itertools import count

import pytest
from tests.integration.projections.feeding import everything_in, feed_all
from tests.integration.projections.rebuilding import HISTORY, SOUTH, spoil
from tests.integration.projections.storing import SOFTWARE, Place

from treatment.projections import PROJECTIONS
from treatment.projections.rebuild.beside import Build
from treatment.projections.rebuild.feeding import StoreBroken
from treatment.projections.rebuild.tables import columns_of, indexes_of, tables_of
from treatment.projections.rebuild.work import NothingBeside, Progress
from treatment.store.database import Database


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


def test_a_store_with_a_hole_is_told(place: Place) -> None:
    place.store([*HISTORY.events[:10], *HISTORY.events[11:]])
    rebuild = place.rebuild()
    rebuild.begin()
    with pytest.raises(StoreBroken, match="the store lacks event 11 of tenant north"):
        rebuild.fill(stop=lambda: False)


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
