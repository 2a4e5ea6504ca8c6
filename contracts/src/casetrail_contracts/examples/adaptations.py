"""The therapy is adapted, and each time it is said why; then it rests, and another therapist takes over."""

from datetime import date
from decimal import Decimal

from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.appointments import SessionMissed
from casetrail_contracts.events.case import CasePaused, CaseResumed, CaseTransferred
from casetrail_contracts.events.medication import Dose, MedicationChanged
from casetrail_contracts.events.outcome import NotOnTrackSignalled
from casetrail_contracts.events.plan import GoalRated
from casetrail_contracts.events.problem_area import DisputeStageChanged, ProblemAreaRevised, RoleTransition
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.examples.story import DOCTOR, SUPERVISOR, Story, at, sealed


def tell(story: Story) -> None:
    """What followed from not being on track."""
    story.tell(_tactic(story), at(66), SUPERVISOR)
    stage = DisputeStageChanged(rank="primary", stage="dissolution", reason=sealed("reason of the stage"))
    story.tell(stage, at(77))
    story.tell(_area(story), at(84))
    story.tell(_dose(), at(86), DOCTOR)
    story.tell(CasePaused(reason="lifeEvent", expected_until=date(2026, 6, 15)), at(91))
    story.tell(CaseResumed(), at(105))
    handed_over = CaseTransferred(
        therapist_id="therapist-2",
        supervisor_id="supervisor-1",
        team_id="team-west",
        reason="relocation",
    )
    story.tell(handed_over, at(106), SUPERVISOR)


def _tactic(story: Story) -> TacticAdapted:
    return TacticAdapted(
        because=Because(
            reason_code=ReasonCode.LACK_OF_PROGRESS,
            evidence=(story.id_of(NotOnTrackSignalled), story.id_of(SessionMissed)),
            stated_reason=sealed("reason of the tactic"),
            decided_by="supervisor-1",
            review_at_session_id="s-6",
        ),
        kind="changeTechniqueEmphasis",
        trigger="notOnTrack",
        effective_from_session_id="s-4",
        technique="decisionAnalysis",
    )


def _area(story: Story) -> ProblemAreaRevised:
    return ProblemAreaRevised(
        because=Because(
            reason_code=ReasonCode.LIFE_EVENT,
            evidence=(story.id_of(DisputeStageChanged), story.id_of(GoalRated)),
            decided_by="therapist-1",
            review_on=date(2026, 6, 22),
        ),
        rank="primary",
        focus=RoleTransition(
            transition_type="separation",
            old_role=sealed("the old role"),
            new_role=sealed("the new role"),
            started_on="2026-05",
            chosen=False,
            losses_old=(sealed("a loss"), sealed("another loss")),
            positives_old=(sealed("what was good"),),
            challenges_new=(sealed("a challenge"),),
            opportunities_new=(sealed("an opportunity"),),
            support_gap=sealed("the support that is missing"),
        ),
        agreed_on=date(2026, 5, 25),
    )


def _dose() -> MedicationChanged:
    return MedicationChanged(
        because=Because(
            reason_code=ReasonCode.THERAPIST_REVIEW,
            stated_reason=sealed("reason of the dose"),
            decided_by="doctor-1",
            review_on=date(2026, 6, 24),
        ),
        entry_id="m-1",
        dose=Dose(amount=Decimal("7.50"), unit="mg", frequency="atNight"),
        adherence="partial",
        side_effects=("dryMouth", "drowsiness"),
        changed_on=date(2026, 5, 27),
    )
