"""Fills the summaries of cases: what is known of each in codes and numbers, nothing sealed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from casetrail_contracts.events.case import CaseClosed, CaseOpened, CaseReopened
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from treatment.projections.case_summary import entries
from treatment.projections.case_summary.entries import Entries, keep
from treatment.projections.projection import Projection
from treatment.projections.records import Case, Record
from treatment.projections.rows import CASE, Columns, Table, add, put, remove, rows_of
from treatment.projections.standing import standing
from treatment.store.database import Row, Transaction

TABLE = Table(
    name="case_summary",
    key=CASE,
    columns={
        "tenant": "TEXT",
        "case_id": "TEXT",
        "state": "TEXT",
        "began": "BIGINT",
        "therapist_id": "TEXT",
        "supervisor_id": "TEXT",
        "team_id": "TEXT",
        "referral_source": "TEXT",
        "referred_on": "TEXT",
        "opened_at": "TEXT",
        "closed_at": "TEXT",
        "closure_reason": "TEXT",
        "last_event_at": "TEXT",
        "protocol": "TEXT",
        "phase": "TEXT",
        "version": "BIGINT",
        "position": "BIGINT",
    },
)


# A named tuple, like a record: one is made for each event.
class Summary(NamedTuple):
    """The rows of a case."""

    row: Columns
    entries: Entries
    """Those that were loaded, and those told since."""


def fold(case: Summary | None, record: Record) -> Summary | None:
    """The summary after the event."""
    row = standing(case.row if case else None, record)
    if row is None:
        return None
    course = _course(record)
    known = case.entries if case else {}
    return Summary({**row, **course} if course else row, keep(known, record))


def load(read: Transaction, records: Iterable[Record]) -> dict[Case, Summary]:
    """The rows of their cases; the entries of those in which something is corrected, or may be told again."""
    given = tuple(records)
    found = rows_of(read, TABLE, {record.case for record in given})
    cases = {(row["tenant"], row["case_id"]): row for row in found}
    wanted = {
        record.case
        for record in given
        if record.kind in entries.CORRECTING
        or (record.case in cases and record.sequence <= cases[record.case]["version"])
    }
    known: dict[Case, dict[str, Row]] = {}
    for row in rows_of(read, entries.TABLE, wanted):
        known.setdefault((row["tenant"], row["case_id"]), {})[row["event_id"]] = row
    return {case: Summary(row=row, entries=known.get(case, {})) for case, row in cases.items()}


def save(write: Transaction, before: Mapping[Case, Summary], after: Mapping[Case, Summary]) -> None:
    """The rows that are new, changed, or gone."""
    heads: list[Columns] = []
    new: list[Columns] = []
    changed: list[Columns] = []
    gone: list[Columns] = []
    for key, case in after.items():
        was = before.get(key)
        if case is was:
            continue
        heads.append(case.row)
        known = was.entries if was else {}
        new += [row for name, row in case.entries.items() if name not in known]
        changed += [row for name, row in case.entries.items() if known.get(name, row) is not row]
        gone += [_key(row) for name, row in known.items() if name not in case.entries]
    put(write, TABLE, heads)
    add(write, entries.TABLE, new)
    put(write, entries.TABLE, changed)
    remove(write, entries.TABLE, gone)


PROJECTION = Projection(name="case-summary", fold=fold, load=load, save=save)


def _key(row: Columns) -> Columns:
    return {name: row[name] for name in entries.TABLE.key}


def _course(record: Record) -> Columns:
    """How it began and ended."""
    if record.kind is CaseOpened:
        return {**_referral(record.read(CaseOpened)), "closed_at": None, "closure_reason": None}
    if record.kind is CaseClosed:
        return {"closed_at": record.at, "closure_reason": record.read(CaseClosed).reason.value}
    if record.kind is CaseReopened:
        return {"closed_at": None, "closure_reason": None}
    if record.kind is EntryCorrected:
        match record.read(EntryCorrected).replacement:
            case Replacement(case_closed=CaseClosed() as closed):
                # Only the closing by which the case is closed now is ever amended.
                return {"closure_reason": closed.reason.value}
            case _:
                return {}
    return {}


def _referral(opened: CaseOpened) -> Columns:
    return {
        "referral_source": opened.referral_source.value if opened.referral_source else None,
        "referred_on": opened.referred_on.isoformat() if opened.referred_on else None,
    }
