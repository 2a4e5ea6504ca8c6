"""The store page by page, the next one read while one is applied."""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from treatment.store.log import Row


class Rows(Protocol):
    """What is read: the event log, as far as it is needed here."""

    def after(self, row_id: int, limit: int) -> list[Row]:
        """Rows with a larger row id, in order of commit."""


def pages(log: Rows, row_id: int, size: int) -> Generator[Sequence[Row], None, None]:
    """What is stored beyond this row, in order of commit, until nothing is when it is asked for more.

    One page is read ahead, never more. What reading it raises is raised where it would have come. To close
    this waits for the reading that is under way.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading-ahead") as reader:
        page = log.after(row_id, size)
        while page:
            row_id = page[-1].row_id
            ahead = reader.submit(log.after, row_id, size)
            yield page
            # What is empty was read before the last page was applied: something may be stored since.
            page = ahead.result() or log.after(row_id, size)
