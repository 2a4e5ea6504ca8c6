"""The forms of a case as series of scores: each with the event that told it and the session it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass

from casetrail_contracts.events.measure import AssessmentScored
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.outcomes.measured_sessions import session_of
from treatment.domain.outcomes.rules import MeasureRules, Points
from treatment.domain.outcomes.series import ScorePoint, ScoreSeries, score_series


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A score that counts, and the event that told it."""

    event_id: str
    point: ScorePoint


def session_numbers(case: Case) -> Mapping[str, int]:
    """The number of each attended session: its rank by start (domain reference 1.4)."""
    ordered = sorted(case.attended.values(), key=lambda session: (session.started_at, session.session_id))
    return {session.session_id: number for number, session in enumerate(ordered, start=1)}


def scores(case: Case, instrument: str) -> tuple[Told, ...]:
    """The forms of an instrument as they count now, by the time at which they were taken."""
    numbers = session_numbers(case)
    days = sorted(session.started_at.date() for session in case.attended.values())
    found = []
    for entry in case.history:
        form = entry.holds
        if isinstance(form, AssessmentScored) and form.instrument == instrument:
            number = numbers.get(form.session_id) if form.session_id is not None else None
            point = ScorePoint(
                instrument=instrument,
                total=judged_score(form),
                taken_at=form.taken_at.at,
                session=number if number is not None else session_of(form.taken_at.at.date(), days),
            )
            found.append(Told(event_id=entry.event_id, point=point))
    return tuple(sorted(found, key=lambda told: told.point.taken_at))


def judged_score(form: AssessmentScored) -> Points | None:
    """The score that outcomes compare; none when too many items are missing.

    It is the mean where the instrument is scored by one, and the scaled total where an item may not apply:
    else an item that stops applying would look like an improvement. What is whole is an integer.
    """
    score = form.total_scaled if form.total_scaled is not None else form.total
    score = form.mean if score is None else score
    return int(score) if score is not None and score == int(score) else score


def series_of(rules: MeasureRules, told: tuple[Told, ...]) -> ScoreSeries:
    """The series that these scores make."""
    return score_series(rules, (one.point for one in told))


def event_of(told: tuple[Told, ...], point: ScorePoint) -> str:
    """The event that told this score."""
    return next(one.event_id for one in told if one.point is point)


def is_score_of(entry: HistoryEntry) -> str | None:
    """The instrument, if the entry is a form as it counts now."""
    return entry.holds.instrument if isinstance(entry.holds, AssessmentScored) else None
