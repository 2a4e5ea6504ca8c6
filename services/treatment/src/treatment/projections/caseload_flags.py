"""Counts the open risk flags of a case, for its row in the caseload."""

from typing import assert_never

from casetrail_contracts.events import CareEvent
from casetrail_contracts.events.care import (
    CrisisReferralMade,
    ReviewNeeded,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagRaised,
    RiskFlagResolved,
    RiskItemUnanswered,
    RiskLevel,
    SafetyPlanRecorded,
)
from treatment.projections.rows import Columns, put, update
from treatment.store.database import Transaction

TABLE = "caseload_flag"


def count(write: Transaction, case: Columns, payload: CareEvent) -> Columns:
    """The columns that change: how many flags of each level are open, how many nobody acknowledged."""
    match payload:
        case RiskFlagRaised():
            _raise(write, case, payload)
        case RiskFlagAcknowledged():
            update(write, TABLE, {**case, "flag_id": payload.flag_id}, {"acknowledged": 1})
        case RiskFlagResolved():
            update(write, TABLE, {**case, "flag_id": payload.flag_id}, {"resolved": 1})
        case RiskFlagEscalated() | RiskChecked() | SafetyPlanRecorded() | CrisisReferralMade():
            return {}
        case RiskItemUnanswered() | ReviewNeeded():
            return {}
        case _:
            assert_never(payload)
    return _open(write, case)


def _raise(write: Transaction, case: Columns, raised: RiskFlagRaised) -> None:
    """New evidence lowers no flag, and is seen by nobody yet; it opens a resolved one, as if it were new."""
    flag: Columns = {**case, "flag_id": raised.flag_id}
    known = write.run(
        "SELECT level, acknowledged FROM caseload_flag WHERE tenant = :tenant AND case_id = :case_id "
        "AND flag_id = :flag_id AND resolved = 0",
        flag,
    )
    before = known[0] if known else {"level": raised.level.value, "acknowledged": 0}
    urgent = RiskLevel.URGENT in (before["level"], raised.level)
    level = RiskLevel.URGENT if urgent else RiskLevel.REVIEW
    # Imported history is looked at once and pages nobody: what was done stays done.
    seen = before["acknowledged"] if raised.historical else 0
    now: Columns = {"level": level.value, "acknowledged": seen, "resolved": 0}
    put(write, TABLE, flag, now)


def _open(write: Transaction, case: Columns) -> Columns:
    rows = write.run(
        "SELECT level, acknowledged FROM caseload_flag "
        "WHERE tenant = :tenant AND case_id = :case_id AND resolved = 0",
        case,
    )
    return {
        "open_review": sum(row["level"] == RiskLevel.REVIEW for row in rows),
        "open_urgent": sum(row["level"] == RiskLevel.URGENT for row in rows),
        "unacknowledged": sum(not row["acknowledged"] for row in rows),
    }
