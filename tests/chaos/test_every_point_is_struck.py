"""A process is killed at each moment that matters, and what was promised is kept."""

from collections.abc import Iterator, Sequence

import pytest
from tests.chaos import environment, planting
from tests.chaos.checkers import check
from tests.chaos.installation import Installation, installed
from tests.chaos.points import POINTS
from tests.chaos.running import REPEATED, RESUMED, SENT_AGAIN, run
from tests.chaos.strikes import Kind, strike

SEED = 1


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with installed() as installation:
        yield installation


def test_every_point_is_survived(installation: Installation) -> None:
    with run(installation, SEED) as under_way:
        under_way.to_reach |= {SENT_AGAIN, REPEATED, RESUMED}
        for point in POINTS:
            under_way.to_reach.add(point.name)
            strike(installation, point, Kind.KILL, killed=under_way.killed)
    assert check(under_way.record) == []


@pytest.mark.parametrize("name", environment.SHORT)
def test_what_happens_around_the_processes_is_survived(installation: Installation, name: str) -> None:
    fault = environment.FAULTS[name]
    with run(installation, SEED, bugs=fault.bugs, apis=fault.apis) as under_way:
        fault.happens(under_way)
    assert [one for one in check(under_way.record) if one.invariant in fault.invariants] == []


@pytest.mark.parametrize("names", planting.TOGETHER, ids=", ".join)
def test_a_planted_mistake_is_found(installation: Installation, names: Sequence[str]) -> None:
    found = planting.find_all(installation, names, SEED)
    assert [name for name in names if not found[name]] == []
