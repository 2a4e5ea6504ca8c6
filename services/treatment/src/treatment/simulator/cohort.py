"""The figures of a cohort, each with its standard error."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from treatment.domain.outcomes.rules import MeasureRules, Points
from treatment.domain.outcomes.talking_therapies import Change, Pair
from treatment.simulator.results import CourseResult
from treatment.simulator.scores import GAD, PHQ

MANY_SESSIONS = 12
"""Of one programme it was published how many came so often (domain reference 7)."""
FEWEST = 2
"""Fewer values have no spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a cohort. A share is between 0 and 1."""

    code: str
    value: float
    error: float
    """Its standard error: how far it strays by chance."""
    count: int
    """Of how many it is the figure."""
    is_share: bool = False

    def error_around(self, expected: float) -> float:
        """The standard error if `expected` were true: a share of 0 strays too, whatever its own says."""
        if not self.is_share or not self.count:
            return self.error
        return sqrt(expected * (1 - expected) / self.count)


def cohort_figures(results: Sequence[CourseResult]) -> tuple[Figure, ...]:
    """All figures that have something to count. Outcomes are those of finished courses."""
    done = [one for one in results if one.finished]
    figures = (
        *_scores(done),
        *_outcomes(done),
        *_phq_outcomes(done),
        *_sessions(results, done),
        *_appointments(results),
        *_content(results),
        *_forms(results),
    )
    return tuple(figure for figure in figures if figure.count >= FEWEST)


def _scores(done: Sequence[CourseResult]) -> Iterator[Figure]:
    for code in (PHQ, GAD):
        pairs = list(_paired(done, code))
        yield from _moments(f"{code.lower()}_start", [float(first) for _, first, _ in pairs])
        yield from _moments(f"{code.lower()}_end", [float(last) for _, _, last in pairs])
    changes = [float(rules.improvement(first, last)) for rules, first, last in _paired(done, PHQ)]
    yield from list(_moments("phq9_change", changes))[:1]
    slopes = [one.late_slope for one in done if one.late_slope is not None]
    yield from list(_moments("phq9_late_slope", slopes))[:1]


def _outcomes(done: Sequence[CourseResult]) -> Iterator[Figure]:
    cases = [one.outcome for one in done if one.outcome.caseness is not False]
    changes = [one.outcome.change for one in done]
    yield _share("recovery", [one.recovered is True for one in cases])
    yield _share("reliable_improvement", [one is Change.IMPROVED for one in changes])
    yield _share("reliable_recovery", [one.reliably_recovered is True for one in cases])
    yield _share("reliable_deterioration", [one is Change.DETERIORATED for one in changes])
    yield _share("no_reliable_change", [one is Change.NONE for one in changes])


def _phq_outcomes(done: Sequence[CourseResult]) -> Iterator[Figure]:
    """Response and remission are of those whose first score can respond (domain reference 4.2)."""
    pairs = [
        (rules, first, last)
        for rules, first, last in _paired(done, PHQ)
        if rules.response_from is None or first >= rules.response_from
    ]
    yield _share("response", [_responded(rules, first, last) for rules, first, last in pairs])
    yield _share(
        "remission",
        [rules.remission_below is not None and last < rules.remission_below for rules, _, last in pairs],
    )
    yield _share("sudden_gains", [one.gained for one in done])


def _responded(rules: MeasureRules, first: Points, last: Points) -> bool:
    percent = rules.response_percent
    return percent is not None and rules.improvement(first, last) * 100 >= percent * first


def _sessions(results: Sequence[CourseResult], done: Sequence[CourseResult]) -> Iterator[Figure]:
    attended = [float(len(one.course.visits)) for one in done]
    yield from _moments("sessions", attended)
    recovered = [float(len(one.course.visits)) for one in done if one.outcome.recovered]
    yield from list(_moments("sessions_of_recovered", recovered))[:1]
    yield _share("dropout", [one.course.dropped_out for one in results])
    long = [one for one in results if one.course.planned >= MANY_SESSIONS]
    yield _share("twelve_sessions", [len(one.course.visits) >= MANY_SESSIONS for one in long])


def _appointments(results: Iterable[CourseResult]) -> Iterator[Figure]:
    codes: Counter[str] = Counter()
    for one in results:
        codes.update(missed.code for missed in one.course.missed)
        codes.update("6" if visit.late else "5" for visit in one.course.visits)
    names = {
        "dna": "3",
        "cancelled_by_patient": "2",
        "cancelled_by_provider": "4",
        "late_but_seen": "6",
        "late_not_seen": "7",
    }
    for name, code in names.items():
        yield _of(name, codes[code], codes.total())
    yield _of("dna_or_cancelled", sum(codes[code] for code in ("2", "3", "4")), codes.total())


def _content(results: Sequence[CourseResult]) -> Iterator[Figure]:
    areas = Counter(one.course.area for one in results)
    for area, count in sorted(areas.items()):
        yield _of(f"area_{area}", count, len(results))
    yield _share("medication_at_start", [one.course.medication for one in results])
    assigned = [visit.homework for one in results for visit in one.course.visits]
    given = [result for result in assigned if result is not None]
    yield _share("homework", [result is not None for result in assigned])
    yield _share("homework_done", [result == "completed" for result in given])
    yield _share("homework_partly", [result == "attempted" for result in given])


def _forms(results: Sequence[CourseResult]) -> Iterator[Figure]:
    visits = [visit for one in results for visit in one.course.visits]
    yield _share("missing_phq9", [not visit.forms for visit in visits])
    severe = [
        one.course.baseline[0].items[-1]
        for one in results
        if (rules := one.pairs[PHQ].rules).is_case(one.course.start.phq) and rules.caseness is not None
    ]
    yield _share("item9_positive", [answer > 0 for answer in severe if answer is not None])


def _paired(done: Iterable[CourseResult], code: str) -> Iterator[tuple[MeasureRules, Points, Points]]:
    for one in done:
        pair: Pair = one.pairs[code]
        if pair.first is not None and pair.last is not None:
            yield pair.rules, pair.first, pair.last


def _moments(code: str, values: Sequence[float]) -> Iterator[Figure]:
    """Mean and standard deviation. The error of the latter takes the tails into account."""
    count = len(values)
    if count < FEWEST:
        return
    mean = fmean(values)
    second = fmean((value - mean) ** 2 for value in values)
    fourth = fmean((value - mean) ** 4 for value in values)
    sd = sqrt(second)
    spread = sqrt(max(0.0, fourth - second**2) / count) / (2 * sd) if sd else 0.0
    yield Figure(code=f"{code}_mean", value=mean, error=sd / sqrt(count), count=count)
    yield Figure(code=f"{code}_sd", value=sd, error=spread, count=count)


def _share(code: str, answers: Sequence[bool]) -> Figure:
    return _of(code, sum(answers), len(answers))


def _of(code: str, part: int, whole: int) -> Figure:
    share = part / whole if whole else 0.0
    error = sqrt(share * (1 - share) / whole) if whole else 0.0
    return Figure(code=code, value=share, error=error, count=whole, is_share=True)
