"""The front door, as the demonstration uses it: HTTP with bearer tokens, nothing else."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from casetrail_contracts.canonical import Json
from casetrail_contracts.identity import Role
from treatment.embedded.machine import Machine
from treatment.fault import Fault
from treatment.local_tokens import sign

THERAPIST = "therapist-1"
SUPERVISOR = "supervisor-1"
DOCTOR = "doctor-1"
TEAM = "team-east"
WAIT_SECONDS = 10.0


class StepRefused(Fault):
    """The service refused a step of the demonstration; the message is the problem's own."""


class FrontDoor:
    """Commands and queries of the demonstration's therapist, and what the auditor sees."""

    def __init__(self, machine: Machine, tenant: str) -> None:
        def headers(sub: str, *roles: Role) -> dict[str, str]:
            token = sign(
                machine.folder.signing_key,
                sub=sub,
                tenant=tenant,
                roles=roles,
                teams=[TEAM] if Role.DOCTOR in roles else [],
                now=datetime.now(UTC),
            )
            return {"authorization": f"Bearer {token}"}

        limits = httpx.Timeout(30)
        self._as: dict[str, dict[str, str]] = {
            "therapist": headers(THERAPIST, Role.THERAPIST),
            "doctor": headers(DOCTOR, Role.DOCTOR),
        }
        self._treatment = httpx.AsyncClient(
            base_url=machine.api_url, headers=self._as["therapist"], timeout=limits
        )
        self._notifications = httpx.AsyncClient(
            base_url=machine.notifications_url, headers=headers("auditor-1", Role.AUDITOR), timeout=limits
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._treatment.aclose()
        await self._notifications.aclose()

    async def open(self, key: str, body: Mapping[str, Json]) -> dict[str, Any]:
        """Open a case; with the same key it is the same case again."""
        return await self._post("/v1/cases", key, body)

    async def command(
        self, case_id: str, name: str, key: str, body: Mapping[str, Json], by: str = "therapist"
    ) -> dict[str, Any]:
        """Send a command as the therapist or the doctor; with the same key it is stored once."""
        return await self._post(f"/v1/cases/{case_id}/{name}", key, body, by)

    async def import_fhir(self, bundle: bytes) -> dict[str, Any]:
        """Import a Bundle; the same one again adds nothing."""
        headers = {"content-type": "application/fhir+json"}
        return _answer(await self._treatment.post("/v1/fhir", content=bundle, headers=headers))

    async def case(self, case_id: str, position: str) -> dict[str, Any]:
        """The read model of a case, as of this position at least."""
        return await self._get(f"/v1/cases/{case_id}", {"min_position": position})

    async def outcomes(self, case_id: str) -> dict[str, Any]:
        """What the scores of a case say now."""
        return await self._get(f"/v1/cases/{case_id}/outcomes", {})

    async def cases(self, position: str) -> list[dict[str, Any]]:
        """The whole caseload, as of this position at least."""
        found: list[dict[str, Any]] = []
        following: str | None = ""
        while following is not None:
            parameters = {"min_position": position, "limit": "200", "sort": "opened"}
            page = await self._get("/v1/cases", parameters | ({"after": following} if following else {}))
            found += page["cases"]
            following = page["next"]
        return found

    async def told(self, events: Sequence[str], expected: int) -> list[dict[str, Any]]:
        """The deliveries that these events caused, once as many as expected were made."""

        async def look() -> list[dict[str, Any]]:
            response = await self._notifications.get("/v1/deliveries")
            response.raise_for_status()
            return [one for one in response.json()["deliveries"] if one["eventId"] in events]

        return await _until(look, lambda found: _delivered(found) >= expected)

    async def _post(
        self, path: str, key: str, body: Mapping[str, Json], by: str = "therapist"
    ) -> dict[str, Any]:
        headers = {**self._as[by], "idempotency-key": key}
        response = await self._treatment.post(path, json=body, headers=headers)
        return _answer(response)

    async def _get(self, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            response = await self._treatment.get(path, params=parameters)
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                return _answer(response)


def _delivered(deliveries: Sequence[dict[str, Any]]) -> int:
    return sum(one["state"] == "delivered" for one in deliveries)


def _answer(response: httpx.Response) -> dict[str, Any]:
    if response.is_success:
        answer: dict[str, Any] = response.json()
        return answer
    problem = response.json()
    raise StepRefused(f"{problem['detail']} {problem['cure']} {problem.get('errors', '')}".strip())


async def _until(
    look: Callable[[], Any], enough: Callable[[list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found: list[dict[str, Any]] = await look()
        if enough(found) or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.05)
