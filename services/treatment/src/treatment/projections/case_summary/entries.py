"""The summary's entries, a row per event that it shows, as each counts now: told, amended, taken back."""

from collections.abc import Mapping
from typing import TypeAlias

from casetrail_contracts import Payload
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.model import Contract
from treatment.projections.case_summary.entry import Entry, Reason
from treatment.projections.case_summary.kept import CODES, KINDS, part_of, part_of_payload, reason_of
from treatment.projections.case_summary.sessions import Scored
from treatment.projections.records import Record
from treatment.projections.rows import CASE, Columns, Table
from treatment.store.database import Row, Transaction

TABLE = Table(
    name="case_summary_entry",
    key=(*CASE, "event_id"),
    columns={
        "tenant": "TEXT",
        "case_id": "TEXT",
        "event_id": "TEXT",
        "name": "TEXT",
        "kind": "TEXT",
        "own_id": "TEXT",
        "at": "TEXT",
        "part": "TEXT",
        "reason": "TEXT",
        "corrected_by": "TEXT",
    },
)
Entries: TypeAlias = Mapping[str, Columns]
"""Rows of one case, by the ids of the events that told them."""

CORRECTING: frozenset[type[Payload]] = frozenset({AssessmentCorrected, EntryCorrected, DerivedFactWithdrawn})
"""The events that act on earlier entries. To fold all others, the entries of before need not be there."""


def keep(entries: Entries, record: Record) -> Entries:
    """The entries after the event. A correction acts on the entry that it corrects."""
    if record.kind is AssessmentCorrected:
        return _rescore(entries, record.event_id, record.read(AssessmentCorrected))
    if record.kind is EntryCorrected:
        return _correct(entries, record.event_id, record.read(EntryCorrected))
    if record.kind is DerivedFactWithdrawn:
        return _without(entries, record.read(DerivedFactWithdrawn).fact)
    told = _told(record)
    return {**entries, record.event_id: told} if told else entries


def of_case(read: Transaction, tenant: str, case_id: str) -> list[Entry]:
    """The entries of a case in the order in which they were told."""
    rows = read.run(
        f"SELECT * FROM {TABLE.name} WHERE tenant = :tenant AND case_id = :case_id ORDER BY event_id",
        {"tenant": tenant, "case_id": case_id},
    )
    return [_entry(row) for row in rows]


def _told(record: Record) -> Columns | None:
    part = part_of(record)
    if part is None:
        return None
    reason = reason_of(record)
    tenant, case_id = record.case
    return {
        "tenant": tenant,
        "case_id": case_id,
        "event_id": record.event_id,
        "name": record.name,
        "at": record.at,
        "reason": _json(reason) if reason else None,
        "corrected_by": None,
        **_kept(part),
    }


def _kept(part: Contract) -> Columns:
    own_id = part.assessment_id if isinstance(part, Scored) else None
    return {"kind": CODES[type(part)], "own_id": own_id, "part": _json(part)}


def _rescore(entries: Entries, event_id: str, correction: AssessmentCorrected) -> Entries:
    """A form is known by the sender's id: the chain of its corrections need not be followed."""
    form = part_of_payload(correction.corrected)
    if form is None:
        return entries
    kept = _kept(form)
    return {
        name: {**row, **kept, "corrected_by": event_id}
        if (row["kind"], row["own_id"]) == (kept["kind"], kept["own_id"])
        else row
        for name, row in entries.items()
    }


def _correct(entries: Entries, event_id: str, correction: EntryCorrected) -> Entries:
    entry = correction.replacement.entry if correction.replacement else None
    if entry is None:
        return _without(entries, correction.target)
    part = part_of_payload(entry)
    if part is None or correction.target not in entries:
        return entries
    corrected = {**entries[correction.target], **_kept(part), "corrected_by": event_id}
    return {**entries, correction.target: corrected}


def _without(entries: Entries, event_id: str) -> Entries:
    return {name: row for name, row in entries.items() if name != event_id}


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
