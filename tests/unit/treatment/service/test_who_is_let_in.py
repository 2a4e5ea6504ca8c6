"""Who is let in: tokens that can be trusted, and routes that all say who may call them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import jwt
import pytest
from fastapi import APIRouter, Depends, FastAPI

from casetrail_contracts.identity import Role
from treatment.api.auth import NotAuthenticated, RouteUndeclared, TokenVerifier, public, require_declared
from treatment.cli.token import token as print_token
from treatment.fault import Fault
from treatment.local_tokens import AUDIENCE, ISSUER, KEY_ID, public_keys, sign, signing_key

NOW = datetime.now(UTC)


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


def test_a_token_for_software_that_does_not_say_which_is_not_printed() -> None:
    """No call would accept it: the role acts for a person, and each event names the software."""
    with pytest.raises(Fault, match="name the software that does with --act"):
        print_token(role=[Role.SYSTEM])
