"""One running house for the stories that do no harm to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.services.house import House, running


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A house of the test's own, to be damaged."""
    with running(tmp_path / "data") as house:
        yield house
