"""Folding risk: flags with what was done about them, and the sessions in which risk was checked."""

from dataclasses import replace
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
from treatment.domain.case import Case, Flag
from treatment.domain.folding.artifacts import recorded
from treatment.domain.keys import review_key, unanswered_key


def apply(case: Case, payload: CareEvent, event_id: str) -> Case:
    """The case after this fact."""
    match payload:
        case RiskFlagRaised():
            return _set(case, payload.flag_id, _raised(case.flags.get(payload.flag_id), payload))
        case RiskFlagAcknowledged() | RiskFlagEscalated() | RiskFlagResolved():
            known = case.flags.get(payload.flag_id)
            return case if known is None else _set(case, payload.flag_id, _answered(known, payload))
        case RiskChecked():
            checked = {payload.session_id} if payload.session_id and payload.asked else set()
            return replace(case, checked_sessions=case.checked_sessions | checked)
        case RiskItemUnanswered():
            return replace(case, derived={**case.derived, unanswered_key(payload): event_id})
        case ReviewNeeded():
            return replace(case, derived={**case.derived, review_key(payload): event_id})
        case SafetyPlanRecorded():
            return recorded(case, "safetyPlan")
        case CrisisReferralMade():
            return case
        case _:
            assert_never(payload)


def _raised(known: Flag | None, raised: RiskFlagRaised) -> Flag:
    """New evidence at a lower level does not lower a flag; new evidence opens a resolved one again.

    Nobody has seen the new evidence yet, so it is acknowledged and escalated from the first step on. History
    that was imported pages nobody, and leaves what was done as it is.
    """
    if known is None or known.resolved:
        return Flag(level=raised.level, evidence=raised.evidence, historical=raised.historical)
    urgent = RiskLevel.URGENT in (raised.level, known.level)
    return replace(
        known,
        level=RiskLevel.URGENT if urgent else RiskLevel.REVIEW,
        evidence=tuple(dict.fromkeys((*known.evidence, *raised.evidence))),
        historical=known.historical and raised.historical,
        acknowledged=known.acknowledged and raised.historical,
        step=known.step if raised.historical else 1,
    )


def _answered(flag: Flag, answer: RiskFlagAcknowledged | RiskFlagEscalated | RiskFlagResolved) -> Flag:
    match answer:
        case RiskFlagAcknowledged():
            return replace(flag, acknowledged=True)
        case RiskFlagEscalated():
            return replace(flag, step=answer.step)
        case RiskFlagResolved():
            return replace(flag, resolved=True)


def _set(case: Case, flag_id: str, flag: Flag) -> Case:
    return replace(case, flags={**case.flags, flag_id: flag})
