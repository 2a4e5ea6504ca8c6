"""What is read at the edge: settings, definitions, tokens; and what the edge demands of its routes."""

import socket
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import jwt
import pytest
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel

from casetrail_contracts.identity import Role
from treatment.api import failures
from treatment.api.auth import NotAuthenticated, RouteUndeclared, TokenVerifier, public, require_declared
from treatment.cli.token import token as print_token
from treatment.definitions import DefinitionFaulty, read_instrument, shipped_instruments
from treatment.embedded.demo.run import LONGEST, Demo, FirstDayTooLate
from treatment.embedded.demo.told import COURSES
from treatment.embedded.folder import DataFolder, FolderUnusable, locked
from treatment.embedded.machine import choose_ports
from treatment.fault import Fault
from treatment.local_tokens import AUDIENCE, ISSUER, KEY_ID, public_keys, sign, signing_key
from treatment.settings import SettingMissing, Settings, read_settings

NOW = datetime.now(UTC)
GOOD = b"""
code = "X1"
version = "1"
title = "X"
licence = "none"
direction = "higherIsWorse"
total = { lowest = 0, highest = 3 }
"""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    file = tmp_path / "key.pem"
    file.write_bytes(signing_key())
    (tmp_path / "jwks.json").write_bytes(public_keys(file.read_bytes()))
    return file


def verifier(key: Path, issuer: str = ISSUER, audience: str = AUDIENCE) -> TokenVerifier:
    return TokenVerifier(key.with_name("jwks.json"), issuer, audience)


def token(key: Path, now: datetime = NOW, roles: tuple[Role, ...] = (Role.THERAPIST,)) -> str:
    return sign(key, sub="t-1", tenant="north", roles=roles, now=now, act="ehr-1")


def test_a_good_token_is_accepted_and_remembered(key: Path) -> None:
    checked = verifier(key)
    claims = checked.verify(token(key))
    assert (claims.sub, claims.tenant, claims.roles) == ("t-1", "north", frozenset({Role.THERAPIST}))
    assert claims.act is not None
    key.with_name("jwks.json").unlink()
    assert checked.verify(token(key)) == claims


