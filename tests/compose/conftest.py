"""The compose file, started as an operator starts it, on free ports and under a name of its own."""

import json
import os
import signal
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from tests.services.ports import free_port

from casetrail_contracts.identity import Role

ROOT = Path(__file__).parents[2]
START_SECONDS = 600


@dataclass(frozen=True)
class Compose:
    """A running compose project."""

    project: str
    ports: dict[str, str]

    def run(self, *command: str, check: bool = True) -> str:
        """Run `docker compose …`; what it printed."""
        done = subprocess.run(
            ["docker", "compose", "--ansi", "never", "--project-name", self.project, *command],
            cwd=ROOT,
            env={**os.environ, **self.ports},
            # A container would read what the shell that started the tests is given.
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def client(self, setting: str, sub: str, role: Role) -> httpx.Client:
        """A service as this person; the token is signed by the installation's own issuer."""
        command = ["token", "--signing-key", "/secrets/signing/signing.pem", "--sub", sub, "--role", role]
        token = self.run("run", "--rm", "--no-deps", "-T", "secrets", *command).strip()
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.ports[setting]}",
            headers={"authorization": f"Bearer {token}"},
            timeout=30,
        )

    def python(self, service: str, program: str) -> list[list[str]]:
        """The rows that a Python program prints as JSON inside a service's container."""
        rows: list[list[str]] = json.loads(self.run("exec", "-T", service, "python", "-c", program))
        return rows

    def sql(self, query: str) -> list[list[str]]:
        """Rows of the store, asked for inside the database's container."""
        shell = (
            'PGPASSWORD=$(cat /secrets/postgres/superuser.password) psql -h 127.0.0.1 -U postgres -At -c "$0"'
        )
        said = self.run("exec", "-T", "postgres", "bash", "-c", f"{shell} casetrail", query)
        return [line.split("|") for line in said.splitlines()]


RUNNING = pytest.StashKey[Compose]()


@pytest.fixture(scope="session")
def compose(pytestconfig: pytest.Config) -> Iterator[Compose]:
    settings = ("CASETRAIL_API_PORT", "CASETRAIL_NOTIFICATIONS_PORT", "CASETRAIL_MAIL_PORT")
    ports = {setting: str(free_port()) for setting in settings}
    compose = pytestconfig.stash[RUNNING] = Compose(f"casetrail-test-{uuid4().hex[:8]}", ports)
    # A run that is told to stop still takes its containers down.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        compose.run("up", "--build", "--detach", "--wait")
        yield compose
    finally:
        compose.run("down", "--volumes", "--remove-orphans", check=False)
        signal.signal(signal.SIGTERM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the services said last beside what failed."""
    report = yield
    compose = item.config.stash.get(RUNNING, None)
    if report.failed and compose is not None:
        said = compose.run("logs", "--no-color", "--tail", "40", check=False)
        report.sections.append(("last lines of the services", said))
    return report
