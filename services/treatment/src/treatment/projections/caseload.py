"""Fills the caseload: one row per case, in codes and numbers, nothing sealed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import orjson

from treatment.projections import caseload_figures as figures
from treatment.projections import caseload_flags as flags
from treatment.projections.caseload_figures import Entries
from treatment.projections.caseload_flags import Flags
from treatment.projections.projection import Projection
from treatment.projections.records import Case, Record
from treatment.projections.rows import CASE, Columns, Table, put, rows_of
from treatment.projections.standing import standing
from treatment.store.database import Row, Transaction

COUNTED = "counted"
"""The column that holds what the figures of the row are counted from, as JSON."""
TABLE = Table(
    name="caseload",
    key=CASE,
    columns={
        "tenant": "TEXT",
        "case_id": "TEXT",
        "state": "TEXT",
        "began": "BIGINT",
        "therapist_id": "TEXT",
        "supervisor_id": "TEXT",
        "team_id": "TEXT",
        "opened_at": "TEXT",
        "last_event_at": "TEXT",
        "protocol": "TEXT",
        "phase": "TEXT",
        "problem_area": "TEXT",
        "session_count": "BIGINT",
        "missed_count": "BIGINT",
        "last_score": "TEXT",
        "on_track": "BIGINT",
        "open_review": "BIGINT",
        "open_urgent": "BIGINT",
        "unacknowledged": "BIGINT",
        COUNTED: "TEXT",
        "version": "BIGINT",
        "position": "BIGINT",
    },
)


# A named tuple, like a record: one is made for each event.
class Listed(NamedTuple):
    """A case as the caseload knows it. Its figures are counted when it is written."""

    row: Columns
    """Where it stands."""
    entries: Entries
    flags: Flags


def fold(case: Listed | None, record: Record) -> Listed | None:
    """The case after the event."""
    row = standing(case.row if case else None, record)
    if row is None:
        return None
    if case is None:
        return Listed(row=_by_code(row), entries={}, flags={})
    return Listed(_by_code(row), figures.count(case.entries, record), flags.count(case.flags, record))


def load(read: Transaction, records: Iterable[Record]) -> dict[Case, Listed]:
    """The rows of their cases."""
    found = rows_of(read, TABLE, {record.case for record in records})
    return {(row["tenant"], row["case_id"]): _listed(row) for row in found}


def save(write: Transaction, before: Mapping[Case, Listed], after: Mapping[Case, Listed]) -> None:
    """The rows that are new or changed, with their figures."""
    put(write, TABLE, [_columns(case) for key, case in after.items() if before.get(key) is not case])


PROJECTION = Projection(name="caseload", fold=fold, load=load, save=save)


def _by_code(row: Columns) -> Columns:
    """A protocol is named by its code; its exact text is named in the summary."""
    protocol = row["protocol"]
    if not isinstance(protocol, str) or "@" not in protocol:
        return row
    return {**row, "protocol": protocol.partition("@")[0]}


def _listed(row: Row) -> Listed:
    counted = orjson.loads(row[COUNTED])
    return Listed(row=row, entries=counted["entries"], flags=counted["flags"])


def _columns(case: Listed) -> Columns:
    # In one order, however they came: what passed the quarantine came early.
    counted = orjson.dumps(
        {"entries": case.entries, "flags": case.flags}, option=orjson.OPT_SORT_KEYS
    ).decode()
    return {**case.row, **figures.figures(case.entries), **flags.figures(case.flags), COUNTED: counted}