def test_a_token_that_cannot_be_trusted_is_refused(key: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(signing_key())
    claims = {"sub": "t-1", "tenant": "north", "roles": ["therapist"], "iss": ISSUER, "aud": AUDIENCE}
    claims |= {"exp": str(int(NOW.timestamp()) + 60)}
    unsigned = jwt.encode(claims, key="", algorithm="none", headers={"kid": KEY_ID})
    secret = jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": KEY_ID})
    good = token(key)
    for bad in (
        token(other),
        token(key, now=NOW - timedelta(days=31)),
        unsigned,
        secret,
        "x",
        good[:-4] + "AAAA",
        token(key, roles=()),
    ):
        with pytest.raises(NotAuthenticated):
            verifier(key).verify(bad)
    for strict in (verifier(key, issuer="https://other"), verifier(key, audience="other")):
        with pytest.raises(NotAuthenticated):
            strict.verify(good)


async def nobody_said_who() -> None: ...


async def anybody(_: Annotated[None, Depends(public)]) -> None: ...


def with_route(app: FastAPI) -> None:
    app.add_api_route("/undeclared", nobody_said_who)


def with_router(app: FastAPI) -> None:
    routes = APIRouter(prefix="/v1")
    routes.add_api_route("/declared", anybody)
    routes.add_api_route("/undeclared", nobody_said_who)
    app.include_router(routes)


def with_router_in_a_router(app: FastAPI) -> None:
    outer, inner = APIRouter(), APIRouter(prefix="/v1")
    inner.add_api_route("/undeclared", nobody_said_who)
    outer.include_router(inner)
    app.include_router(outer)


def with_socket(app: FastAPI) -> None:
    app.add_api_websocket_route("/undeclared", nobody_said_who)


def with_mount(app: FastAPI) -> None:
    app.mount("/undeclared", FastAPI())


@pytest.mark.parametrize("plant", [with_route, with_router, with_router_in_a_router, with_socket, with_mount])
def test_a_route_that_says_nothing_stops_the_start(plant: Callable[[FastAPI], None]) -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/declared", anybody)
    require_declared(app)
    plant(app)
    with pytest.raises(RouteUndeclared, match="/undeclared does not say who may call it"):
        require_declared(app)


def test_every_shipped_definition_loads_and_is_named_by_its_digest() -> None:
    instruments = shipped_instruments().by_code
    assert len(instruments) >= 14
    assert instruments["PHQ9"].reference.startswith("PHQ9@1#")
    assert len({one.sha256 for one in instruments.values()}) == len(instruments)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("X1-2.toml", GOOD, "must be called X1-1.toml"),
        ("X1-1.toml", b"code =", "X1-1.toml"),
        ("X1-1.toml", GOOD + b"wording = 'x'", "unknown field"),
        ("x-1.toml", GOOD.replace(b"X1", b"x"), "code"),
    ],
)
def test_a_faulty_definition_is_named(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(DefinitionFaulty, match=reason) as refused:
        read_instrument(name, content)
    assert str(refused.value).startswith(name)


def test_a_missing_setting_is_named_with_its_cure() -> None:
    with pytest.raises(SettingMissing, match=r"CASETRAIL_DATABASE_URL is not set; docs/reference"):
        Settings().address("database_url")


def test_a_malformed_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASETRAIL_PORT", "many")
    with pytest.raises(SettingMissing, match="CASETRAIL_PORT"):
        read_settings()


def test_a_password_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/word\n")
    settings = Settings(
        database_url="postgresql://casetrail_writer@db:5432/casetrail", database_password_file=file
    )
    assert settings.address("database_url") == "postgresql://casetrail_writer:p%40ss%2Fword@db:5432/casetrail"
    with pytest.raises(SettingMissing, match="cannot be read"):
        settings.secret(tmp_path / "missing")


@pytest.mark.parametrize(
    ("sub", "tenant", "named"),
    [
        ("Dr. Example", "local", r"--sub: [^\n]*"),
        ("therapist-1", "North East", r"--tenant: [^\n]*"),
        ("", "", r"--sub: [^\n]*; --tenant: [^\n]*"),
    ],
)
def test_a_token_that_no_service_accepts_is_not_printed(sub: str, tenant: str, named: str) -> None:
    with pytest.raises(Fault, match=f"^{named}$"):
        print_token(sub=sub, tenant=tenant)


class Form(BaseModel):
    """A body."""

    total: int


async def take(form: Form) -> Form:
    return form


JSON_KIND = "application/json"
UNREAD = {"pointer": "", "reason": "not read as JSON: send `Content-Type: application/json`"}


@pytest.mark.parametrize(
    ("kind", "content", "errors"),
    [
        ("text/plain", b'{"total": 3}', [UNREAD]),
        ("application/x-www-form-urlencoded", b"total=3", [UNREAD]),
        (
            JSON_KIND,
            b'{"total": }',
            [{"pointer": "", "reason": "not JSON at character 11: Expecting value"}],
        ),
        (
            JSON_KIND,
            b'{"total": "x"}',
            [
                {
                    "pointer": "/total",
                    "reason": "Input should be a valid integer, unable to parse string as an integer",
                }
            ],
        ),
    ],
    ids=["another kind", "a form", "no JSON", "wrong type"],
)
async def test_a_body_that_cannot_be_read_says_how_to_send_it(
    kind: str, content: bytes, errors: list[dict[str, str]]
) -> None:
    app = FastAPI()
    app.add_api_route("/forms", take, methods=["POST"])
    failures.install(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as client:
        answer = await client.post("/forms", content=content, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["errors"]) == (422, errors)


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_hold_the_data_is_told_in_one_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    folder = DataFolder(tmp_path / place)
    told = rf"^{folder.root} cannot hold the data \([^\n]*\); name one that can be written to with --data$"
    with pytest.raises(FolderUnusable, match=told), locked(folder):
        pass


def test_a_port_that_is_taken_is_told_with_the_one_used_instead() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = int(server.getsockname()[1])
        ports = choose_ports(taken, 0, said.append)
    assert said == [f"port {taken} is taken, using {ports.api}"]


def test_a_port_is_given_once() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        wanted = int(server.getsockname()[1])
    ports = choose_ports(wanted, wanted, said.append)
    assert (ports.api, said) == (wanted, [f"port {wanted} is taken, using {ports.notifications}"])
    assert len({ports.broker, ports.api, ports.notifications}) == 3


def test_a_port_whose_last_connection_is_still_closing_is_free() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        with socket.create_connection(("127.0.0.1", port)):
            # Who closes first keeps the port for a while.
            server.accept()[0].close()
    assert (choose_ports(port, 0, said.append).api, said) == (port, [])


TODAY = date(2026, 11, 25)


def test_a_first_day_whose_course_is_over_by_today_is_taken() -> None:
    Demo(TODAY - timedelta(weeks=24)).check(TODAY)


def test_a_first_day_that_is_too_late_is_told_with_the_latest_possible() -> None:
    told = "^--first-day 2026-06-11 is too late: .*; the latest possible day is 2026-06-10$"
    with pytest.raises(FirstDayTooLate, match=told):
        Demo(date(2026, 6, 11)).check(TODAY)


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.key)
def test_the_told_courses_end_before_the_series(course: Any) -> None:
    first = datetime(2026, 1, 5, tzinfo=UTC)
    known: dict[str, str] = defaultdict(str)
    bodies = [step.body(known) for step in course.steps(first)]
    times = [body[name] for body in bodies for name in ("happenedAt", "startedAt", "at") if name in body]
    assert max(times)[:10] < (first + LONGEST).date().isoformat()
