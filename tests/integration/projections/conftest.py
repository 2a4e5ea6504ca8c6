"""A migrated read database of each kind, and a place where read models are made anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.projections.feeding import everything_in, feed_all
from tests.integration.projections.rebuilding import HISTORY, SOUTH
from tests.integration.projections.storing import Place, open_place

from treatment.projections.schema import migrate
from treatment.store.database import Database
from treatment.store.opening import open_database


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


@pytest.fixture
def place(read_url: str) -> Iterator[Place]:
    opened_place = open_place(read_url)
    yield opened_place
    opened_place.log.close()
    opened_place.live.close()


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, list[str]]:
    """What all events of both tenants make."""
    database = open_database(f"sqlite:///{tmp_path / 'whole'}", "read")
    migrate(database)
    feed_all(database, HISTORY.contents)
    feed_all(database, SOUTH.contents)
    made = everything_in(database)
    database.close()
    return made
