"""What each session should have: its measures, work, risk check, consent and length."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from treatment.domain.deviations.course import Course, Placed
from treatment.domain.deviations.deviation import Deviation
from treatment.domain.deviations.record import UnreviewedItem
from treatment.domain.protocols import (
    AfterMonths,
    AfterWeeks,
    AtSessions,
    EverySession,
    Measure,
    PhaseEnd,
)


def measure_missed(course: Course) -> Iterator[Deviation]:
    """A required measure is absent; the last of several in a row is graver."""
    for measure in course.protocol.measures:
        if not measure.required:
            continue
        missed = 0
        for one in course.judged("measureMissed"):
            if not _is_due(course, measure, one):
                continue
            missed = 0 if measure.instrument in one.session.measures else missed + 1
            if missed:
                in_a_row = missed >= course.rules.misses_in_a_row
                yield course.deviation(
                    "measureMissed",
                    f"{measure.instrument}/{one.session.session_id}",
                    one.session.event_id,
                    severity=course.rules.misses_severity if in_a_row else None,
                )


def no_homework_or_technique(course: Course) -> Iterator[Deviation]:
    """A session with neither, in a phase that asks for one of them."""
    for one in course.judged("noHomeworkOrTechnique"):
        if one.phase.homework_or_technique and not (one.session.technique or one.session.homework):
            yield course.deviation("noHomeworkOrTechnique", one.session.session_id, one.session.event_id)


def risk_unchecked(course: Course) -> Iterator[Deviation]:
    """A session without risk check; graver where a positive item was there and nobody reviewed it.

    An item is told once, at the first session on its day or after it. Its review may follow that session
    as long as other entries may.
    """
    told: set[str] = set()
    for one in course.judged("riskUnchecked"):
        there = [item for item in course.record.unreviewed_items if _is_open(course, item, one)]
        for item in there:
            if item.assessment_id not in told:
                told.add(item.assessment_id)
                yield course.deviation(
                    "riskUnchecked",
                    f"positive/{item.assessment_id}",
                    item.event_id,
                    one.session.event_id,
                    severity=course.rules.unreviewed_severity,
                )
        if not there and not one.session.risk_checked:
            yield course.deviation("riskUnchecked", one.session.session_id, one.session.event_id)


def significant_other_without_consent(course: Course) -> Iterator[Deviation]:
    """Somebody of the inventory was present, and there is no record of consent."""
    for one in course.judged("significantOtherNoConsent"):
        for person in one.session.without_consent:
            about = f"{one.session.session_id}/{person}"
            yield course.deviation("significantOtherNoConsent", about, one.session.event_id)


def wrong_length(course: Course) -> Iterator[Deviation]:
    """A live session was far shorter than the shortest that the protocol has."""
    limits = course.protocol.minutes
    if limits is None:
        return
    for one in course.judged("wrongModalityLength"):
        minutes = one.session.minutes
        if minutes is None or one.number == 0:
            continue
        if minutes * 100 < limits.least * course.rules.short_percent:
            yield course.deviation("wrongModalityLength", one.session.session_id, one.session.event_id)


def review_missing(course: Course) -> Iterator[Deviation]:
    """Not on track, and no review within the sessions that the rule set allows."""
    judged = max((one.rank for one in course.judged("nonResponseNoReview")), default=0)
    for signal in course.record.signals:
        due = signal.after_session + course.rules.review_within_sessions
        reviewed = signal.reviewed_after_session
        if due <= judged and (reviewed is None or reviewed > due):
            yield course.deviation("nonResponseNoReview", signal.event_id, signal.event_id)


def _is_open(course: Course, item: UnreviewedItem, one: Placed) -> bool:
    if item.taken_on > one.on:
        return False
    return item.reviewed_on is None or (item.reviewed_on - one.on).days > course.rules.settled_after_days


def _is_due(course: Course, measure: Measure, one: Placed) -> bool:
    if one.number == 0:
        return False
    match measure.when:
        case EverySession():
            return True
        case PhaseEnd():
            return course.phase_of(one.number + 1).code != one.phase.code
        case AtSessions(numbers=numbers):
            return one.number in numbers
        case AfterWeeks(weeks=weeks):
            return _is_first_since(course, one, [int(7 * number) for number in weeks])
        case AfterMonths(months=months):
            return _is_first_since(course, one, [int(365 * number / 12) for number in months])
        case _:
            assert_never(measure.when)


def _is_first_since(course: Course, one: Placed, days: Sequence[int]) -> bool:
    """Whether it is the first session on or after one of these days, counted from the first session."""
    under = [other for other in course.placed if other.rank > course.record.protocol_since and other.number]
    passed = [(other.on - under[0].on).days for other in under if other.rank <= one.rank]
    before = passed[-2] if len(passed) > 1 else -1
    return any(before < day <= passed[-1] for day in days)
