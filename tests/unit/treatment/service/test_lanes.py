"""Work on threads of its own: the queue has an end, and a place is free again when work has ended."""

import asyncio
from functools import partial
from threading import Event as Signal

import pytest

from treatment.api.lane import LONGEST_WAIT_SECONDS, Lane, Overloaded

PATIENCE = 20.0
"""Seconds after which a thread that waits for the test gives up."""


async def test_what_is_too_much_is_refused_at_once_until_something_has_ended() -> None:
    lane, let_go = Lane("test", threads=1, most=2), Signal()
    waiting = [asyncio.create_task(lane.run(partial(let_go.wait, PATIENCE))) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await lane.run(lambda: None)
    let_go.set()
    assert await asyncio.gather(*waiting) == [True, True]
    assert await lane.run(lambda: "done") == "done"
    lane.shutdown()


async def test_work_that_fails_gives_its_place_back() -> None:
    lane = Lane("test", threads=1, most=1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await lane.run(lambda: 1 // 0)
    assert await lane.run(lambda: "done") == "done"
    lane.shutdown()


async def test_who_would_wait_too_long_at_the_pace_of_the_moment_is_refused() -> None:
    now = [0.0]
    lane, let_go = Lane("test", threads=1, clock=lambda: now[0]), Signal()

    def slowly() -> None:
        now[0] += 2 * LONGEST_WAIT_SECONDS

    for _ in range(16):
        await lane.run(slowly)
    waiting = asyncio.create_task(lane.run(partial(let_go.wait, PATIENCE)))
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await lane.run(lambda: None)
    with pytest.raises(Overloaded):
        lane.arriving()
    let_go.set()
    assert await waiting
    assert await lane.run(lambda: "done") == "done"
    lane.shutdown()


async def test_one_slow_answer_in_the_beginning_turns_nobody_away() -> None:
    now = [0.0]
    lane, let_go = Lane("test", threads=1, clock=lambda: now[0]), Signal()

    def slowly() -> None:
        now[0] += 2 * LONGEST_WAIT_SECONDS

    await lane.run(slowly)
    waiting = [asyncio.create_task(lane.run(partial(let_go.wait, PATIENCE))) for _ in range(3)]
    await asyncio.sleep(0)
    let_go.set()
    assert await asyncio.gather(*waiting) == [True, True, True]
    lane.shutdown()


async def test_what_is_still_read_takes_a_place_until_it_is_answered() -> None:
    lane = Lane("test", threads=1, most=2)
    with lane.arriving(), lane.arriving():
        with pytest.raises(Overloaded):
            lane.arriving()
        assert await lane.run(lambda: "done") == "done"
    with lane.arriving():
        pass
    lane.shutdown()


async def test_the_pace_of_those_who_ask_is_not_that_of_the_work() -> None:
    now = [0.0]
    lane = Lane("test", threads=2, clock=lambda: now[0])
    for _ in range(3):
        now[0] += 60
        assert await lane.run(lambda: "done") == "done"
    assert await asyncio.gather(*(lane.run(lambda: "done") for _ in range(9))) == ["done"] * 9
    lane.shutdown()
