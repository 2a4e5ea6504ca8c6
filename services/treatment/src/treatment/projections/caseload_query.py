"""Which cases are there, and which need attention: pages of the caseload within a caller's scope."""

import base64
import json
from enum import StrEnum

from casetrail_contracts.events.formulation import Area
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Instant, InstrumentCode, Moment, StaffId, Uuid
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
    total: int
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
    problem_area: Area | None
    session_count: int
    last_score: LastScore | None
    open_risk: OpenRisk
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
    if after is not None:
        conditions.append(f"({_KEYS[sort]}, case_id) < (:after_key, :after_case)")
        parameters |= _read_cursor(after, sort)
    limit = max(1, min(limit, LARGEST_PAGE))
    sql = (
        f"SELECT *, {_KEYS[sort]} AS sort_key FROM caseload WHERE {' AND '.join(conditions)} "
        f"ORDER BY {_KEYS[sort]} DESC, case_id DESC LIMIT {limit + 1}"
    )
    with database.reading() as read:
        rows = read.run(sql, parameters)
    more = len(rows) > limit
    shown = rows[:limit]
    return CaseloadPage(cases=tuple(map(_entry, shown)), next=_cursor(sort, shown[-1]) if more else None)


_MOST_FLAGS = 1_000_000
_KEYS: dict[Sort, str] = {
    Sort.LAST_EVENT: "last_event_at",
    Sort.OPENED: "opened_at",
    Sort.RISK: f"(open_urgent * {_MOST_FLAGS} + open_review)",
}


def _entry(row: Row) -> CaseloadEntry:
    score = None
    if row["score_instrument"] is not None:
        score = LastScore(
            instrument=row["score_instrument"],
            total=row["score_total"],
            band=row["score_band"],
            taken_at=Moment.parse(row["score_taken_at"]),
        )
    return CaseloadEntry(
        case_id=row["case_id"],
        state=CaseState(row["state"]),
        therapist_id=row["therapist_id"],
        supervisor_id=row["supervisor_id"],
        team_id=row["team_id"],
        opened_at=row["opened_at"],
        last_event_at=row["last_event_at"],
        problem_area=row["problem_area"],
        session_count=row["session_count"],
        last_score=score,
        open_risk=OpenRisk(review=row["open_review"], urgent=row["open_urgent"]),
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
