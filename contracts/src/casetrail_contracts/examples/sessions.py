"""Around the sessions: appointments, one that was missed, the phase, homework, mood, progress to a goal."""

from datetime import date

from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    SessionMissed,
)
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.plan import GoalRated
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.events.session import Modality, SessionHeld
from casetrail_contracts.examples.starting import ACUTE
from casetrail_contracts.examples.story import SUPERVISOR, Story, at, sealed
from casetrail_contracts.scalars import Moment

ZONE = "Europe/London"


def tell(story: Story) -> None:
    """The middle of the course."""
    _appointments(story)
    phase = PhaseEntered(
        phase="middle",
        definition=ACUTE,
        attended_sessions=1,
        set_by_hand=True,
        reason=sealed("reason for the phase"),
    )
    story.tell(phase, at(56), SUPERVISOR)
    story.tell(_homework(), at(56, 50))
    story.tell(_reviewed(), at(63))
    story.tell(HomeworkWithdrawn(homework_id="h-1", reason="replaced"), at(63, 40))
    story.tell(_mood(), Moment.parse("2026-05-04"))
    rating = GoalRated(
        goal_id="g-1",
        measurement="GBO",
        rating=4,
        session_id="s-3",
        evidence=(story.id_of(SessionHeld), story.id_of(HomeworkReviewed)),
    )
    story.tell(rating, at(63, 50))


def _appointments(story: Story) -> None:
    scheduled = AppointmentScheduled(
        appointment_id="ap-4",
        starts_at=at(50).at,
        duration_minutes=50,
        timezone=ZONE,
        modality=Modality.VIDEO,
        kind="reviewAndTreatment",
        therapist_id="therapist-1",
    )
    story.tell(scheduled, at(49, 30))
    another = AppointmentRescheduled(
        appointment_id="ap-4", starts_at=at(51, 30).at, timezone=ZONE, by="patient"
    )
    story.tell(another, at(49, 240))
    story.tell(AppointmentCancelled(appointment_id="ap-4", by="provider"), at(50))
    missed = SessionMissed(
        appointment_id="ap-5",
        scheduled_at=at(53).at,
        timezone=ZONE,
        attendance="3",
        therapist_id="therapist-1",
    )
    story.tell(missed, at(53))


def _homework() -> HomeworkAssigned:
    return HomeworkAssigned(
        homework_id="h-1",
        title=sealed("title of the homework"),
        type="conversationAttempt",
        linked_goal_id="g-1",
        linked_person_id="p-1",
        assigned_at_session_id="s-3",
        due_on=date(2026, 5, 4),
        instructions=sealed("instructions of the homework"),
    )


def _reviewed() -> HomeworkReviewed:
    return HomeworkReviewed(
        homework_id="h-1",
        status="carriedOver",
        reviewed_at_session_id="s-3",
        barrier="fear",
        mood_before=7,
        mood_after=5,
        learning=sealed("what was learnt"),
    )


def _mood() -> MoodRated:
    return MoodRated(
        session_id="s-3",
        at=Moment.parse("2026-05-04"),
        average=5,
        worst=8,
        best=3,
        worst_event=sealed("the worst of the week"),
        best_event=sealed("the best of the week"),
        linked_person_ids=("p-1",),
    )
