"""How far apart sessions are. Days are counted by the calendar; days of a pause do not count."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from treatment.domain.deviations.course import Course, Placed
from treatment.domain.deviations.deviation import Deviation
from treatment.domain.deviations.record import Pause
from treatment.domain.phases import cadence_of
from treatment.domain.protocols import Cadence


def cadence_slip(course: Course) -> Iterator[Deviation]:
    """A session came later than target and tolerance together."""
    for earlier, later in _pairs(course):
        cadence = _cadence(course, later.number, earlier.on, later.on)
        if _days(course, earlier.on, later.on) > cadence.target + cadence.tolerance:
            yield course.deviation(
                "cadenceSlip", earlier.session.session_id, earlier.session.event_id, later.session.event_id
            )


def gap_exceeded(course: Course, today: date | None = None) -> Iterator[Deviation]:
    """More days than the longest gap lay between two sessions, or have passed since the newest one.

    Both have the same key, after the earlier session: who was missed by the clock is told once. Before the
    first session the days count from the activation or the appointment.
    """
    yield from _waited_too_long(course, today)
    for earlier, later in _pairs(course):
        longest = _cadence(course, later.number, earlier.on, later.on).longest_gap
        if _days(course, earlier.on, later.on) > longest:
            yield _gap(course, earlier)
    if today is None or not course.placed:
        return
    newest = course.placed[-1]
    longest = _cadence(course, course.next_number, newest.on, today).longest_gap
    if newest.number > 0 and _days(course, newest.on, today) > longest:
        yield _gap(course, newest)


def _gap(course: Course, earlier: Placed) -> Deviation:
    return course.deviation("gapExceeded", earlier.session.session_id, earlier.session.event_id)


def _waited_too_long(course: Course, today: date | None) -> Iterator[Deviation]:
    """For a first session that did not come, or late; what was before this protocol it does not judge."""
    first = course.placed[0] if course.placed else None
    if first is not None and first.rank <= course.record.protocol_since:
        return
    came = first.on if first is not None else today
    for wait in course.record.waits:
        days = [day for day in (wait.until, came) if day is not None]
        if came is None or wait.since >= min(days):
            continue
        longest = _cadence(course, 1, wait.since, min(days)).longest_gap
        if _days(course, wait.since, min(days)) > longest:
            yield course.deviation("gapExceeded", wait.event_id, wait.event_id)


def _pairs(course: Course) -> Iterator[tuple[Placed, Placed]]:
    """Neighbours, the later one under this protocol; when a group begins after its preparation is open."""
    for earlier, later in pairwise(course.placed):
        if earlier.number > 0 and later.rank > course.record.protocol_since:
            yield earlier, later


def _cadence(course: Course, number: int, earlier: date, later: date) -> Cadence:
    """The one that held between the two; where it was changed in between, the one that gives more time."""
    phase = course.phase_of(number)
    held = [cadence_of(course.protocol, phase, days) for days in _agreed(course, earlier, later)]
    return max(held, key=lambda cadence: cadence.target)


def _agreed(course: Course, earlier: date, later: date) -> tuple[int | None, ...]:
    """What held from the earlier day on, and what was agreed before the later day."""
    until = [one.days for one in course.record.agreed if one.since <= earlier]
    between = [one.days for one in course.record.agreed if earlier < one.since < later]
    return (until[-1] if until else None, *between)


def _days(course: Course, earlier: date, later: date) -> int:
    return (later - earlier).days - sum(_rested(pause, earlier, later) for pause in course.record.pauses)


def _rested(pause: Pause, earlier: date, later: date) -> int:
    """How many days of the pause lie between the two."""
    end = later if pause.ended_on is None else min(pause.ended_on, later)
    return max((end - max(pause.began_on, earlier)).days, 0)
