"""The outcome of one course by the NHS Talking Therapies rules (domain reference 4.1)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from treatment.domain.outcomes.rules import MeasureRules, OutcomeRules, Points, TalkingTherapiesRules
from treatment.domain.outcomes.series import ScoreSeries


class Change(StrEnum):
    """What became of the scores, beyond what chance explains. Exactly one holds of a scorable course."""

    IMPROVED = "reliablyImproved"
    DETERIORATED = "reliablyDeteriorated"
    NONE = "noReliableChange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """First and last score on one measure; none where there was none. One score alone is a first one."""

    rules: MeasureRules
    first: Points | None
    last: Points | None

    @property
    def improvement(self) -> Points | None:
        """By how many points it got better; none without both scores."""
        if self.first is None or self.last is None:
            return None
        return self.rules.improvement(self.first, self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkingTherapiesOutcome:
    """The outcome of a course. None is unknown or not applicable, and never means no."""

    caseness: bool | None
    """Whether it was a case at the start."""
    recovered: bool | None
    """None also where it was no case at the start."""
    change: Change | None
    """None: not scorable, since no measure has both a first and a last score."""
    reliably_recovered: bool | None

    @property
    def scorable(self) -> bool:
        """Whether any measure has both a first and a last score."""
        return self.change is not None


def finished(rules: TalkingTherapiesRules, *, ended: bool, attended: int) -> bool:
    """Whether a course counts as finished; `attended` counts treatment appointments, no assessments."""
    return ended and attended >= rules.finished_from_sessions


def therapies_received(rules: TalkingTherapiesRules, recorded: Iterable[str]) -> frozenset[str]:
    """The therapy types of which there was a course; `recorded` has one code per attended appointment."""
    attended = Counter(recorded)
    return frozenset(therapy for therapy, count in attended.items() if count >= rules.finished_from_sessions)


def pair(series: ScoreSeries, first_session_on: date | None = None, ended_on: date | None = None) -> Pair:
    """First score by the day of the first treatment session, last score by the day of discharge.

    A day that is absent sets no limit. The last score is another one than the first.
    """
    first = series.first(first_session_on)
    last = series.last(ended_on)
    return Pair(
        rules=series.rules,
        first=None if first is None else first.total,
        last=None if last is None or last is first else last.total,
    )


def outcome(pairs: Sequence[Pair]) -> TalkingTherapiesOutcome:
    """The outcome by these measures: all that recovery needs, whether they were taken or not.

    A measure without a score leaves caseness and recovery unknown where they depend on it; a measure without
    both scores takes no part in change.
    """
    caseness = _any_case(pair.rules.is_case(pair.first) if pair.first is not None else None for pair in pairs)
    case_at_end = _any_case(
        pair.rules.is_case(pair.last) if pair.last is not None else None for pair in pairs
    )
    change = reliable_change(pairs)
    recovered = not case_at_end if caseness and case_at_end is not None else None
    return TalkingTherapiesOutcome(
        caseness=caseness,
        recovered=recovered,
        change=change,
        reliably_recovered=None
        if recovered is None or change is None
        else recovered and change is Change.IMPROVED,
    )


def of_course(
    rules: OutcomeRules,
    series: Mapping[str, ScoreSeries],
    first_session_on: date | None = None,
    ended_on: date | None = None,
) -> TalkingTherapiesOutcome:
    """The outcome of a course with these series by instrument, by the measures that the rule set names."""
    return outcome(
        [
            pair(series[code], first_session_on, ended_on)
            if code in series
            else Pair(rules=rules.measures[code], first=None, last=None)
            for code in rules.talking_therapies.measures
        ]
    )


def reliable_change(pairs: Iterable[Pair]) -> Change | None:
    """Change on any measure in one direction and on none in the other; up and down together is none."""
    better = worse = scorable = False
    for pair in pairs:
        gained, threshold = pair.improvement, pair.rules.reliable_change
        if gained is None or threshold is None:
            continue
        scorable = True
        better = better or gained >= threshold
        worse = worse or gained <= -threshold
    if not scorable:
        return None
    if better == worse:
        return Change.NONE
    return Change.IMPROVED if better else Change.DETERIORATED


def _any_case(cases: Iterable[bool | None]) -> bool | None:
    """Yes if any is; unknown if none is but one of them is unknown."""
    known = tuple(cases)
    if True in known:
        return True
    return None if None in known or not known else False
