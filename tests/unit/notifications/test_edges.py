"""Directory, settings, back-off: what is read at the edge, and what is told when it is wrong."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter, Depends, FastAPI

from notifications.api.auth import RouteUndeclared, public, require_declared
from notifications.directory import Directory, Entry, read_directory
from notifications.sender import pause_after
from notifications.settings import SettingMissing, Settings, read_settings


def test_the_pause_doubles_up_to_a_longest_one() -> None:
    seconds = [pause_after(attempts).total_seconds() for attempts in (1, 2, 3, 10, 1000)]
    assert seconds == [2, 4, 8, 900, 900]
    assert pause_after(1) < timedelta(minutes=15)


def test_somebody_is_reached_as_the_directory_says(tmp_path: Path) -> None:
    file = tmp_path / "directory.json"
    file.write_text('{"t-1": {"channel": "smtp", "address": "t@example.org"}, "t-2": {"channel": "smtp"}}')
    directory = read_directory(file, "outbox")
    assert directory.reach("t-1") == Entry(channel="smtp", address="t@example.org")
    assert directory.reach("t-2") == Entry(channel="none"), "mail without an address reaches nobody"
    assert directory.reach("t-3") == Entry(channel="outbox")
    assert Directory("none").reach("t-3") == Entry(channel="none")


@pytest.mark.parametrize("content", ["{", "[]", '{"t-1": {"channel": "pigeon"}}'])
def test_a_directory_that_cannot_be_read_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "directory.json"
    file.write_text(content)
    with pytest.raises(SettingMissing, match="cannot be read"):
        read_directory(file, "none")


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASETRAIL_NOTIFICATIONS_DATABASE_URL", raising=False)
    with pytest.raises(SettingMissing, match="CASETRAIL_NOTIFICATIONS_DATABASE_URL"):
        read_settings()
    with pytest.raises(SettingMissing, match="CASETRAIL_NOTIFICATIONS_NATS_URL is not set"):
        Settings(database_url="sqlite:////tmp").text("nats_url")


async def nobody_said_who() -> None: ...


def with_route(app: FastAPI) -> None:
    app.add_api_route("/open", nobody_said_who)


def with_router_in_a_router(app: FastAPI) -> None:
    outer, inner = APIRouter(), APIRouter()
    inner.add_api_route("/open", nobody_said_who)
    outer.include_router(inner)
    app.include_router(outer)


def with_mount(app: FastAPI) -> None:
    app.mount("/open", FastAPI())


@pytest.mark.parametrize("plant", [with_route, with_router_in_a_router, with_mount])
def test_a_route_that_says_nothing_stops_the_start(plant: Callable[[FastAPI], None]) -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/declared", nobody_said_who, dependencies=[Depends(public)])
    require_declared(app)
    plant(app)
    with pytest.raises(RouteUndeclared, match="/open does not say who may call it"):
        require_declared(app)
