"""The scores of one instrument over a course, in the one order that every outcome counts in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

from treatment.domain.outcomes.rules import MeasureRules, Points


class ScoreStatus(StrEnum):
    """How sure a score is, in the words of a FHIR observation."""

    FINAL = "final"
    AMENDED = "amended"
    CORRECTED = "corrected"
    REGISTERED = "registered"
    PRELIMINARY = "preliminary"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"
    UNKNOWN = "unknown"


COUNTED = frozenset({ScoreStatus.FINAL, ScoreStatus.AMENDED, ScoreStatus.CORRECTED})
"""Only such a score counts (domain reference 4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePoint:
    """One form: its total, when it was taken (UTC), and for which session, where it was for one."""

    instrument: str
    total: Points | None
    """None: too many items are missing."""
    taken_at: datetime
    session: int | None = None
    """Number of the attended session that it belongs to; 0 is the baseline before the first."""
    status: ScoreStatus = ScoreStatus.FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSeries:
    """Scores that count, by time, at most one a day. Made by `score_series`."""

    rules: MeasureRules
    points: tuple[ScorePoint, ...]
    totals: tuple[Points, ...]
    """Those of `points`, in the same order."""

    def first(self, until: date | None = None) -> ScorePoint | None:
        """The first score, where it is not later than that day."""
        if not self.points or (until is not None and self.points[0].taken_at.date() > until):
            return None
        return self.points[0]

    def last(self, until: date | None = None) -> ScorePoint | None:
        """The newest score of that day or before."""
        if until is None:
            return self.points[-1] if self.points else None
        return next((point for point in reversed(self.points) if point.taken_at.date() <= until), None)

    def by_session(self, sessions: int) -> tuple[Points | None, ...]:
        """The totals of the baseline and of sessions 1 to `sessions`; none where a session has no score.

        A score without a session number takes part in none, except as baseline: the newest one that was taken
        before any score of a session.
        """
        found: list[Points | None] = [None] * (sessions + 1)
        for point, total in zip(self.points, self.totals, strict=True):
            if point.session is not None and 0 <= point.session <= sessions:
                found[point.session] = total
        if found[0] is None:
            found[0] = self._before_the_first_session()
        return tuple(found)

    def sessions(self) -> frozenset[int]:
        """The numbers of the sessions that have a score."""
        return frozenset(point.session for point in self.points if point.session is not None)

    def _before_the_first_session(self) -> Points | None:
        before = None
        for point, total in zip(self.points, self.totals, strict=True):
            if point.session is not None and point.session > 0:
                break
            before = total
        return before


def score_series(rules: MeasureRules, forms: Iterable[ScorePoint]) -> ScoreSeries:
    """The series of the forms of this instrument that count; other forms are passed over.

    A form counts with a total in the range of the instrument and a status that counts. Of two forms on one
    day (UTC) the later one counts; of two at the same moment, the one that comes later in `forms`.
    """
    counted = [form for form in forms if _counts(rules, form)]
    counted.sort(key=attrgetter("taken_at"))
    by_day = {form.taken_at.date(): form for form in counted}
    points = tuple(by_day.values())
    totals = tuple(point.total for point in points if point.total is not None)
    return ScoreSeries(rules=rules, points=points, totals=totals)


def _counts(rules: MeasureRules, form: ScorePoint) -> bool:
    total = form.total
    return (
        form.instrument == rules.instrument
        and total is not None
        and rules.lowest <= total <= rules.highest
        and form.status in COUNTED
    )
