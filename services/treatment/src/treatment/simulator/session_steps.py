"""The day of a session: forms, the session itself, and what is recorded after it."""

from collections.abc import Iterator
from datetime import timedelta

from casetrail_contracts import Personal
from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.consent import ConsentRecorded
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.medication import MedicationChanged
from casetrail_contracts.events.plan import GoalRated
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.session import Attendance, Attendee, Modality, SessionHeld, Technique
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Record
from treatment.simulator.drawn import Visit
from treatment.simulator.form_steps import form_key, form_steps
from treatment.simulator.initial_steps import GOAL, initial_steps
from treatment.simulator.intake import MEDICATION, taken
from treatment.simulator.people import FIRST
from treatment.simulator.risk_steps import risk_steps, self_harm
from treatment.simulator.scores import MOST, PHQ
from treatment.simulator.step import Seen, Step, Telling, entry, entry_when

BEFORE = timedelta(minutes=10)
"""Forms are filled in so long before the session."""
REVIEW_AFTER = timedelta(days=28)
WORST_MOOD = 10
BEST_GOAL = 10
TECHNIQUES: dict[Area, Technique] = {
    Area.GRIEF: "griefWork",
    Area.ROLE_DISPUTE: "communicationAnalysis",
    Area.ROLE_TRANSITION: "roleEvaluation",
    Area.INTERPERSONAL_DEFICITS: "rolePlay",
}


def session_steps(telling: Telling, number: int) -> Iterator[Step]:
    """Everything of the day of session `number`, in order."""
    course = telling.course
    visit, at = course.visits[number - 1], telling.end_of(number)
    yield from form_steps(telling, visit.forms, visit.starts_at - BEFORE, number)
    if course.other_at == number:
        consent = ConsentRecorded(
            scope="significantOther", person_id=FIRST, given_how="spoken", other_informed=True
        )
        yield entry(f"consent-{number}", "record-consent", visit.starts_at - BEFORE, consent)
    yield entry(f"session-{number}", "hold-session", at, _held(telling, number, visit))
    yield from risk_steps(str(number), at, self_harm(visit.forms), number)
    yield from initial_steps(telling, number)
    yield from _reviewed_homework(telling, number)
    if visit.homework is not None:
        assigned = HomeworkAssigned(
            homework_id=f"homework-{number}",
            title=Personal.plain("Something to try"),
            type="observeMoodEventLink",
            assigned_at_session_id=f"session-{number}",
        )
        yield entry(f"homework-{number}", "assign-homework", at, assigned)
    yield from _ratings(telling, number)
    yield from _adaptations(telling, number)


def _held(telling: Telling, number: int, visit: Visit) -> SessionHeld:
    with_other = telling.course.other_at == number
    techniques: tuple[Technique, ...] = ("inventoryReview",)
    if number > telling.last_of_initial_phase:
        techniques = ("moodEventLink", TECHNIQUES[telling.course.area])
    return SessionHeld(
        session_id=f"session-{number}",
        started_at=visit.starts_at,
        duration_minutes=telling.minutes,
        timezone=telling.timezone,
        attendance=Attendance.LATE_BUT_SEEN if visit.late else Attendance.ON_TIME,
        modality=Modality.IN_PERSON,
        attendees=(Attendee(role="patient"), Attendee(role="significantOther", person_id=FIRST))
        if with_other
        else (),
        techniques=(*techniques, "significantOtherSession") if with_other else techniques,
        measures=tuple(form_key(form, number) for form in visit.forms),
    )


def _reviewed_homework(telling: Telling, number: int) -> Iterator[Step]:
    result = telling.course.visits[number - 2].homework if number > 1 else None
    if result is not None:
        review = HomeworkReviewed(
            homework_id=f"homework-{number - 1}",
            status=result,
            reviewed_at_session_id=f"session-{number}",
        )
        yield entry(f"homework-{number - 1}-review", "review-homework", telling.end_of(number), review)


def _ratings(telling: Telling, number: int) -> Iterator[Step]:
    """Mood and goal follow the form; without a form nobody rates."""
    course, at = telling.course, telling.end_of(number)
    total = next(
        (
            sum(item or 0 for item in form.items)
            for form in course.visits[number - 1].forms
            if form.instrument == PHQ
        ),
        None,
    )
    if total is None:
        return
    mood = MoodRated(
        session_id=f"session-{number}", at=Moment(at), average=1 + round((WORST_MOOD - 1) * total / MOST[PHQ])
    )
    yield entry(f"mood-{number}", "rate-mood", at, mood)
    if number >= telling.last_of_initial_phase:
        nearer = max(0, course.start.phq - total)
        rating = round(BEST_GOAL * nearer / max(1, course.start.phq))
        rated = GoalRated(goal_id=GOAL, measurement="GBO", rating=rating, session_id=f"session-{number}")
        yield entry(f"goal-{number}", "rate-goal", at, rated)


def _adaptations(telling: Telling, number: int) -> Iterator[Step]:
    course, at = telling.course, telling.end_of(number)
    if course.medication_changed_at == number:
        yield _medication(telling, number)
    if course.reviews_signals[number - 1]:

        def review(seen: Seen) -> Record | None:
            if not seen.signals:
                return None
            adapted = TacticAdapted(
                because=_because(telling, number, seen.signals[-1]),
                kind="requestSupervision",
                trigger="notOnTrack",
            )
            return Record(entry=adapted, at=Moment(at))

        yield Step(key=f"review-{number}", name="adapt-tactic", at=at, command=review, reviews=True)


def _medication(telling: Telling, number: int) -> Step:
    """Changed, or begun where there was none."""
    at, key = telling.end_of(number), f"medication-{number}"
    if not telling.course.medication:
        return entry(key, "record-medication", at, taken(MEDICATION), "doctor")

    def changed(seen: Seen) -> MedicationChanged:
        return MedicationChanged(
            because=_because(telling, number, seen.ids[f"session-{number}"]),
            entry_id=MEDICATION,
            adherence="full",
            changed_on=at.date(),
        )

    return entry_when(key, "change-medication", at, changed)


def _because(telling: Telling, number: int, evidence: str) -> Because:
    return Because(
        reason_code=ReasonCode.LACK_OF_PROGRESS,
        evidence=(evidence,),
        decided_by=telling.staff.therapist,
        review_on=(telling.end_of(number) + REVIEW_AFTER).date(),
    )
