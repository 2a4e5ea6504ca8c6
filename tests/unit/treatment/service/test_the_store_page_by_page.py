"""The store page by page: all of it, one page ahead, and nothing left running."""

from collections.abc import Sequence
from contextlib import closing
from threading import Event as Signal
from threading import active_count

import pytest
from tests.builders import History, case_id, opened
from tests.memory_log import MemoryLog

from casetrail_contracts import Event
from treatment.projections.rebuild.pages import pages
from treatment.store.log import Row

PATIENCE_SECONDS = 10.0


class WatchedLog(MemoryLog):
    """Says when the second page was read; fails from a row on, if it is told to."""

    def __init__(self, count: int, broken_after: int | None = None) -> None:
        super().__init__(events(1, count))
        self.asked: list[int] = []
        self.second_was_read = Signal()
        self._broken_after = broken_after

    def after(self, row_id: int, limit: int) -> list[Row]:
        """Rows with a larger row id, unless it is broken."""
        self.asked.append(row_id)
        if self._broken_after is not None and row_id >= self._broken_after:
            raise ConnectionError("the store is away")
        found = super().after(row_id, limit)
        if len(self.asked) > 1:
            self.second_was_read.set()
        return found


def events(first: int, count: int) -> Sequence[Event]:
    made = History()
    for number in range(first + count - 1):
        made.add(case_id(number), opened())
    return made.events[first - 1 :]


def positions(page: Sequence[Row]) -> list[int]:
    return [row.position for row in page]


def test_every_row_comes_once_and_in_order() -> None:
    log = MemoryLog(events(1, 7))
    with closing(pages(log, 0, 3)) as read:
        assert [positions(page) for page in read] == [[1, 2, 3], [4, 5, 6], [7]]


def test_the_next_page_is_read_while_one_is_applied_and_no_other() -> None:
    log = WatchedLog(12)
    with closing(pages(log, 0, 3)) as read:
        next(read)
        assert log.second_was_read.wait(PATIENCE_SECONDS), "the second page was not read ahead"
    assert log.asked == [0, 6]


def test_what_is_stored_while_the_last_page_is_applied_comes_too() -> None:
    log = WatchedLog(3)
    with closing(pages(log, 0, 3)) as read:
        assert positions(next(read)) == [1, 2, 3]
        assert log.second_was_read.wait(PATIENCE_SECONDS), "nothing was read ahead"
        log.add(events(4, 2))
        assert [positions(page) for page in read] == [[4, 5]]


def test_a_store_that_fails_is_told_after_the_pages_before() -> None:
    read = pages(WatchedLog(9, broken_after=6), 0, 3)
    assert positions(next(read)) == [1, 2, 3]
    with pytest.raises(ConnectionError, match="the store is away"):
        next(read)


def test_whoever_stops_leaves_no_thread_behind() -> None:
    before = active_count()
    read = pages(WatchedLog(9), 0, 3)
    next(read)
    read.close()
    assert active_count() == before
