"""The rows of the summary's entries: told, amended, taken back, read as they count now."""

from casetrail_contracts import BY_PAYLOAD, Event, Payload
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import instant_text
from treatment.projections.case_summary.entry import Entry, Reason
from treatment.projections.case_summary.kept import CODES, KINDS, part_of, reason_of
from treatment.projections.case_summary.sessions import Scored
from treatment.projections.rows import Columns, put, update
from treatment.store.database import Row, Transaction

TABLE = "case_summary_entry"


def keep(write: Transaction, case: Columns, event: Event) -> None:
    """Bring the entries up to the event. A correction acts on the entry that it corrects."""
    match event.payload:
        case None:
            pass
        case AssessmentCorrected(corrected=form):
            # A form is known by the sender's id: the chain of its corrections need not be followed.
            known: Columns = {**case, "kind": CODES[Scored], "own_id": form.assessment_id}
            update(write, TABLE, known, {**_kept(form), "corrected_by": event.envelope.id})
        case EntryCorrected():
            _correct(write, case, event.envelope.id, event.payload)
        case DerivedFactWithdrawn(fact=fact):
            _take_back(write, case, fact)
        case payload:
            _tell(write, case, event, payload)


def of_case(read: Transaction, tenant: str, case_id: str) -> list[Entry]:
    """The entries of a case in the order in which they were told."""
    rows = read.run(
        f"SELECT * FROM {TABLE} WHERE tenant = :tenant AND case_id = :case_id ORDER BY event_id",
        {"tenant": tenant, "case_id": case_id},
    )
    return [_entry(row) for row in rows]


def _tell(write: Transaction, case: Columns, event: Event, payload: Payload) -> None:
    kept = _kept(payload)
    if not kept:
        return
    reason = reason_of(payload)
    told: Columns = {
        **kept,
        "name": BY_PAYLOAD[type(payload)].name,
        "at": instant_text(event.envelope.time),
        "reason": _json(reason) if reason else None,
    }
    put(write, TABLE, {**case, "event_id": event.envelope.id}, told)


def _kept(payload: Payload) -> Columns:
    part = part_of(payload)
    if part is None:
        return {}
    own_id = part.assessment_id if isinstance(part, Scored) else None
    return {"kind": CODES[type(part)], "own_id": own_id, "part": _json(part)}


def _correct(write: Transaction, case: Columns, event_id: str, correction: EntryCorrected) -> None:
    entry = correction.replacement.entry if correction.replacement else None
    if entry is None:
        _take_back(write, case, correction.target)
    elif kept := _kept(entry):
        corrected = {**kept, "corrected_by": event_id}
        update(write, TABLE, {**case, "event_id": correction.target}, corrected)


def _take_back(write: Transaction, case: Columns, event_id: str) -> None:
    write.run(
        f"DELETE FROM {TABLE} WHERE tenant = :tenant AND case_id = :case_id AND event_id = :event_id",
        {**case, "event_id": event_id},
    )


def _entry(row: Row) -> Entry:
    return Entry(
        event_id=row["event_id"],
        name=row["name"],
        at=row["at"],
        part=KINDS[row["kind"]].model_validate_json(row["part"]),
        reason=Reason.model_validate_json(row["reason"]) if row["reason"] else None,
        corrected_by=row["corrected_by"],
    )


def _json(part: Contract) -> str:
    return part.model_dump_json(exclude_none=True)
