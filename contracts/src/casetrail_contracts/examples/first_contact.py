"""The first contact: opened, one session, a positive risk item, referred on too soon."""

from datetime import date

from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseClosed, CaseOpened, ClosureReason, ReferralSource
from casetrail_contracts.events.inventory import (
    Conflict,
    InventoryPerson,
    InventoryRecorded,
    LinkToOnset,
    LivingStatus,
    Relationship,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import MeasureOutcome, OutcomeSummarised
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.problem_area import ProblemAreaSelected, RoleDispute
from casetrail_contracts.events.session import Attendance, Attendee, Modality, SessionHeld
from casetrail_contracts.examples.story import FIRST_COMMAND, PHQ9, SAFETY, Story, at, definition, sealed

FLAG_ID = "5f0f0a6c-7d3c-5a44-9b7e-0a4f2f1d6c33"
SESSION = SessionHeld(
    session_id="s-3",
    started_at=at(14).at,
    duration_minutes=50,
    timezone="Europe/London",
    attendance=Attendance.ON_TIME,
    modality=Modality.IN_PERSON,
    attendees=(Attendee(role="patient"), Attendee(role="therapist")),
    techniques=("communicationAnalysis",),
    measures=("a-3",),
)


def tell(story: Story) -> None:
    """Eight events that a short course may consist of, and the outcome of closing it."""
    story.tell(_opened(), at(0), command=FIRST_COMMAND)
    story.tell(_inventory(), at(7), command=FIRST_COMMAND)
    dispute = RoleDispute(other_party_id="p-1", stage="impasse", issue=sealed("issue"))
    area = ProblemAreaSelected(rank="primary", focus=dispute, agreed_on=date(2026, 3, 16))
    story.tell(area, at(14), command=FIRST_COMMAND)
    story.tell(SESSION, at(14), command=FIRST_COMMAND)
    story.tell(_form(), at(14), command=FIRST_COMMAND)
    story.derive(_flag(story), AssessmentScored)
    story.tell(_goals(story), at(15), command=FIRST_COMMAND)
    story.tell(CaseClosed(reason=ClosureReason.REFERRED_ON), at(28), command=FIRST_COMMAND)
    story.derive(_outcome(story), CaseClosed)


def _opened() -> CaseOpened:
    return CaseOpened(
        patient_ref=sealed("patient"),
        therapist_id="therapist-1",
        supervisor_id="supervisor-1",
        team_id="team-east",
        referral_source=ReferralSource.PRIMARY_CARE,
        referred_on=date(2026, 2, 9),
    )


def _inventory() -> InventoryRecorded:
    partner = InventoryPerson(
        person_id="p-1",
        alias=sealed("alias"),
        relationship=Relationship.PARTNER,
        temporal="present",
        living_status=LivingStatus.LIVING,
        closeness_ring=1,
        closeness_desired=1,
        contact_frequency="daily",
        contact_channels=("inPerson",),
        reciprocity="partlyReciprocal",
        conflict=Conflict(level="moderate", pattern="avoided", recent=True),
        link_to_onset=LinkToOnset.PRECIPITANT,
    )
    return InventoryRecorded(people=(partner,))


def _form() -> AssessmentScored:
    return AssessmentScored(
        assessment_id="a-3",
        instrument="PHQ9",
        definition=PHQ9,
        taken_at=at(14),
        setting="inSession",
        respondent="patient",
        input_mode="screen",
        session_id="s-3",
        items=(2, 2, 2, 2, 1, 2, 2, 1, 2),
        reported_total=16,
        total=16,
        band="moderatelySevere",
        risk_item_answered="yes",
    )


def _flag(story: Story) -> RiskFlagRaised:
    return RiskFlagRaised(
        flag_id=FLAG_ID,
        level=RiskLevel.URGENT,
        rule="riskItem",
        definition=PHQ9,
        evidence=(story.id_of(AssessmentScored),),
        setting="inSession",
        therapist_id="therapist-1",
        supervisor_id="supervisor-1",
        team_id="team-east",
        rules=SAFETY,
    )


def _goals(story: Story) -> GoalsRevised:
    return GoalsRevised(
        because=Because(
            reason_code=ReasonCode.RISK_CHANGE,
            evidence=(story.id_of(AssessmentScored), story.id_of(RiskFlagRaised)),
            decided_by="therapist-1",
            review_on=date(2026, 3, 30),
        ),
        added=(GoalAdded(goal_id="g-1", text=sealed("goal"), priority=1),),
    )


def _outcome(story: Story) -> OutcomeSummarised:
    """One form is no pair: whether anything changed cannot be said."""
    form = story.id_of(AssessmentScored)
    return OutcomeSummarised(
        rules=definition("OUTCOMES"),
        end_code="13",
        attended_sessions=1,
        finished_course=False,
        measures=(MeasureOutcome(instrument="PHQ9", first=16, last=16, forms=1, evidence=(form,)),),
        caseness_at_start=True,
    )
