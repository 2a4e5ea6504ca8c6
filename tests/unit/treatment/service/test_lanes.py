"""Work on threads of its own: the queue has an end, and a place is free again when work has ended."""

import asyncio
from threading import Event as Signal

import pytest

from treatment.api.lane import LONGEST_WAIT_SECONDS, Lane, Overloaded


async def test_what_is_too_much_is_refused_at_once_until_something_has_ended() -> None:
    lane, let_go = Lane("test", threads=1, most=2), Signal()
    waiting = [asyncio.create_task(lane.run(let_go.wait)) for _ in range(2)]
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
    lane, signals = Lane("test", threads=1, clock=lambda: now[0]), [Signal() for _ in range(3)]
    first, *_ = waiting = [asyncio.create_task(lane.run(signal.wait)) for signal in signals[:2]]
    await asyncio.sleep(0)
    now[0] = LONGEST_WAIT_SECONDS * 0.6
    signals[0].set()
    await first
    waiting.append(asyncio.create_task(lane.run(signals[2].wait)))
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await lane.run(lambda: None)
    for signal in signals:
        signal.set()
    assert await asyncio.gather(*waiting) == [True, True, True]
    assert await lane.run(lambda: "done") == "done"
    lane.shutdown()


async def test_the_pace_of_those_who_ask_is_not_that_of_the_work() -> None:
    now = [0.0]
    lane = Lane("test", threads=2, clock=lambda: now[0])
    for _ in range(3):
        now[0] += 60
        assert await lane.run(lambda: "done") == "done"
    assert await asyncio.gather(*(lane.run(lambda: "done") for _ in range(9))) == ["done"] * 9
    lane.shutdown()
