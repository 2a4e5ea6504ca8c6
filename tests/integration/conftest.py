"""What the integration tests run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.broker import Broker


@pytest.fixture
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """A running nats-server of its own for the test, without a stream."""
    server = Broker(tmp_path / "broker", in_container=request.config.getoption("--services") == "containers")
    server.start()
    yield server
    server.kill()
