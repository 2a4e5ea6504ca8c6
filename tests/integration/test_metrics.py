"""The figures of the service tell how far the relay is behind, and whether the store takes commands."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.integration.front_door import FrontDoor, front_door
from tests.integration.store import form, opened, opening, request

from treatment.api.metrics import of_the_relay
from treatment.store.log import RelayLag
from treatment.store.standing import Standing


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def test_what_the_relay_has_not_noted_waits(url: str) -> None:
    with opened(url) as store:
        assert store.log.relay_lag() == RelayLag(0, None)
        application = store.application()
        case = application.handle(request("open"), opening()).subject
        everything = store.events_of_cases()
        assert store.log.relay_lag().events == store.count("events")
        store.log.note_broker("2026-03-02T09:00:00Z", everything[-1].envelope.id, 7, behind=0)
        assert store.log.relay_lag() == RelayLag(0, None)
        form_events = application.handle(request("form", case), form("form-1")).events
        assert store.log.relay_lag() == RelayLag(len(form_events), form_events[0])


def test_the_figures_are_written_as_prometheus_reads_them(url: str) -> None:
    with opened(url) as store:
        event = store.application().handle(request("open"), opening()).events[0]
    now = event.envelope.recordedtime + timedelta(seconds=2.5)
    assert [
        line
        for line in "".join(of_the_relay(RelayLag(3, event), Standing.BEHIND, now)).splitlines()
        if line[0] != "#"
    ] == [
        "casetrail_relay_lag_events 3",
        "casetrail_relay_lag_seconds 2.5",
        "casetrail_store_together 0",
    ]


def test_anybody_may_ask_for_them(door: FrontDoor) -> None:
    door.open_case()
    answer = door.send("GET", "/metrics", {})
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
    )
    assert "casetrail_store_together 1" in answer.text.splitlines()
