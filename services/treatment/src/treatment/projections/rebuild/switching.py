"""The tables beside take the place of those in use, in one transaction, at positions without a gap."""

from collections.abc import Callable
from datetime import datetime

from treatment.failpoints import failpoint
from treatment.fault import Fault
from treatment.projections.positions import lock_positions, move_position, positions_of
from treatment.projections.projection import ReadModel
from treatment.projections.rebuild.beside import Beside, Build
from treatment.projections.rebuild.exchange import Exchange
from treatment.projections.rebuild.feeding import catch_up
from treatment.projections.rebuild.former import forget, put_aside
from treatment.projections.rebuild.tables import tables_of
from treatment.store.database import Database, Transaction
from treatment.store.log import EventLog


class StoreBehind(Fault):
    """The read model holds more than the store: it cannot be made from it."""

    def __init__(self, tenant: str, held: int, stored: int) -> None:
        super().__init__(
            f"the read model holds tenant {tenant} up to event {held}, the store up to {stored}; "
            "nothing was changed. Ask why the store lost events before anything else: "
            "docs/how-to/back-up.md"
        )


def switch(
    live: Database,
    beside: Beside,
    build: Build,
    projection: ReadModel,
    exchange: Exchange,
    log: EventLog,
    now: Callable[[], datetime],
) -> None:
    """Put what is beside into use. The former tables are kept; killed at any point, one of the two is in use.

    The runner waits at the positions meanwhile, so that nothing is applied to neither or to both: what it
    brings next follows on what the new tables hold, or is known by its position.
    """
    failpoint("rebuild.before_switch")
    with exchange.exchanging(live) as write:
        lock_positions(write, projection.name, log.heads(), is_postgres=live.is_postgres)
        # What came since the tables beside were caught up: few, since nobody waits for long.
        catch_up(beside.database, projection, log, now)
        _exchange(write, live, beside, build, projection.name, exchange, now())
    failpoint("rebuild.switched")
    beside.discard()


def _exchange(
    write: Transaction,
    live: Database,
    beside: Beside,
    build: Build,
    name: str,
    exchange: Exchange,
    now: datetime,
) -> None:
    reached = positions_of(beside.database, name)
    # A tenant may have begun since the positions were locked.
    holding = lock_positions(write, name, reached, is_postgres=live.is_postgres)
    for tenant, held in holding.items():
        if held > reached.get(tenant, 0):
            raise StoreBehind(tenant, held, reached.get(tenant, 0))
    tables = tables_of(write, name, is_postgres=live.is_postgres)
    exchange.drop_former(write, tables)
    forget(write, name)
    put_aside(write, name, build, now)
    exchange.put_aside(write, tables)
    exchange.take_in(write, tables)
    for tenant, position in reached.items():
        move_position(write, name, tenant, position)
    write.run(f"INSERT INTO quarantine SELECT * FROM {exchange.next}quarantine")
    failpoint("rebuild.in_switch")
