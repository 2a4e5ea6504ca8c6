"""The summary of a case: everything in codes and numbers, nothing sealed."""

from datetime import date, timedelta

from tests.builders import (
    START,
    TENANT,
    History,
    because,
    case_id,
    flagged,
    goals_set,
    opened,
    scored,
    sealed,
    session,
)
from tests.integration.projections.feeding import everything_in, feed_all

from casetrail_contracts import event_id
from casetrail_contracts.events.adaptation import ReasonCode
from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.case import ClosureReason, ReferralSource
from casetrail_contracts.events.formulation import Area
from casetrail_contracts.events.plan import GoalChanged, GoalClosed, GoalsRevised, GoalStatus
from casetrail_contracts.events.session import Attendance, Modality
from casetrail_contracts.examples import CASE, EXAMPLES, OPENED, PHQ9
from casetrail_contracts.scalars import Moment
from treatment.projections.case_summary_query import (
    AssessmentEntry,
    CaseSummary,
    GoalEntry,
    InventoryCounts,
    OpenFlag,
    Revision,
    SelectedArea,
    SessionEntry,
    of,
)
from treatment.projections.caseload_query import CaseState
from treatment.store.database import Database

MIDDLE = OPENED + timedelta(days=14)
COURSE = list(EXAMPLES.values())


def test_the_published_course_makes_this_summary(database: Database) -> None:
    feed_all(database, COURSE)
    assert of(database, TENANT, CASE) == CaseSummary(
        case_id=CASE,
        state=CaseState.CLOSED,
        therapist_id="therapist-1",
        supervisor_id="supervisor-1",
        team_id="team-east",
        referral_source=ReferralSource.PRIMARY_CARE,
        referred_on=date(2026, 2, 9),
        opened_at=OPENED,
        closed_at=OPENED + timedelta(days=28),
        closure_reason=ClosureReason.REFERRED_ON,
        last_event_at=OPENED + timedelta(days=28),
        problem_areas=(
            SelectedArea(
                rank="primary",
                area=Area.ROLE_DISPUTE,
                detail="impasse",
                agreed_on=date(2026, 3, 16),
                selected_at=MIDDLE,
            ),
        ),
        inventory=InventoryCounts(
            people=1,
            past=0,
            deceased=0,
            innermost=1,
            in_conflict=1,
            precipitants=1,
            no_significant_others=False,
        ),
        sessions=(
            SessionEntry(
                number=1,
                session_id="s-3",
                started_at=MIDDLE,
                duration_minutes=50,
                attendance=Attendance.ON_TIME,
                modality=Modality.IN_PERSON,
                techniques=("communicationAnalysis",),
            ),
        ),
        assessments=(
            AssessmentEntry(
                assessment_id="a-3",
                instrument="PHQ9",
                definition=PHQ9,
                taken_at=Moment(MIDDLE),
                respondent="patient",
                total=16,
                band="moderatelySevere",
                prorated=False,
                total_mismatch=False,
                risk_item_answered="yes",
                session_id="s-3",
                event_id=event_id(CASE, 5),
            ),
        ),
        goals=(
            GoalEntry(
                goal_id="g-1",
                status=GoalStatus.ACTIVE,
                priority=1,
                problem_area=None,
                target_date=None,
                measurement="GBO",
            ),
        ),
        open_flags=(
            OpenFlag(
                flag_id="5f0f0a6c-7d3c-5a44-9b7e-0a4f2f1d6c33",
                level=RiskLevel.URGENT,
                rule="riskItem",
                raised_at=MIDDLE,
                evidence=(event_id(CASE, 5),),
            ),
        ),
        last_revision=Revision(
            event_id=event_id(CASE, 7),
            revised_at=OPENED + timedelta(days=15),
            reason_code=ReasonCode.RISK_CHANGE,
            evidence=(event_id(CASE, 5), event_id(CASE, 6)),
            decided_by="therapist-1",
            review_at_session_id=None,
            review_on=date(2026, 3, 30),
        ),
        version=8,
        position=8,
    )


def test_nothing_sealed_is_copied_into_a_read_model(database: Database) -> None:
    feed_all(database, COURSE)
    assert "sealed:" not in str(everything_in(database))


def test_another_tenant_does_not_have_the_case(database: Database) -> None:
    feed_all(database, COURSE)
    assert of(database, "south", CASE) is None
    assert of(database, TENANT, case_id(1)) is None


def test_sessions_are_numbered_by_their_start_whenever_they_were_told(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened())
    for name, day in (("s-late", 14), ("s-early", 1), ("s-middle", 7)):
        history.add(case, session(name, START + timedelta(days=day)))
    feed_all(database, history.contents)
    summary = of(database, TENANT, case)
    assert summary is not None
    assert [(held.number, held.session_id) for held in summary.sessions] == [
        (1, "s-early"),
        (2, "s-middle"),
        (3, "s-late"),
    ]


def test_forms_stand_in_the_order_in_which_they_were_taken(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened())
    history.add(case, scored("a-2", 12, START + timedelta(days=7)))
    history.add(case, scored("a-1", 25, "2026-03-01"))
    feed_all(database, history.contents)
    summary = of(database, TENANT, case)
    assert summary is not None
    assert [(form.assessment_id, form.total, str(form.taken_at)) for form in summary.assessments] == [
        ("a-1", 25, "2026-03-01"),
        ("a-2", 12, "2026-03-09T09:00:00.000000Z"),
    ]


def test_goals_keep_what_a_revision_does_not_name(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened())
    history.add(case, goals_set(["g-1", "g-2"], because()))
    changed = GoalChanged(goal_id="g-1", text=sealed("new text"), priority=1, target_date=date(2026, 5, 1))
    revised = GoalsRevised(
        because=because(event_id(case, 1), reason=ReasonCode.PATIENT_CHOICE),
        changed=(changed,),
        closed=(GoalClosed(goal_id="g-2", status=GoalStatus.ACHIEVED),),
    )
    history.add(case, revised)
    history.add(
        case,
        GoalsRevised(because=because(), changed=(GoalChanged(goal_id="g-1", text=sealed("text again")),)),
    )
    feed_all(database, history.contents)
    summary = of(database, TENANT, case)
    assert summary is not None
    assert summary.goals == (
        GoalEntry(
            goal_id="g-1",
            status=GoalStatus.ACTIVE,
            priority=1,
            problem_area=None,
            target_date=date(2026, 5, 1),
            measurement="GBO",
        ),
        GoalEntry(
            goal_id="g-2",
            status=GoalStatus.ACHIEVED,
            priority=2,
            problem_area=None,
            target_date=None,
            measurement="GBO",
        ),
    )


def test_a_flag_raised_again_gathers_its_evidence(database: Database) -> None:
    history, case = History(), case_id(1)
    first = history.add(case, opened()).envelope.id
    history.add(case, flagged(1, first, RiskLevel.REVIEW))
    second = history.add(case, scored("a-1", 30)).envelope.id
    history.add(case, flagged(1, second, RiskLevel.URGENT))
    history.add(case, flagged(1, second, RiskLevel.REVIEW))
    feed_all(database, history.contents)
    summary = of(database, TENANT, case)
    assert summary is not None
    assert summary.open_flags == (
        OpenFlag(
            flag_id=summary.open_flags[0].flag_id,
            level=RiskLevel.URGENT,
            rule="riskItem",
            raised_at=START + timedelta(minutes=2),
            evidence=(first, second),
        ),
    )
