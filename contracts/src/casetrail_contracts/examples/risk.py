"""The case was closed in error: it is opened again, and the open risk flag is seen to."""

from casetrail_contracts.events.care import (
    CrisisReferralMade,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagRaised,
    RiskFlagResolved,
    RiskOutcome,
    SafetyPlanRecorded,
)
from casetrail_contracts.events.case import CaseReopened
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.examples.first_contact import FLAG_ID
from casetrail_contracts.examples.story import NOTIFIER, SUPERVISOR, Story, at, sealed


def tell(story: Story) -> None:
    """From the escalation of the flag to its outcome."""
    story.tell(CaseReopened(reason="closedInError"), at(29))
    escalated = RiskFlagEscalated(
        flag_id=FLAG_ID, step=2, told=("supervisor-1", "team-east"), due_at=at(29, 60).at
    )
    story.tell(escalated, at(29, 30), NOTIFIER)
    acknowledged = RiskFlagAcknowledged(flag_id=FLAG_ID, acknowledged_by="supervisor-1", task_ref="task-0001")
    story.tell(acknowledged, at(29, 40), NOTIFIER)
    story.tell(_check(), at(29, 120))
    story.tell(_plan(), at(29, 125))
    referral = CrisisReferralMade(
        referred_to="crisisTeam", outcome="seen", evidence=(story.id_of(RiskFlagRaised),)
    )
    story.tell(referral, at(29, 130))
    story.tell(_resolution(story), at(30), SUPERVISOR)


def _check() -> RiskChecked:
    return RiskChecked(
        session_id="s-3",
        asked=True,
        level="low",
        action="safetyPlan",
        safety_plan_updated=True,
        flag_ids=(FLAG_ID,),
    )


def _plan() -> SafetyPlanRecorded:
    return SafetyPlanRecorded(
        elements=("warningSigns", "copingSteps", "contacts", "emergencyNumber", "tellsSomeone"),
        shared_with=("patient", "partner"),
        tells=sealed("whom the patient tells"),
    )


def _resolution(story: Story) -> RiskFlagResolved:
    return RiskFlagResolved(
        flag_id=FLAG_ID,
        outcome=RiskOutcome.SAFETY_PLAN_CREATED,
        reason=sealed("reason of the resolution"),
        evidence=(story.id_of(AssessmentScored), story.id_of(SafetyPlanRecorded)),
    )
