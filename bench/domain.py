"""The clinical rules alone: forms scored and courses judged a second, beside what no rule could go below."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

from bench.figures import Benchmark, Figure
from treatment.definitions.installed import shipped
from treatment.domain.instruments import score
from treatment.domain.outcomes.on_track import Progress, rules_that_fire
from treatment.domain.outcomes.series import ScorePoint, score_series
from treatment.domain.outcomes.sudden_gains import of_series
from treatment.domain.outcomes.talking_therapies import of_course

FORMS = 1_000_000
COURSES = 100_000
RUNS = 3
SESSIONS = 8
"""About the mean of a service (domain reference 7): 6.8 sessions, and a baseline."""
DAY = datetime(2026, 1, 5, tzinfo=UTC)
TAKEN_AT = tuple(DAY + timedelta(weeks=session) for session in range(SESSIONS + 1))


def measure() -> list[Figure]:
    """A million PHQ-9 forms beside their sums alone, and the outcomes of 100,000 courses."""
    forms = _forms()
    sums = _repeated(lambda: [sum(items) for items in forms])
    scored = _repeated(lambda: _score(forms))
    courses = _repeated(_judge)
    return [
        Figure("a million forms, summed only (the floor)", "s", sums),
        Figure("a million forms, scored", "s", scored),
        Figure("forms scored", "forms/s", tuple(FORMS / run for run in scored)),
        Figure("scoring, times its floor", "x", (median(scored) / median(sums),)),
        Figure(f"{COURSES:,} courses of two measures, judged", "s", courses),
        Figure("courses judged", "courses/s", tuple(COURSES / run for run in courses)),
    ]


def _forms() -> Sequence[tuple[int, ...]]:
    chance = Random(1)  # noqa: S311 (a workload, not a secret)
    return [tuple(chance.choices((0, 1, 2, 3), k=9)) for _ in range(FORMS)]


def _score(forms: Sequence[tuple[int, ...]]) -> None:
    phq9 = shipped().instruments.get("PHQ9")
    for items in forms:
        score(phq9, items, None)


def _judge() -> None:
    """What a service asks of each course: outcome, track, sudden gains."""
    rules = shipped().definitions.outcomes
    chance = Random(2)  # noqa: S311 (a workload, not a secret)
    for _ in range(COURSES):
        series = {}
        for code, highest in (("PHQ9", 27), ("GAD7", 21)):
            totals = chance.choices(range(highest + 1), k=SESSIONS + 1)
            points = [
                ScorePoint(instrument=code, total=total, taken_at=taken_at, session=session)
                for session, (total, taken_at) in enumerate(zip(totals, TAKEN_AT, strict=True))
            ]
            series[code] = score_series(rules.measures[code], points)
        of_course(rules, series)
        rules_that_fire(Progress(series=series["PHQ9"], attended=SESSIONS, planned=16))
        of_series(rules.sudden_gains, series["PHQ9"], SESSIONS)


def _repeated(work: Callable[[], object]) -> tuple[float, ...]:
    return tuple(_timed(work) for _ in range(RUNS))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


BENCHMARK = Benchmark(
    "domain",
    "The rules alone, one thread: a report over a whole service scores and judges in seconds. Courses count "
    "the making of their random scores.",
    measure,
)
