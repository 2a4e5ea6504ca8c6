"""Fills the summaries of cases: what is known of each in codes and numbers, nothing sealed."""

from casetrail_contracts import Event
from casetrail_contracts.events.case import CaseClosed, CaseOpened, CaseReopened
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.scalars import instant_text
from treatment.projections.case_summary.entries import keep
from treatment.projections.projection import Projection
from treatment.projections.rows import Columns, insert, update
from treatment.projections.standing import reopen, standing
from treatment.store.database import Transaction

TABLE = "case_summary"


def apply(write: Transaction, event: Event) -> None:
    """Bring the case's summary up to the event."""
    case: Columns = {"tenant": event.tenant, "case_id": event.envelope.subject}
    at = instant_text(event.envelope.time)
    changes = {**standing(event.payload), "version": event.sequence, "position": event.position}
    match event.payload:
        case CaseOpened() as opened:
            insert(
                write, TABLE, {**case, **changes, **_referral(opened), "opened_at": at, "last_event_at": at}
            )
        case CaseClosed() as closed:
            ended = {"closed_at": at, "closure_reason": closed.reason.value}
            update(write, TABLE, case, {**changes, **ended})
        case EntryCorrected(replacement=Replacement(case_closed=CaseClosed() as closed)):
            # Only the closing by which the case is closed now is ever amended.
            update(write, TABLE, case, {**changes, "closure_reason": closed.reason.value})
        case CaseReopened():
            reopen(write, TABLE, case)
            update(write, TABLE, case, {**changes, "closed_at": None, "closure_reason": None})
        case _:
            update(write, TABLE, case, changes)
    keep(write, case, event)
    write.run(
        "UPDATE case_summary SET last_event_at = :at "
        "WHERE tenant = :tenant AND case_id = :case_id AND last_event_at < :at",
        {**case, "at": at},
    )


PROJECTION = Projection(name="case-summary", apply=apply)


def _referral(opened: CaseOpened) -> Columns:
    return {
        "referral_source": opened.referral_source.value if opened.referral_source else None,
        "referred_on": opened.referred_on.isoformat() if opened.referred_on else None,
    }
