"""Work on threads of its own: the queue has an end, and a place is free again when work has ended."""

import asyncio
from threading import Event as Signal

import pytest

from treatment.api.parts import Lane, Overloaded


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
