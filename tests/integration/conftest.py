"""What the integration tests run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import in_containers
from tests.integration.broker import Broker

INTEGRATION = Path(__file__).parent
SERVED = frozenset({"broker", "postgres_url", "postgres_server"})


@pytest.fixture
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """A running nats-server of its own for the test, without a stream."""
    server = Broker(tmp_path / "broker", in_container=in_containers(request.config))
    server.start()
    yield server
    server.kill()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In containers only what asks for PostgreSQL or NATS is run: the rest would be the same once more."""
    if not in_containers(config):
        return
    alike = [item for item in items if INTEGRATION in item.path.parents and not _is_served(item)]
    config.hook.pytest_deselected(items=alike)
    items[:] = [item for item in items if item not in alike]


def _is_served(item: pytest.Item) -> bool:
    # Fixtures with a database as parameter ask for a server only when it is their turn.
    return not SERVED.isdisjoint(getattr(item, "fixturenames", ())) or "postgres" in item.name
