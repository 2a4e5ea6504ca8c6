"""Sudden gains and losses between two consecutive sessions (Tang and DeRubeis; domain reference 4.5).

Chance and steady improvement produce them too, and in interpersonal psychotherapy they foretell nothing: they
are shown as what happened, never as a forecast.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from treatment.domain.outcomes.rules import Points, SuddenGainRules
from treatment.domain.outcomes.series import ScoreSeries

WINDOW = 3
"""Sessions on each side of an interval that the third criterion compares."""
FEWEST = 2
"""Scores that it needs on each side: one alone has no spread."""


class Direction(StrEnum):
    """A gain is a drop of the score, a loss its mirror image."""

    GAIN = "gain"
    LOSS = "loss"


class Verdict(StrEnum):
    """What can be said of an interval. Where a score is missing that it needs, the answer is not no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The interval from one session to the next, judged."""

    after_session: int
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SuddenChange:
    """A sudden gain or loss."""

    direction: Direction
    after_session: int
    before: Points
    after: Points
    share_of_total: float | None
    """Part of the change from the first to the last score; none where there was no such change.

    Above 1 where part of it was lost again, negative where the course went the other way.
    """
    reversed: bool
    """More than half of it was undone by a later score."""

    @property
    def magnitude(self) -> Points:
        """How many points it was; never negative."""
        return self.before - self.after if self.direction is Direction.GAIN else self.after - self.before


def intervals(
    rules: SuddenGainRules, threshold: Points, scores: Sequence[Points | None], direction: Direction
) -> tuple[Interval, ...]:
    """Each interval that can be judged, in order.

    `scores` holds one score per session, none where one is missing: sessions 1 to n, or with
    `rules.from_baseline` the baseline and then sessions 1 to n. `threshold` is the first criterion in points.
    """
    return tuple(
        Interval(after_session=session, verdict=_verdict(rules, threshold, scores, place, direction))
        for session, place in _places(rules, scores)
    )


def sudden_changes(
    rules: SuddenGainRules, threshold: Points, scores: Sequence[Points | None], direction: Direction
) -> tuple[SuddenChange, ...]:
    """The gains or the losses among `scores`, in order; arguments as for `intervals`."""
    total = _total_change(scores)
    found = []
    for session, place in _places(rules, scores):
        before, after = scores[place], scores[place + 1]
        if before is None or after is None or not _is_large(rules, threshold, before, after, direction):
            continue
        if _verdict(rules, threshold, scores, place, direction) is not Verdict.YES:
            continue
        found.append(
            SuddenChange(
                direction=direction,
                after_session=session,
                before=before,
                after=after,
                share_of_total=float(before - after) / float(total) if total else None,
                reversed=is_reversed(before, after, scores[place + 2 :]),
            )
        )
    return tuple(found)


def of_series(
    rules: SuddenGainRules, series: ScoreSeries, sessions: int, direction: Direction = Direction.GAIN
) -> tuple[SuddenChange, ...]:
    """The gains or losses of a course with so many attended sessions; none without a first criterion.

    While the course goes on, only those whose window is complete will stay: `settled` names them.
    """
    threshold = series.rules.sudden_gain
    if threshold is None:
        return ()
    scores = series.by_session(sessions)
    return sudden_changes(rules, threshold, scores if rules.from_baseline else scores[1:], direction)


def settled(change: SuddenChange, sessions: int) -> bool:
    """Whether all sessions that its verdict looks at were held: no later score can take it back."""
    return change.after_session + WINDOW <= sessions


def is_reversed(before: Points, after: Points, later: Sequence[Points | None]) -> bool:
    """Whether any later score undid more than half of the change; exactly half is not more than half."""
    # Twice the score against the sum of both: half a point stays an integer.
    turn = before + after
    if before >= after:
        return any(score is not None and 2 * score > turn for score in later)
    return any(score is not None and 2 * score < turn for score in later)


def _places(rules: SuddenGainRules, scores: Sequence[Points | None]) -> Iterator[tuple[int, int]]:
    """Session and index of the score before each interval that has two sessions on either side."""
    shift = 0 if rules.from_baseline else 1
    return ((index + shift, index) for index in range(1, len(scores) - 2))


def _verdict(
    rules: SuddenGainRules,
    threshold: Points,
    scores: Sequence[Points | None],
    place: int,
    direction: Direction,
) -> Verdict:
    before, after = scores[place], scores[place + 1]
    if before is None or after is None:
        return Verdict.UNKNOWN
    pre = [score for score in scores[max(0, place + 1 - WINDOW) : place + 1] if score is not None]
    post = [score for score in scores[place + 1 : place + 1 + WINDOW] if score is not None]
    if len(pre) < FEWEST or len(post) < FEWEST:
        return Verdict.UNKNOWN
    if not _is_large(rules, threshold, before, after, direction):
        return Verdict.NO
    first, second = (pre, post) if direction is Direction.GAIN else (post, pre)
    return Verdict.YES if _stands_out(rules, first, second) else Verdict.NO


def _is_large(
    rules: SuddenGainRules, threshold: Points, before: Points, after: Points, direction: Direction
) -> bool:
    """The first two criteria: in points, and in percent of the score before."""
    change = before - after if direction is Direction.GAIN else after - before
    return change >= threshold and 100 * change >= rules.percent * before


def _stands_out(rules: SuddenGainRules, high: Sequence[Points], low: Sequence[Points]) -> bool:
    """The third criterion: mean(high) - mean(low) > t x pooled SD.

    Both sides are multiplied by the two counts and squared, so that whole-point scores are compared exactly
    up to the one product with t. The criterion does not divide the pooled SD by the root of the counts.
    """
    n1, n2 = len(high), len(low)
    freedom = n1 + n2 - 2
    sum1, sum2 = sum(high), sum(low)
    difference = sum1 * n2 - sum2 * n1
    squares = n2 * (n1 * sum(x * x for x in high) - sum1 * sum1)
    squares += n1 * (n2 * sum(x * x for x in low) - sum2 * sum2)
    t = rules.critical[freedom]
    return difference > 0 and float(difference * difference * freedom) > t * t * float(squares * n1 * n2)


def _total_change(scores: Sequence[Points | None]) -> Points:
    known = [score for score in scores if score is not None]
    return known[0] - known[-1] if known else 0
