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
from treatment.domain.decisions.evidence import check_evidence, was_recorded, what_counts
from treatment.domain.facts import Fact
from treatment.domain.refusals import AlreadyEnded, NotFound


def record(case: Case, entry: CareEntry, at: Moment) -> list[Fact]:
    """The facts of an entry about risk. No state refuses one, and no mistyped id a check or a referral."""
    match entry:
        case SafetyPlanRecorded():
            return [Fact(payload=entry, at=at)]
        case CrisisReferralMade():
            return [Fact(payload=referred(case, entry), at=at)]
        case RiskChecked():
            return [Fact(payload=checked(case, entry), at=at)]
        case RiskFlagAcknowledged():
            flag = _flag(case, entry.flag_id)
            return [] if flag.acknowledged or flag.resolved else [Fact(payload=entry, at=at)]
        case RiskFlagEscalated():
            flag = _flag(case, entry.flag_id)
            late = flag.resolved or flag.historical or entry.step <= flag.step
            return [] if late else [Fact(payload=entry, at=at)]
        case RiskFlagResolved():
            check_evidence(case, entry.evidence)
            return _resolved(case, entry, at)
        case _:
            assert_never(entry)


def checked(case: Case, check: RiskChecked) -> RiskChecked:
    """The check with those of its flags that the case has. It may be recorded before its session is.

    A slip of the pen must not stand between a clinician and an urgent flag; and an id that is of no flag of
    this case may be one of another patient's, which does not belong in its events.
    """
    flag_ids = tuple(flag_id for flag_id in check.flag_ids if flag_id in case.flags)
    return check.model_copy(update={"flag_ids": flag_ids})


def referred(case: Case, referral: CrisisReferralMade) -> CrisisReferralMade:
    """The referral with that of its evidence which the case has, and which counts."""
    return referral.model_copy(update={"evidence": what_counts(case, referral.evidence)})


def _resolved(case: Case, entry: RiskFlagResolved, at: Moment) -> list[Fact]:
    if not _flag(case, entry.flag_id).resolved:
        return [Fact(payload=entry, at=at)]
    if was_recorded(case, entry):
        return []
    raise AlreadyEnded("risk flag", entry.flag_id)


def _flag(case: Case, flag_id: str) -> Flag:
    try:
        return case.flags[flag_id]
    except KeyError:
        raise NotFound("risk flag", flag_id, "flagId") from None
