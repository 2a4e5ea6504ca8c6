"""A clock dies or loses its lock: the next one plans what it left, and each fact is still told once."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.integration.eventually import eventually
from tests.integration.store import Store, opened
from tests.integration.test_clock import DAY, Course, Time, clock, graced, rules

from treatment.clock import Clock, run
from treatment.store.clock_rows import ClockRow, ClockRows
from treatment.store.locks import worker_lock


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return (
        f"sqlite:///{tmp_path}" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    )


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with opened(url) as store:
        yield store


@pytest.fixture
def time() -> Time:
    return Time()


class DyingRows(ClockRows):
    """The rows of a clock that dies after it wrote one."""

    written = 0

    def add(self, row: ClockRow) -> None:
        if self.written:
            raise RuntimeError("killed")
        self.written += 1
        super().add(row)


def test_a_clock_that_dies_while_it_plans_leaves_no_case_out(store: Store, time: Time) -> None:
    """Though the case that it planned was recorded on last."""
    first = Course(store.application(now=time), time)
    second = Course(store.application(now=time), time, name="second")
    second.promise(7)
    first.promise(7)
    dying = Clock(store.application(now=time), DyingRows(store.events), time)
    with pytest.raises(RuntimeError, match="killed"):
        dying.tick()
    time.now = DAY + timedelta(days=10)
    clock(store, time).tick()
    for course in (first, second):
        assert rules(course.told_by_the_clock(store)).count("ReviewNeeded/reviewNotDone") == 1


def test_a_clock_that_gets_the_lock_back_plans_by_its_own_rules_again(store: Store, time: Time) -> None:
    course = Course(store.application(now=time), time)
    course.promise(7)
    mine = clock(store, time, graced(2))
    mine.tick()
    clock(store, time, graced(10)).tick()
    mine.start_over()
    time.now = DAY + timedelta(days=10)
    mine.tick()
    assert rules(course.told_by_the_clock(store)).count("ReviewNeeded/reviewNotDone") == 1


async def test_a_clock_that_takes_over_from_a_dead_one_asks_what_that_had_planned(
    store: Store, url: str, time: Time
) -> None:
    """It plans anew: rows of its own for what was recorded meanwhile, and the dead one's are asked by it."""
    course = Course(store.application(now=time), time)
    course.promise(7)
    first_stop, second_stop = asyncio.Event(), asyncio.Event()
    first, second = (
        asyncio.create_task(
            run(clock(store, time), lock=worker_lock(url, "clock"), every_seconds=0.05, stop=stop)
        )
        for stop in (first_stop, second_stop)
    )
    planned = ClockRows(store.events)

    async def is_planned() -> bool:
        return planned.seen() > 0

    await eventually(is_planned, "no clock planned")
    first.cancel()
    await asyncio.wait({first})
    # Recorded while no clock looks.
    later = Course(store.application(now=time), time, name="later")
    later.promise(7)
    time.now = DAY + timedelta(days=10)

    async def told() -> bool:
        return all(
            "ReviewNeeded/reviewNotDone" in rules(one.told_by_the_clock(store)) for one in (course, later)
        )

    await eventually(told, "the second clock told nothing")
    second_stop.set()
    await asyncio.wait_for(second, 10)
    for one in (course, later):
        assert rules(one.told_by_the_clock(store)).count("ReviewNeeded/reviewNotDone") == 1
