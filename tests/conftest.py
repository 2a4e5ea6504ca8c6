"""What every test run stands on, said in its first lines."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.services import postgres
from tests.services.broker import nats_server_version
from tests.services.postgres import PostgresServer

# Containers are reached at loopback, whatever the machine that runs the tests looks like from inside.
os.environ.setdefault("TESTCONTAINERS_CONNECTION_MODE", "docker_host")
os.environ.setdefault("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
COMPOSE = Path(__file__).parent / "compose"


# A machine that does other work meanwhile is no fault of the code.
settings.register_profile("casetrail", deadline=None)
settings.load_profile("casetrail")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--services",
        choices=["wheels", "containers"],
        default="wheels",
        help="Where PostgreSQL and NATS come from.",
    )


def in_containers(config: pytest.Config) -> bool:
    return bool(config.getoption("--services") == "containers")


def on_compose(config: pytest.Config) -> bool:
    """Whether only the tests of the compose file run: they bring their own services."""
    paths = [(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]
    return all(path.is_relative_to(COMPOSE) for path in paths)


def pytest_report_header(config: pytest.Config) -> str:
    if on_compose(config):
        return "services: compose - PostgreSQL and NATS as docker-compose.yml names them"
    if in_containers(config):
        database, broker = _of_image("postgres:17", "postgres"), _of_image("nats:2.12-alpine", "nats-server")
        return f"services: containers - PostgreSQL {database} (postgres:17), NATS {broker} (nats:2.12-alpine)"
    return f"services: wheels - PostgreSQL {postgres.wheel_version()}, NATS {nats_server_version()}"


def _of_image(image: str, program: str) -> str:
    command = ["docker", "run", "--rm", "--entrypoint", program, image, "--version"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return said.strip().split()[-1] if "(" not in said else said.split("(")[0].split()[-1]


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole run."""
    start = postgres.from_container if in_containers(request.config) else postgres.from_wheel
    with start() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database, as its superuser."""
    with postgres_server.database(f"test_{next(postgres.NUMBERS)}") as url:
        yield url
