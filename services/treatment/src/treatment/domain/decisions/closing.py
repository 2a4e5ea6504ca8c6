"""What a closing needs, and which case is opened again."""

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from treatment.domain.case import Case, HistoryEntry, Status
from treatment.domain.refusals import (
    ClosedAsDeceased,
    ClosureNotPossible,
    FinalMeasuresMissing,
    UrgentRiskOpen,
)


def check_closing(case: Case, closure: CaseClosed) -> None:
    """Raise unless it may be closed so.

    An open urgent flag needs an override (invariant 8); `completed` needs a therapy that began, and its final
    measures (7).
    """
    completed = closure.reason is ClosureReason.COMPLETED
    if completed and not case.began:
        raise ClosureNotPossible(case.status, closure.reason)
    urgent = sum(flag.level is RiskLevel.URGENT for flag in case.open_flags.values())
    if urgent and closure.open_risk_override is None:
        raise UrgentRiskOpen(urgent)
    if completed and closure.final_measures_absent is None and not case.has_final_measures:
        raise FinalMeasuresMissing


def check_reopening(case: Case) -> None:
    """Raise unless the patient lives, as far as the closing says."""
    if case.closed_as is ClosureReason.DECEASED:
        raise ClosedAsDeceased


def standing_closing(case: Case) -> HistoryEntry | None:
    """The entry by which the case is closed now."""
    if case.status is not Status.CLOSED:
        return None
    return next((entry for entry in reversed(case.history) if isinstance(entry.holds, CaseClosed)), None)
