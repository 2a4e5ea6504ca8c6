"""Which cases are there, and which need attention: pages of the caseload within a caller's scope."""

import base64
import json
from enum import StrEnum

from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import (
    Code,
    DecimalString,
    Instant,
    InstrumentCode,
    Moment,
    ProtocolCode,
    StaffId,
    Uuid,
)
from treatment.projections.scope import Scope
from treatment.store.database import Database, Row, Value

LARGEST_PAGE = 200


class CaseState(StrEnum):
    """Where a course stands."""

    OPENED = "opened"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class Sort(StrEnum):
    """In which order cases are listed; newest, and most urgent, first."""

    LAST_EVENT = "lastEvent"
    OPENED = "opened"
    RISK = "risk"


class BadCursor(ValueError):
    """The cursor is not one that this query gave out, with this order."""


class LastScore(Contract):
    """The latest scored form, by the time it was taken."""

    instrument: InstrumentCode
    total: int | None
    """Absent of an instrument that is scored by a mean."""
    mean: DecimalString | None
    band: str | None
    taken_at: Moment


class OpenRisk(Contract):
    """How many open risk flags there are of each level."""

    review: int
    urgent: int


class CaseloadEntry(Contract):
    """One case, in codes and numbers."""

    case_id: Uuid
    state: CaseState
    therapist_id: StaffId
    supervisor_id: StaffId | None
    team_id: StaffId | None
    opened_at: Instant
    last_event_at: Instant
    protocol: ProtocolCode | None
    """The code of the protocol that the course follows; its exact text is named in the summary."""
    phase: Code | None
    problem_area: Area | None
    """The primary one, as it was revised last."""
    session_count: int
    """Treatment sessions that were attended: not those without the patient, nor an assessment only."""
    missed_count: int
    last_score: LastScore | None
    on_track: bool
    """False while a not-on-track signal is open: neither reviewed nor withdrawn."""
    open_risk: OpenRisk
    unacknowledged: int
    """Open risk flags that nobody has acknowledged."""
    version: int
    position: int


class CaseloadPage(Contract):
    """Some cases, and the cursor of the next page if there is one."""

    cases: tuple[CaseloadEntry, ...]
    next: str | None


def page(
    database: Database,
    scope: Scope,
    *,
    state: CaseState | None = None,
    protocol: str | None = None,
    sort: Sort = Sort.LAST_EVENT,
    after: str | None = None,
    limit: int = 50,
) -> CaseloadPage:
    """Cases within the scope. Raises `BadCursor`."""
    condition, parameters = scope.condition()
    conditions = [condition]
    if state is not None:
        conditions.append("state = :state")
        parameters["state"] = state.value
    if protocol is not None:
        conditions.append("protocol = :protocol")
        parameters["protocol"] = protocol
    if after is not None:
        conditions.append(f"({_KEYS[sort]}, case_id) < (:after_key, :after_case)")
        parameters |= _read_cursor(after, sort)
    limit = max(1, min(limit, LARGEST_PAGE))
    sql = (
        f"SELECT {_COLUMNS}, {_KEYS[sort]} AS sort_key FROM caseload WHERE {' AND '.join(conditions)} "
        f"ORDER BY {_KEYS[sort]} DESC, case_id DESC LIMIT {limit + 1}"
    )
    with database.reading() as read:
        rows = read.run(sql, parameters)
    more = len(rows) > limit
    shown = rows[:limit]
    return CaseloadPage(cases=tuple(map(_entry, shown)), next=_cursor(sort, shown[-1]) if more else None)


# Without what the figures are counted from.
_COLUMNS = (
    "case_id, state, therapist_id, supervisor_id, team_id, opened_at, last_event_at, protocol, phase, "
    "problem_area, session_count, missed_count, last_score, on_track, open_review, open_urgent, "
    "unacknowledged, version, position"
)
_MOST_FLAGS = 1_000_000
_KEYS: dict[Sort, str] = {
    Sort.LAST_EVENT: "last_event_at",
    Sort.OPENED: "opened_at",
    Sort.RISK: f"(open_urgent * {_MOST_FLAGS} + open_review)",
}


def _entry(row: Row) -> CaseloadEntry:
    return CaseloadEntry(
        case_id=row["case_id"],
        state=CaseState(row["state"]),
        therapist_id=row["therapist_id"],
        supervisor_id=row["supervisor_id"],
        team_id=row["team_id"],
        opened_at=row["opened_at"],
        last_event_at=row["last_event_at"],
        protocol=row["protocol"],
        phase=row["phase"],
        problem_area=row["problem_area"],
        session_count=row["session_count"],
        missed_count=row["missed_count"],
        last_score=LastScore.model_validate_json(row["last_score"]) if row["last_score"] else None,
        on_track=bool(row["on_track"]),
        open_risk=OpenRisk(review=row["open_review"], urgent=row["open_urgent"]),
        unacknowledged=row["unacknowledged"],
        version=row["version"],
        position=row["position"],
    )


def _cursor(sort: Sort, row: Row) -> str:
    text = json.dumps([sort.value, row["sort_key"], row["case_id"]], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(text: str, sort: Sort) -> dict[str, Value]:
    try:
        padded = text + "=" * (-len(text) % 4)
        order, key, case_id = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError) as error:
        raise BadCursor("the cursor is not one that this list gave out: start without one") from error
    kind = int if sort is Sort.RISK else str
    if order != sort.value or not isinstance(key, kind) or not isinstance(case_id, str):
        raise BadCursor("the cursor belongs to another order of the list: start without one")
    return {"after_key": key, "after_case": case_id}
