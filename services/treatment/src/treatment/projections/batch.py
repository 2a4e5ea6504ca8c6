"""One batch of messages into one read model: rows, position and quarantine in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from treatment.failpoints import failpoint
from treatment.projections import quarantine
from treatment.projections.arrivals import Arrival, Delivery, Hole, Plan, arrival, plan
from treatment.projections.positions import lock_positions, move_position
from treatment.projections.projection import Projection
from treatment.store.database import AWAY_ERRORS, Database, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the messages, by their place in the batch."""

    done: tuple[int, ...]
    """Applied, kept in quarantine, or known already: never needed again."""
    waiting: tuple[int, ...]
    """Beyond a hole: to be delivered again."""
    holes: tuple[Hole, ...] = ()
    kept: tuple[quarantine.Kept, ...] = ()


class _Unhandled(Exception):
    """The read model failed on one event; its transaction is void."""

    def __init__(self, number: int, reason: str) -> None:
        self.number = number
        self.reason = reason
        super().__init__(reason)


def apply_batch(
    database: Database, projection: Projection, deliveries: Sequence[Delivery], now: datetime
) -> Outcome:
    """Apply what follows on what the read model holds. All or nothing; safe to repeat.

    An event that fails is put into quarantine for its case, and the rest of the batch applied.
    """
    arrivals = [arrival(number, delivery) for number, delivery in enumerate(deliveries)]
    faults = {one.number: one.fault for one in arrivals if one.fault is not None}
    while True:
        try:
            return _apply_once(database, projection, arrivals, faults, now)
        except _Unhandled as problem:
            faults[problem.number] = problem.reason


def _apply_once(
    database: Database,
    projection: Projection,
    arrivals: Sequence[Arrival],
    faults: dict[int, str],
    now: datetime,
) -> Outcome:
    tenants = {one.tenant for one in arrivals if one.position is not None}
    failpoint("projector.before_transaction")
    with database.writing() as write:
        positions = lock_positions(write, projection.name, tenants, is_postgres=database.is_postgres)
        sorted_out = plan(arrivals, positions)
        kept = _apply_following(write, projection, sorted_out, faults, now)
        for tenant, position in _reached(sorted_out).items():
            move_position(write, projection.name, tenant, position)
        failpoint("projector.in_transaction")
    done = (*sorted_out.following, *sorted_out.repeated, *sorted_out.unplaced)
    return Outcome(
        done=tuple(sorted(one.number for one in done)),
        waiting=tuple(sorted(one.number for one in sorted_out.waiting)),
        holes=sorted_out.holes,
        kept=tuple(kept),
    )


def _apply_following(
    write: Transaction, projection: Projection, sorted_out: Plan, faults: dict[int, str], now: datetime
) -> list[quarantine.Kept]:
    behind = quarantine.cases_behind(write, projection.name)
    kept: list[quarantine.Kept] = []

    def keep(one: Arrival, kind: quarantine.Kind, reason: str) -> None:
        event_id = one.event.envelope.id if one.event else one.delivery.key
        kept.append(quarantine.Kept(event_id=event_id, kind=kind, reason=reason))
        quarantine.keep(write, projection.name, one, kept[-1], now)

    for one in sorted_out.unplaced:
        keep(one, "unreadable", faults[one.number])
    for one in sorted_out.following:
        case = (one.tenant, one.case_id)
        if case in behind:
            keep(one, "behind", "an earlier event of the case is in quarantine")
        elif one.number in faults:
            keep(one, "failed", faults[one.number])
            behind.add(case)
        else:
            _apply(write, projection, one)
    return kept


def _apply(write: Transaction, projection: Projection, one: Arrival) -> None:
    if one.event is None:
        raise AssertionError("a message with a position has an event")
    try:
        projection.apply(write, one.event)
    except AWAY_ERRORS:
        raise
    except Exception as error:
        # No failure of one event may hold up the others. Its text may quote values: only its kind is kept.
        raise _Unhandled(one.number, type(error).__name__) from error


def _reached(sorted_out: Plan) -> dict[str, int]:
    return {one.tenant: one.position for one in sorted_out.following if one.position is not None}
