"""A case as it had happened by some moment, by all that is known of it now (invariant 13)."""

from datetime import datetime

from casetrail_contracts.events.appointments import FollowUpRecorded
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.session import SessionHeld
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.folding import refold


def as_happened(case: Case, until: datetime) -> Case:
    """What had happened by then, that moment included, in the order in which it happened.

    Corrections count at what they correct, whenever they were made: what was entered late is there, and what
    was entered in error is not. It is a case to be read: no decision is made on it.
    """
    happened = [entry for entry in case.history if happened_at(entry) <= until]
    return refold(case.case_id, sorted(happened, key=happened_at))


def happened_at(entry: HistoryEntry) -> datetime:
    """When an entry happened; of what was amended, as the amended entry says."""
    match entry.holds:
        case SessionHeld() as session:
            return session.started_at
        case AssessmentScored() as form:
            return form.taken_at.at
        case MoodRated() | FollowUpRecorded() as told:
            return told.at.at
        case _:
            return entry.at.at
