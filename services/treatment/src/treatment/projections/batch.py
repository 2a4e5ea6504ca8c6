"""One batch of messages into one read model: rows, position and quarantine in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from treatment.failpoints import failpoint
from treatment.projections import quarantine
from treatment.projections.arrivals import Arrival, Delivery, Hole, Plan, arrival, in_order, plan
from treatment.projections.positions import lock_positions, move_position
from treatment.projections.projection import ReadModel
from treatment.projections.quarantine import Kept, why
from treatment.projections.records import Case, Record
from treatment.store.database import AWAY_ERRORS, Database, Transaction

NO_EVENT = "not an event record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the messages, by their place in the batch."""

    done: tuple[int, ...]
    """Applied, kept in quarantine, or known already: never needed again."""
    waiting: tuple[int, ...]
    """Beyond a hole: to be delivered again."""
    holes: tuple[Hole, ...] = ()
    kept: tuple[Kept, ...] = ()


class _NotStored(Exception):
    """The database refused the rows of the batch; its transaction is void."""


def apply_batch(
    database: Database, projection: ReadModel, deliveries: Sequence[Delivery], now: datetime
) -> Outcome:
    """Apply what follows on what the read model holds. Safe to repeat, and to cut off at any point.

    An event that fails is put into quarantine for its case, and the rest of the batch applied.
    """
    arrivals = [arrival(number, delivery) for number, delivery in enumerate(deliveries)]
    return _apply(database, projection, arrivals, now)


def _apply(database: Database, projection: ReadModel, arrivals: Sequence[Arrival], now: datetime) -> Outcome:
    """All or nothing, unless the database refuses what folding has made: then half by half."""
    try:
        return _apply_once(database, projection, arrivals, {}, now)
    except _NotStored as problem:
        if len(arrivals) == 1:
            # Its text may quote values: only its kind is kept.
            faults = {arrivals[0].number: type(problem.__cause__).__name__}
            return _apply_once(database, projection, arrivals, faults, now)
    half, ordered = len(arrivals) // 2, in_order(arrivals)
    first = _apply(database, projection, ordered[:half], now)
    second = _apply(database, projection, ordered[half:], now)
    return Outcome(
        done=tuple(sorted(first.done + second.done)),
        waiting=tuple(sorted(first.waiting + second.waiting)),
        holes=first.holes + second.holes,
        kept=first.kept + second.kept,
    )


def _apply_once(
    database: Database,
    projection: ReadModel,
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
    write: Transaction, projection: ReadModel, sorted_out: Plan, faults: dict[int, str], now: datetime
) -> list[Kept]:
    behind = quarantine.cases_behind(write, projection.name)
    kept: list[Kept] = []

    def keep(one: Arrival, kind: quarantine.Kind, reason: str) -> None:
        kept.append(Kept(event_id=one.event_id, kind=kind, reason=reason))
        quarantine.keep(write, projection.name, one, kept[-1], now)

    for one in sorted_out.unplaced:
        keep(one, "unreadable", NO_EVENT)
    before = projection.load(write, [one.record for one in sorted_out.following if one.record])
    after = dict(before)
    for one in sorted_out.following:
        if one.record is None:
            raise AssertionError("a message with a position has an event")
        case = one.record.case
        if case in behind:
            passed = (
                one.number not in faults
                and quarantine.passes(one.record)
                and _fold(projection, after, one.record) is None
            )
            keep(one, "behind", quarantine.PASSED if passed else quarantine.BEHIND)
            continue
        fault = faults.get(one.number) or _fold(projection, after, one.record)
        if fault is not None:
            keep(one, "failed", fault)
            behind.add(case)
    _save(write, projection, before, after)
    return kept


def _fold(projection: ReadModel, after: dict[Case, Any], record: Record) -> str | None:
    """Bring the case up to the event; why that cannot be, and then the case stays as it was."""
    try:
        state = projection.fold(after.get(record.case), record)
    except Exception as error:  # noqa: BLE001 (no failure of one event may hold up the others)
        return why(error)
    if state is not None:
        after[record.case] = state
    return None


def _save(
    write: Transaction, projection: ReadModel, before: Mapping[Case, Any], after: Mapping[Case, Any]
) -> None:
    try:
        projection.save(write, before, after)
    except AWAY_ERRORS:
        raise
    except Exception as error:
        raise _NotStored from error


def _reached(sorted_out: Plan) -> dict[str, int]:
    return {one.tenant: one.position for one in sorted_out.following if one.position is not None}
