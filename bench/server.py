"""The HTTP interface in a process of its own on PostgreSQL, as production runs it, for a benchmark."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from tests.services.ports import free_port

from casetrail_contracts.identity import Role
from treatment.embedded.folder import EVENT_ISSUER, DataFolder
from treatment.local_tokens import AUDIENCE, ISSUER, sign

READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and who may ask it."""

    url: str
    process: psutil.Process
    headers: dict[str, str]
    """Of a therapist; only the idempotency key is missing."""


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[Server]:
    """`casetrail run api` on an empty database, with its schemas made and a token for a therapist."""
    data = DataFolder(folder)
    data.prepare()
    port = free_port()
    environment = os.environ | {
        "CASETRAIL_DATABASE_URL": database_url,
        "CASETRAIL_KEYS_DATABASE_URL": database_url,
        "CASETRAIL_READ_DATABASE_URL": database_url,
        "CASETRAIL_MASTER_KEY_FILE": str(data.master_key),
        "CASETRAIL_JWKS_FILE": str(data.jwks),
        "CASETRAIL_OIDC_ISSUER": ISSUER,
        "CASETRAIL_OIDC_AUDIENCE": AUDIENCE,
        "CASETRAIL_ISSUER": EVENT_ISSUER,
        "CASETRAIL_PORT": str(port),
    }
    migrate = [sys.executable, "-m", "treatment", "store", "migrate"]
    subprocess.run(migrate, env=environment, check=True, capture_output=True)
    token = sign(
        data.signing_key,
        sub="therapist-1",
        tenant="north",
        roles=(Role.THERAPIST,),
        now=datetime.now(UTC),
        lifetime=timedelta(hours=2),
    )
    command = [sys.executable, "-m", "treatment", "run", "api"]
    with answering(command, environment, f"http://127.0.0.1:{port}", "/health/live", folder) as process:
        yield Server(f"http://127.0.0.1:{port}", process, {"authorization": f"Bearer {token}"})


@contextmanager
def answering(
    command: list[str], environment: dict[str, str], url: str, path: str, folder: Path
) -> Iterator[psutil.Process]:
    """A server process from the moment at which it answers; it is ended with the benchmark."""
    with (
        (folder / "server.log").open("ab") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            _wait_for_an_answer(process, url + path, folder / "server.log")
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def _wait_for_an_answer(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 (our own address, on loopback)
                return
        except (URLError, OSError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{url} does not answer:\n{log.read_text()[-2000:]}") from error
            time.sleep(0.05)
