"""A drawn course as the outcome rules see it: by the same functions that judge a real one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from casetrail_contracts.events.outcome import OutcomeSummarised
from treatment.domain.instruments import Instrument, score
from treatment.domain.outcomes import OutcomeRules, ScorePoint, ScoreSeries, score_series
from treatment.domain.outcomes.rules import Points
from treatment.domain.outcomes.sudden_gains import Direction, sudden_changes
from treatment.domain.outcomes.talking_therapies import (
    Change,
    Pair,
    TalkingTherapiesOutcome,
    finished,
    outcome,
    pair,
)
from treatment.simulator.drawn import DrawnCourse, Form
from treatment.simulator.scores import GAD, PHQ

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseResult:
    """What the forms of a course say once all are entered and corrected."""

    course: DrawnCourse
    finished: bool
    pairs: Mapping[str, Pair]
    """First and last score by instrument."""
    outcome: TalkingTherapiesOutcome
    gained: bool
    """A sudden gain was found (domain reference 4.5)."""
    late_slope: float | None
    """Points of PHQ-9 lost a week from the end of the early sessions (4.6) on; none where none came after."""


def course_result(
    course: DrawnCourse, rules: OutcomeRules, instruments: Mapping[str, Instrument]
) -> CourseResult:
    """Judge a course. `instruments` are by code."""
    points = tuple(_points(course, instruments))
    series = {code: score_series(rules.measures[code], points) for code in (PHQ, GAD)}
    first_on = course.visits[0].starts_at.date() if course.visits else None
    pairs = {code: pair(one, first_on) for code, one in series.items()}
    return CourseResult(
        course=course,
        finished=finished(rules.talking_therapies, ended=True, attended=len(course.visits)),
        pairs=pairs,
        outcome=outcome([pairs[code] for code in rules.talking_therapies.measures]),
        gained=_gained(rules, series[PHQ], len(course.visits)),
        late_slope=_late_slope(series[PHQ]),
    )


def is_told_alike(result: CourseResult, summary: OutcomeSummarised | None) -> bool:
    """Whether what the system summed up from its own events is what was drawn."""
    change = result.outcome.change
    drawn = (
        len(result.course.visits),
        result.finished,
        result.outcome.caseness,
        result.outcome.recovered,
        None if change is None else change is Change.IMPROVED,
        None if change is None else change is Change.DETERIORATED,
    )
    return summary is not None and drawn == (
        summary.attended_sessions,
        summary.finished_course,
        summary.caseness_at_start,
        summary.recovered,
        summary.reliably_improved,
        summary.reliably_deteriorated,
    )


def _points(course: DrawnCourse, instruments: Mapping[str, Instrument]) -> Iterator[ScorePoint]:
    yield from _of_one_moment(course.baseline, instruments, course.intake_at, 0)
    for number, visit in enumerate(course.visits, start=1):
        yield from _of_one_moment(visit.forms, instruments, visit.starts_at, number)


def _of_one_moment(
    forms: tuple[Form, ...], instruments: Mapping[str, Instrument], at: datetime, session: int
) -> Iterator[ScorePoint]:
    for form in forms:
        total = score(instruments[form.instrument], form.items).total
        yield ScorePoint(instrument=form.instrument, total=total, taken_at=at, session=session)


def _late_slope(series: ScoreSeries) -> float | None:
    rules = series.rules.on_track
    late = [
        (point.taken_at, total)
        for point, total in zip(series.points, series.totals, strict=True)
        if rules is not None and (point.session or 0) >= rules.early_by_session
    ]
    if not late or late[0] is late[-1]:
        return None
    (first_at, first), (last_at, last) = late[0], late[-1]
    return float(first - last) / ((last_at - first_at) / WEEK)


def _gained(rules: OutcomeRules, series: ScoreSeries, sessions: int) -> bool:
    threshold = series.rules.sudden_gain
    if threshold is None:
        return False
    scores: tuple[Points | None, ...] = series.by_session(sessions)[1:]
    return bool(sudden_changes(rules.sudden_gains, threshold, scores, Direction.GAIN))
