"""What counts of a case, entry by entry, each with how many sessions were attended by then."""

from collections.abc import Iterator

from casetrail_contracts import Payload
from casetrail_contracts.events.session import SessionHeld
from treatment.domain.case import Case, HistoryEntry, is_treatment


def walk(case: Case) -> Iterator[tuple[HistoryEntry, Payload, int]]:
    """What counts in the order in which it was told, with the number of sessions attended by then."""
    attended = 0
    for entry in case.history:
        if entry.holds is None:
            continue
        attended += isinstance(entry.holds, SessionHeld) and is_treatment(
            entry.holds, case.other_appointments
        )
        yield entry, entry.holds, attended
