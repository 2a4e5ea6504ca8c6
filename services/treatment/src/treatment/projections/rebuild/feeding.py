"""From the store into a read model's tables, page by page, from where they are."""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime

from casetrail_contracts.broker import SUBJECT_ROOT
from treatment.failpoints import failpoint
from treatment.fault import Fault
from treatment.projections.arrivals import Delivery, Hole
from treatment.projections.batch import apply_batch
from treatment.projections.positions import positions_of
from treatment.projections.projection import ReadModel
from treatment.projections.rebuild.pages import pages
from treatment.store.database import Database
from treatment.store.log import EventLog, Row

PAGE = 10_000
"""Events in one transaction: few enough that two pages take a small memory, and several of each case, whose
row is written once."""


class StoreBroken(Fault):
    """The store lacks events in the midst of a tenant's history."""

    def __init__(self, hole: Hole) -> None:
        super().__init__(
            f"the store lacks event {hole.expected} of tenant {hole.tenant}, while {hole.found} is there; "
            "nothing was changed in the read model that is in use. Restore the store from a backup"
        )


def catch_up(
    target: Database,
    projection: ReadModel,
    log: EventLog,
    now: Callable[[], datetime],
    *,
    stop: Callable[[], bool] = lambda: False,
    told: Callable[[int], None] = lambda _: None,
    page: int = PAGE,
) -> bool:
    """Apply what the store holds beyond the positions of the target; False when `stop` came first.

    Killed at any point it goes on from there: each page is applied with its positions, whole or not at
    all. `told` hears after each page how many events it had.
    """
    first = start(log, positions_of(target, projection.name))
    with closing(pages(log, first, page)) as read:
        while not stop():
            rows = next(read, None)
            if rows is None:
                return True
            outcome = apply_batch(target, projection, [_delivery(row) for row in rows], now())
            failpoint("rebuild.page")
            for hole in outcome.holes:
                raise StoreBroken(hole)
            told(len(rows))
    return False


def start(log: EventLog, positions: Mapping[str, int]) -> int:
    """The row before the first one that these positions do not cover."""
    # First the end, then the heads: what is stored in between lies beyond this end.
    last = log.last()
    beyond = [
        row.row_id
        for tenant, head in log.heads().items()
        if head > positions.get(tenant, 0)
        for row in log.feed(tenant, positions.get(tenant, 0), 1)
    ]
    if beyond:
        return min(beyond) - 1
    return last.row_id if last else 0


def _delivery(row: Row) -> Delivery:
    return Delivery(row.event_id, f"{SUBJECT_ROOT}.{row.tenant}.{row.event_id[:36]}.stored", row.content)
