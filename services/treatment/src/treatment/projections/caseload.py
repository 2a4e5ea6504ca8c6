"""Fills the caseload: one row per case, in codes and numbers, nothing sealed."""

from casetrail_contracts import Event, Payload
from casetrail_contracts.events import CareEvent
from casetrail_contracts.events.case import CaseOpened, CaseReopened
from casetrail_contracts.scalars import instant_text
from treatment.projections import caseload_entries as entries
from treatment.projections import caseload_flags as flags
from treatment.projections.projection import Projection
from treatment.projections.rows import Columns, insert, update
from treatment.projections.standing import reopen, standing
from treatment.store.database import Transaction

TABLE = "caseload"


def apply(write: Transaction, event: Event) -> None:
    """Bring the case's row up to the event."""
    case: Columns = {"tenant": event.tenant, "case_id": event.envelope.subject}
    at = instant_text(event.envelope.time)
    changes: Columns = {
        **_codes(event.payload),
        "version": event.sequence,
        "position": event.position,
    }
    if isinstance(event.payload, CaseOpened):
        insert(write, TABLE, {**case, **changes, "opened_at": at, "last_event_at": at})
    elif isinstance(event.payload, CaseReopened):
        reopen(write, TABLE, case)
    elif event.payload is not None:
        changes = {**changes, **_figures(write, case, event.envelope.id, event.payload)}
    update(write, TABLE, case, changes)
    write.run(
        "UPDATE caseload SET last_event_at = :at "
        "WHERE tenant = :tenant AND case_id = :case_id AND last_event_at < :at",
        {**case, "at": at},
    )


PROJECTION = Projection(name="caseload", apply=apply)


def _codes(payload: Payload | None) -> Columns:
    """What the event says outright: where the case stands. A protocol is named by its code."""
    changes = standing(payload)
    if "protocol" in changes:
        return {"protocol": str(changes["protocol"]).partition("@")[0]}
    return changes


def _figures(write: Transaction, case: Columns, event_id: str, payload: Payload) -> Columns:
    """What is counted anew because of the event."""
    if isinstance(payload, CareEvent):
        return flags.count(write, case, payload)
    return entries.count(write, case, event_id, payload)
