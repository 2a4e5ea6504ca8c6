"""A migrated read database of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from treatment.projections.schema import migrate
from treatment.store.database import Database, open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def read_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty read database, not migrated yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(read_url: str) -> Iterator[Database]:
    """A migrated read database."""
    opened = open_database(read_url, "read")
    migrate(opened)
    yield opened
    opened.close()
