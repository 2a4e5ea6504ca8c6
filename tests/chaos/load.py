"""Callers who send commands, send them again while they have no answer, and remember everything."""

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from tests.chaos.installation import TENANT, Installation
from tests.chaos.parts import NOBODY
from tests.chaos.record import Attempt
from tests.services.house import forms, slices

from treatment.application import command_identity

CALLERS = 3
CASES = 4
THERAPIST = "therapist-1"
TIMEOUT_SECONDS = 20.0
PAUSE_SECONDS = 0.1
GIVE_UP_SECONDS = 60.0
"""A command without an answer for so long stays one of which nobody knows whether it is stored."""


@dataclass
class Load:
    """Runs between `begin` and `end`; what it did stands in `attempts`."""

    installation: Installation
    seed: int
    tenant: str = TENANT
    api: str = "api"
    attempts: list[Attempt] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._failure: BaseException | None = None
        self._draw = random.Random(self.seed)  # noqa: S311 (a course of a test, that can be had again)
        self._names = (f"{self.seed}-{number}" for number in range(10**9))

    def begin(self) -> None:
        """Open cases, then send in the background."""
        with self._client() as client:
            for _ in range(CASES):
                self._open(client)
        for number in range(CALLERS):
            thread = threading.Thread(target=self._guarded, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Let each command that was begun come to its end."""
        self._over.set()
        for thread in self._threads:
            thread.join(GIVE_UP_SECONDS + TIMEOUT_SECONDS)
            assert not thread.is_alive(), "a caller did not end"
        if self._failure is not None:
            raise self._failure

    @property
    def is_over(self) -> bool:
        """Whether its callers were told to end."""
        return self._over.is_set()

    def accepted(self) -> int:
        """How many commands were accepted so far."""
        return sum(one.accepted for one in list(self.attempts))

    def one_form(self, expected_version: int | None = None, seconds: float = GIVE_UP_SECONDS) -> Attempt:
        """One more form of the first case, sent from here until it is answered or the time is over."""
        with self._client() as client:
            return self._form(client, self.cases[0], 0, expected_version, seconds)

    def _guarded(self, number: int) -> None:
        try:
            self._work(random.Random(self.seed * 100 + number))  # noqa: S311 (likewise)
        except BaseException as failure:  # noqa: BLE001 (told at the end)
            self._failure = failure

    def _work(self, draw: random.Random) -> None:
        with self._client() as client:
            while not self._over.is_set():
                case = draw.choice(self.cases)
                chance = draw.random()
                if chance < 0.05:
                    self._open(client)
                elif chance < 0.1:
                    # Nobody is at version 1 any more: a refusal, or the very first form.
                    self._form(client, case, 0, expected_version=1)
                elif chance < 0.15:
                    self._again(client, case)
                else:
                    self._form(client, case, 3 if chance > 0.8 else 0)

    def _open(self, client: httpx.Client) -> None:
        body = {
            "patientRef": "patient 1",
            "therapistId": THERAPIST,
            "supervisorId": "supervisor-1",
            "teamId": "team-east",
        }
        key = self._name()
        answer, _ = self._until_answered(client, "/v1/cases", body, key, None)
        if answer is not None and answer.status_code == 201:
            self.cases.append(str(UUID(answer.json()["caseId"])))

    def _form(
        self,
        client: httpx.Client,
        case: str,
        item_9: int,
        expected_version: int | None = None,
        seconds: float = GIVE_UP_SECONDS,
    ) -> Attempt:
        name = self._name()
        (form,) = forms(1)
        body = form | {"assessmentId": f"form-{name}", "items": [1] * 8 + [item_9]}
        path = f"/v1/cases/{case}/score-assessment"
        return self._until_answered(client, path, body, name, expected_version, seconds)[1]

    def _again(self, client: httpx.Client, case: str) -> None:
        """The same command twice, as from somebody who is not sure."""
        name = self._name()
        (form,) = forms(1)
        body = form | {"assessmentId": f"form-{name}"}
        for _ in range(2):
            self._until_answered(client, f"/v1/cases/{case}/score-assessment", body, name, None)

    def _until_answered(
        self,
        client: httpx.Client,
        path: str,
        body: dict[str, Any],
        key: str,
        expected: int | None,
        seconds: float = GIVE_UP_SECONDS,
    ) -> tuple[httpx.Response | None, Attempt]:
        deadline = time.monotonic() + seconds
        while True:
            answer, attempt = self._once(client, path, body, key, expected)
            if attempt.accepted or attempt.refused or time.monotonic() > deadline:
                return answer, attempt
            self._over.wait(PAUSE_SECONDS)

    def _once(
        self, client: httpx.Client, path: str, body: dict[str, Any], key: str, expected: int | None
    ) -> tuple[httpx.Response | None, Attempt]:
        headers = {"idempotency-key": key} | ({"if-match": f'"{expected}"'} if expected is not None else {})
        try:
            answer = client.post(path, json=body, headers=headers)
        except httpx.HTTPError:
            answer = None
        accepted = answer is not None and answer.status_code == 201
        attempt = Attempt(
            key=key,
            command=command_identity(self.tenant, THERAPIST, key),
            expected_version=expected,
            status=answer.status_code if answer is not None else None,
            events=tuple(slices(answer.content)) if answer is not None and accepted else (),
        )
        with self._lock:
            self.attempts.append(attempt)
        return answer, attempt

    def _name(self) -> str:
        with self._lock:
            return next(self._names)

    def _client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.installation.api(self.api),
            headers=self.installation.headers(THERAPIST, tenant=self.tenant),
            timeout=TIMEOUT_SECONDS,
            verify=NOBODY,
        )
