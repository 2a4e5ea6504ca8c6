"""Rebuilds, switches and ways back while events are applied and queries asked: nobody notices."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.builders import TENANT
from tests.integration.projections.feeding import everything_in, feed
from tests.integration.projections.storing import Place, mixed, open_place

from treatment.projections import case_summary, caseload
from treatment.projections.caseload_query import page
from treatment.projections.positions import position_of
from treatment.projections.schema import migrate
from treatment.projections.scope import Scope
from treatment.store.database import AWAY_ERRORS
from treatment.store.opening import open_database

EVENTS = mixed(400)
ALL = Scope(tenant=TENANT, everything=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    sqlite = request.param == "sqlite"
    made = open_place(f"sqlite:///{tmp_path}" if sqlite else request.getfixturevalue("postgres_url"))
    yield made
    made.log.close()
    made.live.close()


@contextmanager
def meanwhile(*works: Callable[[], None]) -> Iterator[list[BaseException]]:
    """Each of these runs again and again on a thread of its own; what it raised is told."""
    over, raised = threading.Event(), list[BaseException]()

    def again(work: Callable[[], None]) -> None:
        while not over.is_set():
            try:
                work()
            except AWAY_ERRORS:
                continue
            except BaseException as error:  # noqa: BLE001 (the test tells it)
                raised.append(error)
                return

    threads = [threading.Thread(target=again, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield raised
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=60)


def test_readers_always_find_every_case_and_each_event_is_applied_once(place: Place, tmp_path: Path) -> None:
    place.store(EVENTS.events[:20])
    feed(place.live, caseload.PROJECTION, EVENTS.contents[:20])
    asked = [0]

    def one_more() -> None:
        """As relay and projector do: stored first, then applied."""
        at = position_of(place.live, "caseload", TENANT)
        if at < len(EVENTS.events):
            if place.log.head(TENANT) == at:
                place.store(EVENTS.events[at : at + 1])
            # What came last comes again: the acknowledgement may have been lost.
            feed(place.live, caseload.PROJECTION, EVENTS.contents[max(0, at - 2) : at + 1])

    def ask() -> None:
        assert [len(page(place.live, ALL).cases), page(place.live, ALL).next] == [5, None]
        asked[0] += 1

    with meanwhile(one_more, ask) as raised:
        for _ in range(3):
            place.made_anew().switch()
        place.rebuild().back()
    assert raised == []
    assert asked[0] > 0
    stored = place.log.head(TENANT)
    feed(place.live, caseload.PROJECTION, EVENTS.contents[:stored])
    whole = open_database(f"sqlite:///{tmp_path / 'whole'}", "read")
    migrate(whole)
    feed(whole, caseload.PROJECTION, EVENTS.contents[:stored])
    assert place.rows() == everything_in(whole)
    assert case_summary.PROJECTION.name not in str(place.rows()["projection_position"])
    whole.close()
