"""The minimum of measurement-based care: the core measures at every session, and the trend they show.

Domain reference 4.7. The score is shown to patient and therapist; the supervision list holds the courses
with an open signal of `on_track.py`.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from treatment.domain.outcomes.rules import Points
from treatment.domain.outcomes.series import ScoreSeries


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """At how many attended sessions a measure was taken."""

    instrument: str
    sessions: int
    measured: int
    missing: tuple[int, ...]
    """The numbers of the sessions without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """From the first score to the current one; a positive change is for the better on any instrument."""

    first: Points
    current: Points
    since_first: Points
    since_previous: Points


def coverage(core: Sequence[str], series: Mapping[str, ScoreSeries], sessions: int) -> tuple[Coverage, ...]:
    """How each core measure was taken at sessions 1 to `sessions`, in the order of `core`."""
    found = []
    for instrument in core:
        taken = series[instrument].sessions() if instrument in series else frozenset()
        missing = tuple(number for number in range(1, sessions + 1) if number not in taken)
        found.append(
            Coverage(
                instrument=instrument, sessions=sessions, measured=sessions - len(missing), missing=missing
            )
        )
    return tuple(found)


def trend(series: ScoreSeries) -> Trend | None:
    """The trend since the first score; none before the second."""
    if not series.totals[1:]:
        return None
    first, previous, current = series.totals[0], series.totals[-2], series.totals[-1]
    return Trend(
        first=first,
        current=current,
        since_first=series.rules.improvement(first, current),
        since_previous=series.rules.improvement(previous, current),
    )


def session_of(taken_on: date, session_days: Sequence[date]) -> int | None:
    """The session for which a form was taken that names none: the first one of that day or later.

    `session_days` are those of the attended sessions, in order. A form before the day of the first is the
    baseline, 0; one after the day of the last belongs to no session yet.
    """
    place = bisect_left(session_days, taken_on)
    if place == len(session_days):
        return None
    return 0 if place == 0 and taken_on < session_days[0] else place + 1
