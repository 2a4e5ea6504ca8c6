"""How long a course and its phases last: in sessions and in weeks."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from casetrail_contracts.events.case import ClosureReason
from treatment.domain.deviations.course import Course
from treatment.domain.deviations.deviation import Deviation

ENDING = ("endingReview", "relapsePlan", "goodbyeLetterDraft", "goodbyeLetterFinal")


def phase_overrun(course: Course) -> Iterator[Deviation]:
    """A phase has so many more attended sessions than planned as the rule set says."""
    attended: Counter[str] = Counter()
    for one in course.judged("phaseOverrun"):
        attended[one.phase.code] += 1
        if attended[one.phase.code] == one.phase.length + course.rules.overrun_sessions:
            about = f"{course.protocol.code}/{one.phase.code}"
            yield course.deviation("phaseOverrun", about, one.session.event_id)


def held_beyond_the_end(course: Course) -> Iterator[Deviation]:
    """A session beyond the most, where the ending is fixed and nobody had extended the course before it.

    It has the key of the completed course that was too long: who was told during it is not told again.
    """
    if not course.protocol.fixed_ending:
        return
    for one in course.judged("sessionsExceeded"):
        planned = [plan.sessions for plan in course.record.planned if plan.after_session < one.rank]
        if one.number > max([course.protocol.sessions.most, *planned[-1:]]):
            yield course.deviation("sessionsExceeded", course.protocol.code, one.session.event_id)
            return


def wrong_number_of_sessions(course: Course) -> Iterator[Deviation]:
    """A completed course had more sessions than the most, or fewer than the fewest."""
    if course.record.closed_as is not ClosureReason.COMPLETED:
        return
    attended = sum(one.number > 0 for one in course.placed)
    evidence = [one.session.event_id for one in course.placed[-1:]]
    if attended > course.protocol.sessions.most:
        yield course.deviation("sessionsExceeded", course.protocol.code, *evidence)
    if attended < course.protocol.sessions.least:
        yield course.deviation("sessionsBelowMin", course.protocol.code, *evidence)


def course_too_long(course: Course, today: date) -> Iterator[Deviation]:
    """More weeks than the most have passed since the first session under this protocol."""
    under = [one for one in course.placed if one.rank > course.record.protocol_since and one.number > 0]
    if under and (today - under[0].on).days > 7 * course.protocol.weeks.most:
        yield course.deviation("courseTooLong", course.protocol.code, under[0].session.event_id)


def ending_not_prepared(course: Course) -> Iterator[Deviation]:
    """A completed course lacks what the protocol asks for at its ending: review, relapse plan, letters."""
    if course.record.closed_as is not ClosureReason.COMPLETED:
        return
    asked = [required.artifact for required in course.protocol.required if required.artifact in ENDING]
    if any(artifact not in course.record.artifacts for artifact in asked):
        evidence = [one.session.event_id for one in course.placed[-1:]]
        yield course.deviation("endingNotPrepared", course.protocol.code, *evidence)
