"""The pages on HTTP list every call with the roles that may make it, and no other."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from tests.pages import ROOT, code, read_page, rows

from notifications.api import build_app as build_notifications
from notifications.api.auth import Allowed as NotificationsAllowed
from notifications.api.auth import TokenVerifier as NotificationsVerifier
from notifications.api.auth import public as notifications_public
from notifications.database import open_database as open_notifications
from notifications.tasks import Desk
from treatment.api.app import build_app
from treatment.api.auth import TokenVerifier, declared
from treatment.assembly.service import build_parts
from treatment.settings import Settings
from treatment.store.keys import new_master_key
from treatment.store.migrations import migrate
from treatment.store.opening import open_database

SCHEMAS = {
    "store": "treatment.store.migrations",
    "keys": "treatment.store.migrations",
    "read": "treatment.projections.migrations",
}
ANYBODY = {"anybody"}


@pytest.fixture(scope="module")
def treatment(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The treatment service on empty databases."""
    tmp_path = tmp_path_factory.mktemp("treatment")
    address = f"sqlite:///{tmp_path}"
    for schema, package in SCHEMAS.items():
        database = open_database(address, schema)
        migrate(database, schema, package)
        database.close()
    key = tmp_path / "master.key"
    key.write_text(new_master_key())
    settings = Settings(
        database_url=address,
        keys_database_url=address,
        read_database_url=address,
        master_key_file=key,
        issuer="casetrail.example",
    )
    verifier = TokenVerifier(tmp_path / "jwks.json", "issuer", "audience")
    return build_app(build_parts(settings, "0"), verifier, "0")


@pytest.fixture(scope="module")
def notifications(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The notification service on an empty database."""
    tmp_path = tmp_path_factory.mktemp("notifications")

    async def is_ready() -> bool:
        return True

    return build_notifications(
        Desk(open_notifications(f"sqlite:///{tmp_path}")),
        NotificationsVerifier(tmp_path / "jwks.json", "issuer", "audience"),
        version="0",
        is_ready=is_ready,
    )


def calls(app: FastAPI, roles_of: Callable[[APIRoute], set[str]]) -> dict[str, set[str]]:
    """Every call of an application, and the roles that may make it."""
    found = {}
    # The framework keeps included routers whole: the application's own list holds no route.
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        assert isinstance(route, APIRoute)
        for method in route.methods or ():
            found[f"{method} {route.path}"] = roles_of(route)
    return found


def treatment_roles(route: APIRoute) -> set[str]:
    rule = declared(route)
    return ANYBODY if rule == "public" else set(rule or ())


def notifications_roles(route: APIRoute) -> set[str]:
    for dependency in route.dependant.dependencies:
        if dependency.call is notifications_public:
            return ANYBODY
        if isinstance(dependency.call, NotificationsAllowed):
            return set(dependency.call.roles)
    return set()


def told_in(page: str) -> dict[str, set[str]]:
    """Every call in the tables of the page: the roles stand in the last cell but one."""
    told = {}
    for row in rows(read_page(page)):
        words = code(row[0])[0].split() if code(row[0]) else []
        if words and words[0] in ("GET", "POST"):
            told[" ".join(words)] = set(code(row[-2])) or {row[-2]}
    return told


def described(description: Mapping[str, Any]) -> set[str]:
    """The calls of an OpenAPI description."""
    paths = description["paths"].items()
    return {f"{method.upper()} {path}" for path, item in paths for method in item}


def test_each_call_of_the_treatment_service_is_documented_with_its_roles(treatment: FastAPI) -> None:
    assert told_in("reference/http.md") == calls(treatment, treatment_roles)


def test_each_call_of_the_notification_service_is_documented_with_its_roles(notifications: FastAPI) -> None:
    assert told_in("reference/http-notifications.md") == calls(notifications, notifications_roles)


def test_the_descriptions_hold_every_documented_call(notifications: FastAPI) -> None:
    itself = {"GET /openapi.json"}
    # The committed description is the one that the service gives: another test compares them.
    committed = json.loads((ROOT / "contracts" / "openapi.json").read_text(encoding="utf-8"))
    assert described(committed) | itself | {"GET /metrics"} == set(told_in("reference/http.md"))
    assert described(notifications.openapi()) | itself == set(told_in("reference/http-notifications.md"))


def test_every_route_says_who_may_call_it(treatment: FastAPI, notifications: FastAPI) -> None:
    known = calls(treatment, treatment_roles) | calls(notifications, notifications_roles)
    assert [call for call, roles in known.items() if not roles] == []
