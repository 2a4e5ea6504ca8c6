"""Tasks are seen by those whose they are, acknowledged once, and hidden from everybody else."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.builders import START

from casetrail_contracts import read
from casetrail_contracts.broker import subject
from casetrail_contracts.examples import EXAMPLES
from casetrail_contracts.identity import Role
from notifications.api import build_app
from notifications.api.auth import TokenVerifier
from notifications.database import migrate, open_database
from notifications.directory import Directory
from notifications.inbox import Arrived, Inbox
from notifications.tasks import Desk
from treatment.local_tokens import AUDIENCE, ISSUER, public_keys, sign, signing_key

FLAG = read(EXAMPLES["risk_flag_raised"])


class Service:
    """The HTTP interface, with tasks of one flag."""

    def __init__(self, folder: Path) -> None:
        self.key = folder / "key.pem"
        self.key.write_bytes(signing_key())
        (folder / "jwks.json").write_bytes(public_keys(self.key.read_bytes()))
        self.database = open_database(f"sqlite:///{folder}")
        migrate(self.database)
        message = Arrived(FLAG.envelope.id, subject(FLAG), FLAG.bytes)
        Inbox(self.database, Directory("outbox"), "lead").receive([message], START)
        self.ready = True
        verifier = TokenVerifier(folder / "jwks.json", ISSUER, AUDIENCE)
        app = build_app(Desk(self.database), verifier, version="0", is_ready=self.is_ready)
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def is_ready(self) -> bool:
        return self.ready

    def call(self, method: str, path: str, sub: str, role: Role, tenant: str = "north", **claims: Any) -> Any:
        token = sign(self.key, sub=sub, tenant=tenant, roles=[role], now=datetime.now(UTC), **claims)
        headers = {"authorization": f"Bearer {token}", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
        return self.send(method, path, headers)

    def send(self, method: str, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def sending() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://tasks") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(sending())


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    yield service
    service.database.close()


def recipients(answer: Any) -> list[str]:
    return [task["recipient"] for task in answer.json()["tasks"]]


def test_each_sees_their_own_and_the_auditor_all(service: Service) -> None:
    assert recipients(service.call("GET", "/v1/tasks", "therapist-1", Role.THERAPIST)) == ["therapist-1"]
    assert recipients(service.call("GET", "/v1/tasks", "t-2", Role.THERAPIST, teams=["supervisor-1"])) == [
        "supervisor-1"
    ]
    assert len(recipients(service.call("GET", "/v1/tasks", "auditor-1", Role.AUDITOR))) == 2
    assert recipients(service.call("GET", "/v1/tasks", "auditor-1", Role.AUDITOR, tenant="south")) == []


def test_a_task_is_acknowledged_once_and_stays_so(service: Service) -> None:
    (task,) = service.call("GET", "/v1/tasks?state=open", "therapist-1", Role.THERAPIST).json()["tasks"]
    path = f"/v1/tasks/{task['taskId']}/acknowledge"
    first = service.call("POST", path, "therapist-1", Role.THERAPIST).json()
    assert (first["state"], first["acknowledgedBy"]) == ("acknowledged", "therapist-1")
    assert service.call("POST", path, "therapist-1", Role.THERAPIST).json() == first
    assert recipients(service.call("GET", "/v1/tasks?state=open", "therapist-1", Role.THERAPIST)) == []


def test_another_persons_or_tenants_task_is_like_a_missing_one(service: Service) -> None:
    (task,) = service.call("GET", "/v1/tasks", "therapist-1", Role.THERAPIST).json()["tasks"]
    theirs, missing = f"/v1/tasks/{task['taskId']}/acknowledge", "/v1/tasks/none/acknowledge"
    for sub, tenant in (("t-2", "north"), ("therapist-1", "south")):
        answers = [
            service.call("POST", path, sub, Role.THERAPIST, tenant=tenant) for path in (theirs, missing)
        ]
        assert answers[0].content == answers[1].content
        assert [answer.status_code for answer in answers] == [404, 404]
        assert dict(answers[0].headers) == dict(answers[1].headers)
    assert recipients(service.call("GET", "/v1/tasks?state=open", "therapist-1", Role.THERAPIST)) == [
        "therapist-1"
    ]


@pytest.mark.parametrize(
    ("method", "path", "role", "status", "kind"),
    [
        ("GET", "/v1/tasks", Role.INTEGRATOR, 403, "not-allowed"),
        ("GET", "/v1/deliveries", Role.THERAPIST, 403, "not-allowed"),
        ("POST", "/v1/tasks/x/acknowledge", Role.AUDITOR, 403, "not-allowed"),
        ("GET", "/v1/tasks?state=odd", Role.AUDITOR, 422, "malformed"),
        ("GET", "/v1/nothing", Role.AUDITOR, 404, "not-found"),
        ("DELETE", "/v1/tasks", Role.AUDITOR, 405, "method-not-allowed"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    service: Service, method: str, path: str, role: Role, status: int, kind: str
) -> None:
    answer = service.call(method, path, "x-1", role)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"].endswith(f"/{kind}")


def test_nobody_without_a_token_but_health(service: Service) -> None:
    for path in ("/v1/tasks", "/v1/deliveries", "/v1/outbox"):
        assert service.send("GET", path).status_code == 401
    assert service.send("GET", "/health/live").status_code == 200
    assert service.send("GET", "/health/ready").status_code == 200
    service.ready = False
    assert service.send("GET", "/health/ready").status_code == 503


def test_a_database_that_is_away_is_told_with_503(service: Service) -> None:
    service.database.run("ALTER TABLE task RENAME TO gone")
    answer = service.call("GET", "/v1/tasks", "therapist-1", Role.THERAPIST)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
