"""The treatment service over HTTP in this process: real databases, real tokens, no broker."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from casetrail_contracts.identity import Role
from treatment.api.app import build_app
from treatment.assembly.service import build_parts, build_verifier
from treatment.local_tokens import AUDIENCE, ISSUER, public_keys, sign, signing_key
from treatment.projections.schema import migrate as migrate_read_models
from treatment.settings import Settings
from treatment.store.keys import new_master_key
from treatment.store.migrations import migrate
from treatment.store.opening import open_database

TEAM = "team-east"


@dataclass
class FrontDoor:
    """Sends commands and queries as anybody of the tenant."""

    transport: httpx.ASGITransport
    folder: Path
    keys: "count[int]" = field(default_factory=lambda: count(1))

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        sub: str = "therapist-1",
        *roles: Role,
        key: str | None = None,
    ) -> httpx.Response:
        """A command; each one is new unless a key is given."""
        headers = {**self.headers(sub, *roles), "idempotency-key": key or f"key-{next(self.keys)}"}
        return self.send("POST", path, headers, json=dict(body))

    def get(self, path: str, sub: str = "therapist-1", *roles: Role) -> httpx.Response:
        """A query."""
        return self.send("GET", path, self.headers(sub, *roles))

    def send(self, method: str, path: str, headers: Mapping[str, str], **more: Any) -> httpx.Response:
        """Any request."""

        async def sending() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url="http://treatment") as client:
                return await client.request(method, path, headers=dict(headers), **more)

        return asyncio.run(sending())

    def headers(self, sub: str = "therapist-1", *roles: Role) -> dict[str, str]:
        """What a caller sends: a token of this installation's own issuer."""
        token = sign(
            self.folder / "signing.pem",
            sub=sub,
            tenant="north",
            roles=roles or (Role.THERAPIST,),
            teams=[TEAM],
            act="ehr-north" if Role.SYSTEM in roles else None,
            now=datetime.now(UTC),
        )
        return {"authorization": f"Bearer {token}"}

    def open_case(self, **more: Any) -> str:
        """A new case of therapist-1."""
        body = {"patientRef": "patient", "therapistId": "therapist-1", "supervisorId": "supervisor-1"}
        response = self.post("/v1/cases", body | {"teamId": TEAM} | more)
        assert response.status_code == 201, response.text
        return str(response.json()["caseId"])


@contextmanager
def front_door(folder: Path) -> Iterator[FrontDoor]:
    """The service on empty SQLite files in the folder."""
    address = f"sqlite:///{folder}"
    for schema in ("store", "keys"):
        database = open_database(address, schema)
        migrate(database, schema)
        database.close()
    read = open_database(address, "read")
    migrate_read_models(read)
    read.close()
    (folder / "master.key").write_text(new_master_key())
    pem = signing_key()
    (folder / "signing.pem").write_bytes(pem)
    (folder / "jwks.json").write_bytes(public_keys(pem))
    settings = Settings(
        database_url=address,
        keys_database_url=address,
        read_database_url=address,
        master_key_file=folder / "master.key",
        jwks_file=folder / "jwks.json",
        oidc_issuer=ISSUER,
        oidc_audience=AUDIENCE,
        issuer="casetrail.example",
    )
    parts = build_parts(settings, "0.1.0")
    app = build_app(parts, build_verifier(settings), "0.1.0")
    yield FrontDoor(httpx.ASGITransport(app, raise_app_exceptions=False), folder)
    parts.commands.shutdown()
    parts.reads.shutdown()
