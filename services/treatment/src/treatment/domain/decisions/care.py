"""Risk: checked, planned for, referred; flags acknowledged, escalated, resolved."""

from typing import assert_never

from casetrail_contracts.events.care import (
    CrisisReferralMade,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagResolved,
    SafetyPlanRecorded,
)
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, Flag
from treatment.domain.commands import CareEntry
from treatment.domain.decisions.evidence import check_evidence, was_recorded
from treatment.domain.facts import Fact
from treatment.domain.refusals import AlreadyEnded, NotFound


def record(case: Case, entry: CareEntry, at: Moment) -> list[Fact]:
    """The facts of an entry about risk. No state of the case refuses one."""
    match entry:
        case SafetyPlanRecorded():
            return [Fact(payload=entry, at=at)]
        case CrisisReferralMade():
            check_evidence(case, entry.evidence)
            return [Fact(payload=entry, at=at)]
        case RiskChecked():
            check_flags(case, entry)
            return [Fact(payload=entry, at=at)]
        case RiskFlagAcknowledged():
            flag = _flag(case, entry.flag_id, "flagId")
            return [] if flag.acknowledged or flag.resolved else [Fact(payload=entry, at=at)]
        case RiskFlagEscalated():
            flag = _flag(case, entry.flag_id, "flagId")
            late = flag.resolved or flag.historical or entry.step <= flag.step
            return [] if late else [Fact(payload=entry, at=at)]
        case RiskFlagResolved():
            check_evidence(case, entry.evidence)
            return _resolved(case, entry, at)
        case _:
            assert_never(entry)


def check_flags(case: Case, check: RiskChecked) -> None:
    """Raise `NotFound` unless the flags are of this case. A check may be recorded before its session is."""
    for flag_id in check.flag_ids:
        _flag(case, flag_id, "flagIds")


def _resolved(case: Case, entry: RiskFlagResolved, at: Moment) -> list[Fact]:
    if not _flag(case, entry.flag_id, "flagId").resolved:
        return [Fact(payload=entry, at=at)]
    if was_recorded(case, entry):
        return []
    raise AlreadyEnded("risk flag", entry.flag_id)


def _flag(case: Case, flag_id: str, field: str) -> Flag:
    try:
        return case.flags[flag_id]
    except KeyError:
        raise NotFound("risk flag", flag_id, field) from None
