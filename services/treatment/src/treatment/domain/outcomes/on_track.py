"""Whether a course goes as courses go, and which signal asks for a review (domain reference 4.6).

Information for the therapist and the supervisor, not a forecast.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import log1p
from typing import Literal

from treatment.domain.outcomes.rules import MeasureRules, OnTrackRules, Points
from treatment.domain.outcomes.series import ScoreSeries


class OnTrackCode(StrEnum):
    """The rules, by their codes."""

    EARLY_RESPONSE = "earlyResponse"
    NO_EARLY_RESPONSE = "noEarlyResponse"
    NOT_ON_TRACK = "notOnTrack"
    PLATEAU = "plateau"
    DETERIORATING = "deteriorating"
    MIDPOINT_REVIEW = "midpointReview"
    RELIABLE_IMPROVEMENT_REACHED = "reliableImprovementReached"
    RELIABLE_DETERIORATION_REACHED = "reliableDeteriorationReached"
    REMISSION_REACHED = "remissionReached"


Signal = Literal[
    OnTrackCode.DETERIORATING,
    OnTrackCode.NOT_ON_TRACK,
    OnTrackCode.NO_EARLY_RESPONSE,
    OnTrackCode.PLATEAU,
    OnTrackCode.MIDPOINT_REVIEW,
]
SIGNALS: tuple[Signal, ...] = (
    OnTrackCode.DETERIORATING,
    OnTrackCode.NOT_ON_TRACK,
    OnTrackCode.NO_EARLY_RESPONSE,
    OnTrackCode.PLATEAU,
    OnTrackCode.MIDPOINT_REVIEW,
)
"""The rules that ask for a review, the most pressing first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a course is: its scores, how many sessions were attended, how many are planned."""

    series: ScoreSeries
    attended: int
    planned: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    """The scores of a course beside its baseline; a session without a score has none."""

    baseline: Points
    current: Points
    by_session: tuple[Points | None, ...]
    """From the baseline, which is session 0."""
    session: int
    """That of the current score; where it has none, the session to come."""

    def newest_by(self, session: int, since: int = 1) -> Points | None:
        """The newest score of the sessions from `since` to `session`."""
        window = self.by_session[since : session + 1]
        return next((score for score in reversed(window) if score is not None), None)


def rules_that_fire(progress: Progress) -> frozenset[OnTrackCode]:
    """Every rule that holds of the course as it stands; empty before the second score.

    Rules about sessions need an instrument with on-track rules; the milestones need its thresholds only.
    """
    series = progress.series
    if not series.totals[1:]:
        return frozenset()
    found = _milestones(series.rules, series.totals)
    rules = series.rules.on_track
    if rules is not None:
        numbered = series.points[-1].session
        session = progress.attended + 1 if numbered is None else numbered
        scores = _Scores(
            baseline=series.totals[0],
            current=series.totals[-1],
            by_session=series.by_session(max(progress.attended, session)),
            session=session,
        )
        found |= _about_sessions(rules, scores, progress)
    return frozenset(found)


def signal(
    fired: frozenset[OnTrackCode], *, is_open: bool, reviewed: frozenset[OnTrackCode] = frozenset()
) -> Signal | None:
    """The rule to signal now: the most pressing that fired and was not reviewed; none while one is open."""
    if is_open:
        return None
    return next((rule for rule in SIGNALS if rule in fired and rule not in reviewed), None)


def upper_bound(rules: OnTrackRules, baseline: Points, session: int) -> float:
    """The highest score after that session that is still expected, in points."""
    return float(baseline) - rules.bound_slope * log1p(session) + rules.bound_z * rules.bound_sd


def _milestones(rules: MeasureRules, totals: tuple[Points, ...]) -> set[OnTrackCode]:
    found = set()
    improvement = rules.improvement(totals[0], totals[-1])
    if rules.reliable_change is not None and improvement >= rules.reliable_change:
        found.add(OnTrackCode.RELIABLE_IMPROVEMENT_REACHED)
    if rules.reliable_change is not None and improvement <= -rules.reliable_change:
        found.add(OnTrackCode.RELIABLE_DETERIORATION_REACHED)
    if rules.remission_below is not None and max(totals[-2:]) < rules.remission_below:
        found.add(OnTrackCode.REMISSION_REACHED)
    return found


def _about_sessions(rules: OnTrackRules, scores: _Scores, progress: Progress) -> set[OnTrackCode]:
    bound = upper_bound(rules, scores.baseline, min(scores.session, progress.attended))
    holds = {
        OnTrackCode.EARLY_RESPONSE: _early_response(rules, scores),
        OnTrackCode.NO_EARLY_RESPONSE: _no_early_response(rules, scores, progress.attended),
        OnTrackCode.NOT_ON_TRACK: scores.current > bound,
        OnTrackCode.PLATEAU: _plateau(rules, scores, progress.attended),
        OnTrackCode.DETERIORATING: _deteriorating(rules, scores),
        OnTrackCode.MIDPOINT_REVIEW: _midpoint_review(rules, scores, progress),
    }
    return {code for code, fires in holds.items() if fires}


def _early_response(rules: OnTrackRules, scores: _Scores) -> bool:
    """At any score of the first sessions; it stays true when the gain is lost again."""
    early = [score for score in scores.by_session[1 : rules.early_by_session + 1] if score is not None]
    if not early:
        return False
    drop = scores.baseline - min(early)
    by_percent = 100 * drop >= rules.early_percent * scores.baseline and drop >= rules.early_points
    return by_percent or drop >= rules.early_points_alone


def _no_early_response(rules: OnTrackRules, scores: _Scores, attended: int) -> bool:
    """By the newest score of the first sessions, once they were held."""
    newest = scores.newest_by(rules.early_by_session)
    if attended < rules.early_by_session or newest is None:
        return False
    return 100 * (scores.baseline - newest) < rules.early_percent * scores.baseline


def _plateau(rules: OnTrackRules, scores: _Scores, attended: int) -> bool:
    """Hardly better at any of the last sessions than at the newest score before them."""
    start = attended - rules.plateau_sessions
    before = scores.newest_by(start, since=0) if start >= 0 else None
    window = [score for score in scores.by_session[start + 1 :] if score is not None] if start >= 0 else []
    if attended < rules.plateau_from_session or before is None or not window:
        return False
    return before - min(window) < rules.plateau_drop_below and scores.current >= rules.plateau_while_at_least


def _deteriorating(rules: OnTrackRules, scores: _Scores) -> bool:
    """Far above the baseline, or up from either of the two sessions before, or severe from a severe start."""
    recent = scores.by_session[max(0, scores.session - rules.deteriorating_step_sessions) : scores.session]
    lowest = min((score for score in recent if score is not None), default=scores.current)
    severe = scores.baseline >= rules.severe_from_baseline and scores.current >= rules.severe_at_least
    return (
        scores.current - scores.baseline >= rules.deteriorating_points
        or scores.current - lowest >= rules.deteriorating_step
        or severe
    )


def _midpoint_review(rules: OnTrackRules, scores: _Scores, progress: Progress) -> bool:
    """By the newest score up to half of the planned sessions, rounded up, once they were held."""
    if progress.planned is None:
        return False
    midpoint = (progress.planned + 1) // 2
    newest = scores.newest_by(midpoint)
    if progress.attended < midpoint or newest is None:
        return False
    return 100 * (scores.baseline - newest) < rules.midpoint_percent * scores.baseline
