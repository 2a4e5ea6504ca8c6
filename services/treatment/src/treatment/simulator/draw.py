"""A whole course, drawn: pure, and the same for the same seed and number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from casetrail_contracts.events.problem_area import Area
from treatment.domain.outcomes import OutcomeRules
from treatment.domain.protocols import Protocol
from treatment.simulator.attendance import Attendance, attendance, local
from treatment.simulator.drawn import DrawnCourse, Form, HomeworkResult, Missed, Scores, Visit
from treatment.simulator.forms import forms
from treatment.simulator.parameters import Figures
from treatment.simulator.people import people
from treatment.simulator.scores import GAD, GAINS_OF, PHQ, path, start_and_end
from treatment.simulator.shapes import CohortFigures, WorkFigures

T = TypeVar("T")
SHORTEST_WAIT = 2
"""Days from the referral to the first appointment, whatever is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """What a cohort is drawn by."""

    seed: int
    name: str
    first_day: date
    """The first day of referrals."""
    mix: Mapping[str, float]
    """Protocol to weight."""
    protocols: Mapping[str, Protocol]
    """The definitions of the protocols of the mix."""
    figures: Figures
    rules: OutcomeRules

    @property
    def own(self) -> CohortFigures:
        """The figures of this kind of service."""
        return self.figures.cohorts[self.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calendar:
    referred_at: datetime
    """All by the clock on the wall."""
    intake_at: datetime
    first_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patient:
    """Who comes: drawn first, so that what follows does not change who it is."""

    outcome_class: str
    protocol: Protocol
    area: Area
    start: Scores
    end: Scores
    gains: bool
    propensity: float
    """For item 9: the person's own standard normal."""


def draw_course(cohort: Cohort, number: int) -> DrawnCourse:
    """Course `number`, from 1. It does not depend on how many others are drawn."""
    # Seeded by a text: its digest is the same in every process.
    chance = Random(f"{cohort.seed}/{number}")  # noqa: S311 (a simulation, no secret)
    patient = _patient(chance, cohort)
    calendar = _calendar(chance, cohort)
    kept, scores = _walked(chance, cohort.figures, patient, calendar.first_at)
    work, zone = cohort.figures.work, cohort.figures.calendar.timezone
    return DrawnCourse(
        number=number,
        outcome_class=patient.outcome_class,
        protocol=patient.protocol.code,
        planned=patient.protocol.sessions.planned,
        area=patient.area,
        referred_at=local(calendar.referred_at, zone),
        intake_at=local(calendar.intake_at, zone),
        baseline=forms(chance, cohort.figures, patient.start, patient.propensity),
        visits=_visits(chance, cohort.figures, kept, scores, patient.propensity),
        missed=tuple(
            Missed(scheduled_at=local(one.scheduled_at, zone), code=one.code) for one in kept.missed
        ),
        dropped_out=kept.dropped_out,
        start=patient.start,
        end=patient.end,
        people=people(chance, work, patient.area),
        other_at=_other_at(chance, work, patient.area, len(scores)),
        medication=chance.random() < work.medication_at_start,
        medication_changed_at=_sometimes(chance, work.medication_changed, len(scores)),
        reviews_signals=tuple(chance.random() < work.reviewed_signals for _ in scores),
    )


def _patient(chance: Random, cohort: Cohort) -> _Patient:
    outcome_class = _one_of(chance, cohort.own.classes)
    ending = cohort.figures.classes[outcome_class]
    start, end = start_and_end(chance, cohort.own, ending, cohort.rules)
    return _Patient(
        outcome_class=outcome_class,
        protocol=cohort.protocols[_one_of(chance, cohort.mix)],
        area=_one_of(chance, cohort.own.areas),
        start=start,
        end=end,
        gains=outcome_class == GAINS_OF and chance.random() < cohort.figures.path.gain_share,
        propensity=chance.gauss(0, 1),
    )


def _calendar(chance: Random, cohort: Cohort) -> _Calendar:
    figures = cohort.figures.calendar
    day = cohort.first_day + timedelta(days=chance.randrange(7 * figures.referral_weeks))
    shape = figures.wait_days.shape
    wait = max(SHORTEST_WAIT, round(chance.gammavariate(shape, figures.wait_days.mean / shape)))
    referred = datetime.combine(day, time(chance.choice(figures.hours)))
    return _Calendar(
        referred_at=referred,
        intake_at=referred + timedelta(days=min(wait - 1, round(wait * figures.intake_part))),
        first_at=datetime.combine(day + timedelta(days=wait), time(chance.choice(figures.hours))),
    )


def _walked(
    chance: Random, figures: Figures, patient: _Patient, first_at: datetime
) -> tuple[Attendance, tuple[Scores, ...]]:
    """The appointments, and the totals of each session that was attended.

    Who leaves early has come to the end of their own way by then: the reference's last scores are those of
    all finished courses, and many of these ended early.
    """
    start, end, gains = patient.start, patient.end, patient.gains
    planned = patient.protocol.sessions.planned
    phq = path(chance, figures.path, PHQ, start.phq, end.phq, planned, gain=gains)
    kept = attendance(chance, figures, first_at, start.phq, phq)
    if kept.dropped_out:
        phq = path(chance, figures.path, PHQ, start.phq, end.phq, len(kept.attended), gain=gains)
    gad = path(chance, figures.path, GAD, start.gad, end.gad, len(kept.attended), gain=False)
    return kept, tuple(Scores(phq=one, gad=other) for one, other in zip(phq, gad, strict=True))


def _visits(
    chance: Random, figures: Figures, kept: Attendance, scores: tuple[Scores, ...], propensity: float
) -> tuple[Visit, ...]:
    return tuple(
        Visit(
            starts_at=local(attended.starts_at, figures.calendar.timezone),
            late=attended.late,
            forms=_handed_in(chance, figures, totals, propensity),
            homework=_homework(chance, figures.work),
        )
        for attended, totals in zip(kept.attended, scores, strict=True)
    )


def _handed_in(chance: Random, figures: Figures, totals: Scores, propensity: float) -> tuple[Form, ...]:
    """Both forms, or none: they are handed out together."""
    if chance.random() < figures.quality.missing:
        return ()
    return forms(chance, figures, totals, propensity)


def _homework(chance: Random, figures: WorkFigures) -> HomeworkResult | None:
    if chance.random() >= figures.homework:
        return None
    shares: dict[HomeworkResult, float] = {
        "completed": figures.homework_done,
        "attempted": figures.homework_partly,
        "notDone": 1 - figures.homework_done - figures.homework_partly,
    }
    return _one_of(chance, shares)


def _other_at(chance: Random, figures: WorkFigures, area: Area, visits: int) -> int | None:
    disputed = area is Area.ROLE_DISPUTE
    share = figures.significant_other_in_disputes if disputed else figures.significant_other_otherwise
    return _sometimes(chance, share, visits)


def _sometimes(chance: Random, share: float, visits: int) -> int | None:
    """The number of the session at which something happens, if it does; not before the second."""
    happens, at = chance.random() < share, chance.random()
    return 2 + int(at * (visits - 1)) if happens and visits > 1 else None


def _one_of(chance: Random, shares: Mapping[T, float]) -> T:
    return chance.choices(tuple(shares), tuple(shares.values()))[0]
