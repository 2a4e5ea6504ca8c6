"""What counts of a case, entry by entry, each with how many sessions were attended by then."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime, time

from casetrail_contracts import Payload
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, HistoryEntry, is_treatment
from treatment.domain.folding.happened import happened_at


def walk(case: Case) -> Iterator[tuple[HistoryEntry, Payload, int]]:
    """What counts in the order in which it was told, with the number of sessions that were told by then."""
    attended = 0
    for entry in case.history:
        if entry.holds is None:
            continue
        attended += isinstance(entry.holds, SessionHeld) and is_treatment(
            entry.holds, case.other_appointments
        )
        yield entry, entry.holds, attended


def walk_as_happened(case: Case) -> Iterator[tuple[HistoryEntry, Payload, int]]:
    """What counts in the order in which it happened, with the number of sessions that had begun by then."""
    starts = session_starts(case)
    for entry in sorted(case.history, key=happened_at):
        if entry.holds is not None:
            yield entry, entry.holds, attended_by(starts, Moment(happened_at(entry), entry.at.precision))


def session_starts(case: Case) -> tuple[datetime, ...]:
    """When the attended sessions began, the first one first."""
    return tuple(sorted(session.started_at for session in case.attended.values()))


def attended_by(starts: tuple[datetime, ...], at: Moment) -> int:
    """How many of the sessions had begun. Of a day only those of the days before were surely there."""
    if at.precision is not None:
        return bisect_left(starts, datetime.combine(at.at.date(), time.min, at.at.tzinfo))
    return bisect_right(starts, at.at)
