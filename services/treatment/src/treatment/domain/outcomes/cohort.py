"""The figures of a service: which courses count in which rate (domain reference 4.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from treatment.domain.outcomes.rules import TalkingTherapiesRules
from treatment.domain.outcomes.talking_therapies import Change, TalkingTherapiesOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortCourse:
    """What a course brings to the figures."""

    finished: bool
    paired: bool
    """First and last score on every measure that the rule set names."""
    outcome: TalkingTherapiesOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortFigures:
    """Counts of finished courses; a rate is between 0 and 1, and none where nothing could count."""

    courses: int
    """All courses, finished or not."""
    finished: int
    not_at_caseness: int
    recovered: int
    reliably_improved: int
    reliably_deteriorated: int
    reliably_recovered: int
    not_scorable: int
    paired: int

    @property
    def at_caseness(self) -> int:
        """The denominator of recovery: finished courses but those known to be no case at the start."""
        return self.finished - self.not_at_caseness

    @property
    def recovery_rate(self) -> float | None:
        """Recovered of those at caseness."""
        return _share(self.recovered, self.at_caseness)

    @property
    def reliable_recovery_rate(self) -> float | None:
        """Reliably recovered of those at caseness."""
        return _share(self.reliably_recovered, self.at_caseness)

    @property
    def improvement_rate(self) -> float | None:
        """Reliably improved of all finished courses."""
        return _share(self.reliably_improved, self.finished)

    @property
    def deterioration_rate(self) -> float | None:
        """Reliably deteriorated of all finished courses."""
        return _share(self.reliably_deteriorated, self.finished)

    @property
    def paired_completeness(self) -> float | None:
        """Finished courses with first and last score on every measure, of all finished ones."""
        return _share(self.paired, self.finished)

    def meets_target(self, rules: TalkingTherapiesRules) -> bool | None:
        """Whether enough of those at caseness recovered."""
        if self.at_caseness == 0:
            return None
        return self.recovered * 100 >= rules.recovery_target_percent * self.at_caseness


def cohort_figures(courses: Iterable[CohortCourse]) -> CohortFigures:
    """Count a cohort. A course that is not finished counts in `courses` only."""
    every = tuple(courses)
    done = [course for course in every if course.finished]
    results = [course.outcome for course in done]
    changes = [result.change for result in results]
    return CohortFigures(
        courses=len(every),
        finished=len(done),
        not_at_caseness=sum(result.caseness is False for result in results),
        recovered=sum(result.recovered is True for result in results),
        reliably_improved=changes.count(Change.IMPROVED),
        reliably_deteriorated=changes.count(Change.DETERIORATED),
        reliably_recovered=sum(result.reliably_recovered is True for result in results),
        not_scorable=changes.count(None),
        paired=sum(course.paired for course in done),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long people waited. Shares are between 0 and 1."""

    seen_within: Mapping[int, float]
    """By weeks: the share whose first treatment was no later."""
    targets_met: Mapping[int, bool]
    second_session_late: float | None
    """The share whose second session came later than the rule set tolerates."""


def waits(rules: TalkingTherapiesRules, days_to_first: Iterable[int], days_between: Iterable[int]) -> Waits:
    """The waits of a cohort: days from referral to the first session, and from the first to the second."""
    first, second = tuple(days_to_first), tuple(days_between)
    in_time = {weeks: sum(days <= 7 * weeks for days in first) for weeks in rules.wait_targets}
    late = sum(days > rules.second_session_gap_days for days in second)
    return Waits(
        seen_within={weeks: seen / len(first) for weeks, seen in in_time.items()} if first else {},
        targets_met={
            weeks: in_time[weeks] * 100 >= percent * len(first)
            for weeks, percent in rules.wait_targets.items()
            if first
        },
        second_session_late=_share(late, len(second)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
