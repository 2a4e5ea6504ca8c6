"""Where the scores of a course begin and end, and how they get there."""

from math import log, sqrt
from random import Random
from typing import assert_never

from treatment.domain.outcomes import OutcomeRules
from treatment.simulator.drawn import Scores
from treatment.simulator.shapes import (
    Apart,
    CohortFigures,
    Ending,
    Normal,
    PathFigures,
    Range,
    Rising,
    Shrinking,
    Together,
)

PHQ, GAD = "PHQ9", "GAD7"
MOST = {PHQ: 27, GAD: 21}
GAINS_OF = "recoverer"
"""The class of whom some get better all at once."""


def start_and_end(
    chance: Random, cohort: CohortFigures, ending: Ending, rules: OutcomeRules
) -> tuple[Scores, Scores]:
    """The first and the last scores of somebody who is a case at the start (domain reference 4.1).

    Both are rounded at the end only, as the reference's own check does.
    """
    while True:
        phq, gad = _start(chance, cohort)
        start = Scores(phq=round(phq), gad=round(gad))
        if rules.measures[PHQ].is_case(start.phq) or rules.measures[GAD].is_case(start.gad):
            break
    phq_end, gad_end = _end(chance, ending, phq, gad)
    return start, Scores(phq=round(_kept(PHQ, phq_end)), gad=round(_kept(GAD, gad_end)))


def _start(chance: Random, cohort: CohortFigures) -> tuple[float, float]:
    shared, own = chance.gauss(0, 1), chance.gauss(0, 1)
    correlated = cohort.correlation * shared + sqrt(1 - cohort.correlation**2) * own
    phq = cohort.phq_start.mean + cohort.phq_start.sd * shared
    gad = cohort.gad_start.mean + cohort.gad_start.sd * correlated
    return _kept(PHQ, phq), _kept(GAD, gad)


def _end(chance: Random, ending: Ending, phq: float, gad: float) -> tuple[float, float]:
    match ending:
        case Shrinking():
            factor = min(1.0, max(0.0, _normal(chance, ending.factor)))
            return phq * factor, gad * (factor + chance.gauss(0, ending.gad_factor_sd))
        case Together():
            drop = _normal(chance, ending.phq_drop)
            return phq - drop, gad - ending.gad_share * drop - chance.gauss(0, ending.gad_sd)
        case Apart():
            return phq - _normal(chance, ending.phq_drop), gad - _normal(chance, ending.gad_drop)
        case Rising():
            return phq + abs(_normal(chance, ending.phq_rise)), gad + abs(_normal(chance, ending.gad_rise))
        case _:
            assert_never(ending)


def path(
    chance: Random, figures: PathFigures, instrument: str, start: int, end: int, sessions: int, *, gain: bool
) -> tuple[int, ...]:
    """The totals of sessions 1 to `sessions`; the last is `end`. `gain`: part of the drop comes at once."""
    steps = _sudden(chance, figures, start - end, sessions) if gain else [0.0] * sessions
    steady = end - start - (steps[-1] if steps else 0.0)
    noise = _noise(chance, figures, sessions)
    return tuple(
        round(
            _kept(instrument, start + steady * log(1 + s) / log(1 + sessions) + steps[s - 1] + noise[s - 1])
        )
        for s in range(1, sessions + 1)
    )


def _noise(chance: Random, figures: PathFigures, sessions: int) -> list[float]:
    """AR(1) with this SD throughout; none at the end, where the score is the one that was drawn."""
    fresh = sqrt(1 - figures.noise_correlation**2)
    noise = [chance.gauss(0, figures.noise_sd)] if sessions else []
    while len(noise) < sessions:
        noise.append(figures.noise_correlation * noise[-1] + fresh * chance.gauss(0, figures.noise_sd))
    return [*noise[:-1], 0.0] if sessions else []


def _sudden(chance: Random, figures: PathFigures, drop: int, sessions: int) -> list[float]:
    """What a sudden gain takes off each session, and gives back for a while where it is reversed."""
    earliest, latest = (
        round(figures.gain_sessions.least),
        min(round(figures.gain_sessions.most), sessions) - 1,
    )
    if latest < earliest or drop < figures.gain_points.least:
        return [0.0] * sessions
    after = chance.randint(earliest, latest)
    points = min(float(drop), within(chance, figures.gain_points))
    taken = [-points if session > after else 0.0 for session in range(1, sessions + 1)]
    # Lost again for one session between the second after the gain and the last, whose score is settled.
    if chance.random() < figures.reversed_share and after + 2 < sessions:
        taken[chance.randint(after + 2, sessions - 1) - 1] += points * within(chance, figures.reversed_part)
    return taken


def within(chance: Random, limits: Range) -> float:
    """Somewhere between the limits."""
    return chance.uniform(limits.least, limits.most)


def whole_within(chance: Random, limits: Range) -> int:
    """A whole number between the limits, both included."""
    return chance.randint(round(limits.least), round(limits.most))


def improves_early(start: int, totals: tuple[int, ...], session: int, percent: int) -> bool:
    """Whether the drop by this session is at least this share of the first score."""
    return len(totals) < session or (start - totals[session - 1]) * 100 >= percent * start


def _normal(chance: Random, figures: Normal) -> float:
    return chance.gauss(figures.mean, figures.sd)


def _kept(instrument: str, score: float) -> float:
    return min(float(MOST[instrument]), max(0.0, score))
