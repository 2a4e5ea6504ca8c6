"""What is known of one case, in codes and numbers; texts stay sealed in the events."""

import json
from datetime import date
from typing import Literal

from casetrail_contracts.events.adaptation import ReasonCode
from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.case import ClosureReason, ReferralSource
from casetrail_contracts.events.formulation import Area
from casetrail_contracts.events.measure import Respondent
from casetrail_contracts.events.plan import GoalStatus, Measurement
from casetrail_contracts.events.session import Attendance, Modality, Technique
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import (
    DefinitionRef,
    EventId,
    Instant,
    InstrumentCode,
    Moment,
    Reference,
    StaffId,
    Uuid,
)
from treatment.projections.caseload_query import CaseState
from treatment.store.database import Database, Row, Transaction


class InventoryCounts(Contract):
    """The latest inventory in numbers."""

    people: int
    past: int
    deceased: int
    innermost: int
    in_conflict: int
    precipitants: int
    no_significant_others: bool


class SelectedArea(Contract):
    """A problem area in focus."""

    rank: Literal["primary", "secondary"]
    area: Area
    detail: str | None
    """Grief pattern, dispute stage, kind of transition or form of deficits."""
    agreed_on: date | None
    selected_at: Instant


class SessionEntry(Contract):
    """A session; `number` is its rank by start among the sessions that were attended."""

    number: int
    session_id: Reference
    started_at: Instant
    duration_minutes: int
    attendance: Attendance
    modality: Modality
    techniques: tuple[Technique, ...]


class AssessmentEntry(Contract):
    """A scored form, without its answers."""

    assessment_id: Reference
    instrument: InstrumentCode
    definition: DefinitionRef
    taken_at: Moment
    respondent: Respondent
    total: int | None
    band: str | None
    prorated: bool
    total_mismatch: bool
    risk_item_answered: Literal["yes", "no", "notAvailable", "notApplicable"]
    session_id: Reference | None
    event_id: EventId


class GoalEntry(Contract):
    """A goal without its text."""

    goal_id: Reference
    status: GoalStatus
    priority: int
    problem_area: Area | None
    target_date: date | None
    measurement: Measurement


class OpenFlag(Contract):
    """A risk flag that nobody has resolved."""

    flag_id: Uuid
    level: RiskLevel
    rule: str
    raised_at: Instant
    evidence: tuple[EventId, ...]


class Revision(Contract):
    """The last adaptation of the goals, and why."""

    event_id: EventId
    revised_at: Instant
    reason_code: ReasonCode
    evidence: tuple[EventId, ...]
    decided_by: StaffId
    review_at_session_id: Reference | None
    review_on: date | None


class CaseSummary(Contract):
    """One case as its events have made it up to `version`."""

    case_id: Uuid
    state: CaseState
    therapist_id: StaffId
    supervisor_id: StaffId | None
    team_id: StaffId | None
    referral_source: ReferralSource | None
    referred_on: date | None
    opened_at: Instant
    closed_at: Instant | None
    closure_reason: ClosureReason | None
    last_event_at: Instant
    problem_areas: tuple[SelectedArea, ...]
    inventory: InventoryCounts | None
    sessions: tuple[SessionEntry, ...]
    assessments: tuple[AssessmentEntry, ...]
    goals: tuple[GoalEntry, ...]
    open_flags: tuple[OpenFlag, ...]
    last_revision: Revision | None
    version: int
    position: int


def of(database: Database, tenant: str, case_id: str) -> CaseSummary | None:
    """The summary of a case; None when the tenant has no such case. Who may see it, the caller checks."""
    with database.reading() as read:
        if database.is_postgres:
            # All parts of the answer show the same moment.
            read.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = _rows(read, "case_summary", tenant, case_id)
        if not found:
            return None
        areas = _rows(read, "case_summary_problem_area", tenant, case_id, "rank")
        sessions = _rows(read, "case_summary_session", tenant, case_id, "started_at, session_id")
        forms = _rows(read, "case_summary_assessment", tenant, case_id, "taken_instant, event_id")
        goals = _rows(read, "case_summary_goal", tenant, case_id, "priority, goal_id")
        flags = _rows(read, "case_summary_flag", tenant, case_id, "raised_at, flag_id")
    row = found[0]
    return CaseSummary.model_validate(
        {
            **row,
            "inventory": _json(row["inventory"]),
            "last_revision": _json(row["last_revision"]),
            "problem_areas": areas,
            "sessions": [
                {**held, "number": number, "techniques": json.loads(held["techniques"])}
                for number, held in enumerate(sessions, start=1)
            ],
            "assessments": [_without(form, "taken_instant") for form in forms],
            "goals": goals,
            "open_flags": [{**flag, "evidence": json.loads(flag["evidence"])} for flag in flags],
        }
    )


def _rows(read: Transaction, table: str, tenant: str, case_id: str, order: str = "case_id") -> list[Row]:
    rows = read.run(
        f"SELECT * FROM {table} WHERE tenant = :tenant AND case_id = :case_id ORDER BY {order}",
        {"tenant": tenant, "case_id": case_id},
    )
    return [
        _without(row, "tenant") if table == "case_summary" else _without(row, "tenant", "case_id")
        for row in rows
    ]


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _json(text: str | None) -> object:
    return None if text is None else json.loads(text)
