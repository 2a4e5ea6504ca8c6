"""Fills the caseload: one row per case, in codes and numbers, nothing sealed."""

from typing import assert_never

from casetrail_contracts import Event
from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseClosed, CaseOpened
from casetrail_contracts.events.formulation import InventoryRecorded, ProblemAreaSelected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.plan import GoalsRevised
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import instant_text
from treatment.projections.projection import Projection
from treatment.projections.rows import insert, update
from treatment.store.database import Transaction, Value

Case = dict[str, Value]
TABLE = "caseload"


def apply(write: Transaction, event: Event) -> None:
    """Bring the case's row up to the event."""
    case: Case = {"tenant": event.tenant, "case_id": event.envelope.subject}
    match event.payload:
        case CaseOpened() as opened:
            _open(write, case, event, opened)
        case CaseClosed():
            update(write, TABLE, case, {"state": "closed"})
        case ProblemAreaSelected(rank="primary") as selected:
            update(write, TABLE, case, {"problem_area": selected.focus.area.value})
        case SessionHeld():
            write.run(f"UPDATE caseload SET session_count = session_count + 1 {_OF_CASE}", case)
        case AssessmentScored() as scored:
            _score(write, case, scored)
        case RiskFlagRaised() as raised:
            _flag(write, case, raised)
        case ProblemAreaSelected() | InventoryRecorded() | GoalsRevised() | None:
            pass
        case unhandled:
            assert_never(unhandled)
    update(write, TABLE, case, {"version": event.sequence, "position": event.position})
    at = instant_text(event.envelope.time)
    write.run(
        f"UPDATE caseload SET last_event_at = :at {_OF_CASE} AND last_event_at < :at", {**case, "at": at}
    )


PROJECTION = Projection(name="caseload", apply=apply)

_OF_CASE = "WHERE tenant = :tenant AND case_id = :case_id"


def _open(write: Transaction, case: Case, event: Event, opened: CaseOpened) -> None:
    at = instant_text(event.envelope.time)
    insert(
        write,
        TABLE,
        {
            **case,
            "state": "opened",
            "therapist_id": opened.therapist_id,
            "supervisor_id": opened.supervisor_id,
            "team_id": opened.team_id,
            "opened_at": at,
            "last_event_at": at,
            "version": event.sequence,
            "position": event.position,
        },
    )


def _score(write: Transaction, case: Case, scored: AssessmentScored) -> None:
    """The latest by the time it was taken: an old form that arrives late is not the last score."""
    if scored.total is None:
        return
    write.run(
        "UPDATE caseload SET score_instrument = :instrument, score_total = :total, score_band = :band, "
        "score_taken_at = :taken_at, score_instant = :instant "
        f"{_OF_CASE} AND (score_instant IS NULL OR score_instant <= :instant)",
        {
            **case,
            "instrument": scored.instrument,
            "total": scored.total,
            "band": scored.band,
            "taken_at": str(scored.taken_at),
            "instant": instant_text(scored.taken_at.at),
        },
    )


def _flag(write: Transaction, case: Case, raised: RiskFlagRaised) -> None:
    """The same flag again is new evidence; its level rises, and never falls by itself."""
    write.run(
        "INSERT INTO caseload_flag (tenant, case_id, flag_id, level) "
        "VALUES (:tenant, :case_id, :flag_id, :level) ON CONFLICT (tenant, case_id, flag_id) DO UPDATE "
        "SET level = CASE WHEN excluded.level = 'urgent' THEN 'urgent' ELSE caseload_flag.level END",
        {**case, "flag_id": raised.flag_id, "level": raised.level.value},
    )
    rows = write.run(f"SELECT level, count(*) AS flags FROM caseload_flag {_OF_CASE} GROUP BY level", case)
    flags = {row["level"]: int(row["flags"]) for row in rows}
    update(
        write,
        TABLE,
        case,
        {
            "open_review": flags.get(RiskLevel.REVIEW.value, 0),
            "open_urgent": flags.get(RiskLevel.URGENT.value, 0),
        },
    )
