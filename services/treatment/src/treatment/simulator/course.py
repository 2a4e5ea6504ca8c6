"""A drawn course as commands, in the order in which they are sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from casetrail_contracts import Personal
from casetrail_contracts.events.appointments import SessionMissed
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.ending import EndingReviewed, MaintenanceDecided, RelapsePlanRecorded
from treatment.simulator.drawn import DrawnCourse, Mishap
from treatment.simulator.intake import intake_steps
from treatment.simulator.session_steps import session_steps
from treatment.simulator.step import Step, Telling, entry

Progress = Literal["muchBetter", "better", "same", "worse"]
GIVEN_UP_AFTER = timedelta(days=21)
"""After the last appointment, whoever does not come any more has dropped out."""
MUCH_BETTER, BETTER = 10, 3
"""Points of PHQ-9 from first to last."""


def course_steps(telling: Telling) -> tuple[Step, ...]:
    """All commands of one course. Those of one moment are in the order of the day."""
    told = [*intake_steps(telling), *_missed(telling)]
    for number in range(1, len(telling.course.visits) + 1):
        told += session_steps(telling, number)
    told += _closing(telling)
    return tuple(sorted(told, key=lambda step: step.at))


def ended_at(course: DrawnCourse) -> datetime:
    """The time of the last appointment, whether it was kept or not; of the intake where there was none."""
    appointments = [visit.starts_at for visit in course.visits]
    appointments += [missed.scheduled_at for missed in course.missed]
    return max([course.intake_at, *appointments])


def _missed(telling: Telling) -> Iterator[Step]:
    for number, missed in enumerate(telling.course.missed, start=1):
        entered = SessionMissed(
            appointment_id=f"missed-{number}",
            scheduled_at=missed.scheduled_at,
            timezone=telling.timezone,
            attendance=missed.code,
        )
        yield entry(f"missed-{number}", "miss-session", missed.scheduled_at, entered)


def _closing(telling: Telling) -> Iterator[Step]:
    course = telling.course
    if course.dropped_out:
        closed = CaseClosed(reason=ClosureReason.DROPPED_OUT)
        yield entry("close", "close", ended_at(course) + GIVEN_UP_AFTER, closed)
        return
    number = len(course.visits)
    at = telling.end_of(number)
    review = EndingReviewed(session_id=f"session-{number}", progress=_progress(course))
    plan = RelapsePlanRecorded(
        warning_signs=(Personal.plain("An early sign"),), contact="familyDoctor", shared_with_patient=True
    )
    yield entry("ending", "review-ending", at, review)
    yield entry("relapse-plan", "record-relapse-plan", at, plan)
    yield entry("maintenance", "decide-maintenance", at, MaintenanceDecided(decision="notIndicated"))
    in_time = any(form.mishap is not Mishap.LATE for form in course.visits[-1].forms)
    closed = CaseClosed(
        reason=ClosureReason.COMPLETED,
        final_measures_absent=None if in_time else "notOffered",
        told=("patient", "referrer"),
    )
    # After the outcome of every flag, which takes a moment longer than the rest.
    yield entry("close", "close", at + timedelta(minutes=5), closed)


def _progress(course: DrawnCourse) -> Progress:
    drop = course.start.phq - course.end.phq
    if drop >= MUCH_BETTER:
        return "muchBetter"
    if drop >= BETTER:
        return "better"
    return "same" if drop > -BETTER else "worse"
