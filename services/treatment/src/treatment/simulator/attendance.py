"""Which appointments are kept, when, and who stays away for good."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from treatment.simulator.drawn import Missed
from treatment.simulator.parameters import Figures
from treatment.simulator.scores import improves_early, whole_within
from treatment.simulator.shapes import AttendanceFigures, CalendarFigures, DropoutFigures

Outcome = Literal["2", "3", "4", "5", "6", "7"]
"""NHS attendance codes; 5 is on time, 6 late but seen."""
DNA: Literal["3"] = "3"
SATURDAY = 5
SHORTEST_INTERVAL = 2
"""Days between two appointments, whatever is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """A session that was attended."""

    starts_at: datetime
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The appointments of a course."""

    attended: tuple[Attended, ...]
    missed: tuple[Missed, ...]
    dropped_out: bool


@dataclass(slots=True, kw_only=True)
class _Walk:
    """The course so far."""

    next_at: datetime
    attended: list[Attended]
    missed: list[Missed]


def attendance(
    chance: Random, figures: Figures, first_at: datetime, start: int, totals: tuple[int, ...]
) -> Attendance:
    """The appointments of a course of as many sessions as there are `totals` (PHQ-9), from `first_at` on.

    Before each session somebody may stay away for good; every other missed appointment is made up for.
    """
    walk = _Walk(next_at=_weekday(first_at), attended=[], missed=[])
    improves = improves_early(start, totals, figures.dropout.early_session, figures.dropout.early_percent)
    severities = (start, *totals)
    for session, severity in enumerate(severities[:-1], start=1):
        hazard = _hazard(figures.dropout, session, improves=improves)
        if chance.random() < hazard or not _comes(chance, figures, walk, session, severity, hazard):
            return _done(walk, dropped_out=True)
    return _done(walk, dropped_out=False)


def _done(walk: _Walk, *, dropped_out: bool) -> Attendance:
    return Attendance(attended=tuple(walk.attended), missed=tuple(walk.missed), dropped_out=dropped_out)


def _comes(chance: Random, figures: Figures, walk: _Walk, session: int, severity: int, hazard: float) -> bool:
    """Make appointments until one is kept. False: given up after several that were not."""
    missed_in_a_row = 0
    while True:
        match code := _outcome(chance, figures.attendance, session, missed_in_a_row, severity):
            case "5" | "6":
                walk.attended.append(Attended(starts_at=walk.next_at, late=code == "6"))
                walk.next_at = _weekday(walk.next_at + _interval(chance, figures.calendar))
                return True
            case _:
                walk.missed.append(Missed(scheduled_at=walk.next_at, code=code))
        missed_in_a_row = missed_in_a_row + 1 if code == DNA else 0
        # The hazard of the session was drawn before; this is by how much it grows.
        grown = hazard * (figures.dropout.after_dnas - 1)
        if missed_in_a_row == figures.dropout.dnas_in_a_row and chance.random() < grown:
            return False
        days = whole_within(chance, figures.calendar.reschedule_days)
        walk.next_at = _weekday(walk.next_at + timedelta(days=days))


def _outcome(
    chance: Random, figures: AttendanceFigures, session: int, dnas_in_a_row: int, severity: int
) -> Outcome:
    dna = figures.dna_early if session <= figures.early_until_session else figures.dna
    if dnas_in_a_row:
        dna *= figures.dna_after_dna
    if severity > figures.severe_above:
        dna *= figures.dna_severe
    shares: dict[Outcome, float] = {
        DNA: dna,
        "2": figures.cancelled_by_patient,
        "4": figures.cancelled_by_provider,
        "7": figures.late_not_seen,
        "6": figures.late_but_seen,
    }
    drawn = chance.random()
    for code, share in shares.items():
        if drawn < share:
            return code
        drawn -= share
    return "5"


def _hazard(figures: DropoutFigures, session: int, *, improves: bool) -> float:
    """The share that stays away from this session and from all that follow."""
    hazard = next(one.hazard for one in figures.hazards if session <= one.until_session)
    hazard *= figures.base_factor
    if session > figures.early_session and not improves:
        hazard *= figures.without_early_improvement
    return hazard


def _interval(chance: Random, figures: CalendarFigures) -> timedelta:
    """A week, more or less; a holiday adds another."""
    days = max(SHORTEST_INTERVAL, round(chance.gauss(figures.interval_days.mean, figures.interval_days.sd)))
    if chance.random() < figures.holiday_share:
        days += round(figures.interval_days.mean)
    return timedelta(days=days)


def _weekday(at: datetime) -> datetime:
    """The same time, on Monday where it would be a weekend."""
    return at + timedelta(days=7 - at.weekday()) if at.weekday() >= SATURDAY else at


def local(at: datetime, timezone: str) -> datetime:
    """A time by the clock on the wall there, as UTC."""
    return at.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
