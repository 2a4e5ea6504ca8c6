"""Risk flags: raised by rule, in the append that causes them."""

from uuid import UUID, uuid5

from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.facts import Fact

RULE_VERSION = "1"


def risk_item_flag(case: Case, scored: AssessmentScored, level: RiskLevel, cause: str) -> Fact:
    """A risk item was answered at or above its level (domain reference 5.2)."""
    return Fact(
        payload=RiskFlagRaised(
            flag_id=_flag_id(case, level, f"riskItem/{RULE_VERSION}/{scored.assessment_id}"),
            level=level,
            rule="riskItem",
            definition=scored.definition,
            evidence=(cause,),
            setting=scored.setting,
            therapist_id=case.therapist_id,
            supervisor_id=case.supervisor_id,
            team_id=case.team_id,
        ),
        at=scored.taken_at,
        caused_by=cause,
    )


def safety_concern_flag(case: Case, cause: str, at: Moment) -> Fact:
    """The inventory names a relationship with coercion or violence."""
    return Fact(
        payload=RiskFlagRaised(
            flag_id=_flag_id(case, RiskLevel.REVIEW, f"safetyConcern/{RULE_VERSION}/{cause}"),
            level=RiskLevel.REVIEW,
            rule="safetyConcern",
            evidence=(cause,),
            setting="inSession",
            therapist_id=case.therapist_id,
            supervisor_id=case.supervisor_id,
            team_id=case.team_id,
        ),
        at=at,
        caused_by=cause,
    )


def _flag_id(case: Case, level: RiskLevel, occurrence: str) -> str:
    """An open flag of this level or a higher one gains the new evidence instead of a twin."""
    for flag_id, open_level in case.open_flags.items():
        if open_level is RiskLevel.URGENT or open_level is level:
            return flag_id
    return str(uuid5(UUID(case.case_id), occurrence))
