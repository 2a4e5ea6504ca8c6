"""Facts of elapsed time: for the review that was not done, and the patient who vanished.

They are derived when the policy clock asks what is overdue, and by nothing else. Each is told once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.appointments import FollowUpRecorded
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.ending import MaintenanceDecided
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from treatment.domain.case import Case, HistoryEntry, Status
from treatment.domain.deviations import by_time
from treatment.domain.facts import Fact
from treatment.domain.keys import review_key
from treatment.domain.policy.course import course_record
from treatment.domain.policy.protocol import deviations
from treatment.domain.policy.situation import Situation


def follows(situation: Situation) -> Iterator[Fact]:
    """What is overdue now; nothing when something was recorded, which policy judges by itself."""
    if situation.news:
        return
    yield from _departures(situation)
    for review in (*_promised_reviews(situation), *_missed_follow_ups(situation)):
        if review_key(review) not in situation.after.derived:
            yield Fact(payload=review, at=situation.today, caused_by=review.about)


def _departures(situation: Situation) -> Iterator[Fact]:
    """Gaps and courses that are too long. A case that rests, or has not begun, departs from nothing.

    A gap that nobody ended yet asks for somebody to call the patient (domain reference 2.4).
    """
    protocol = situation.circumstances.protocol(situation.after.protocol)
    if protocol is None or situation.after.status is not Status.ACTIVE:
        return
    rules, now = situation.circumstances.definitions.deviations, situation.circumstances.now
    found = by_time(protocol, rules, course_record(situation.after), now)
    for fact in deviations(situation, found):
        yield fact
        if isinstance(fact.payload, ProtocolDeviationDetected) and fact.payload.rule == "gapExceeded":
            review = _review(situation, "gapExceeded", fact.payload.evidence[0], situation.review_due)
            yield Fact(payload=review, at=situation.today, caused_by=review.about)


def _promised_reviews(situation: Situation) -> Iterator[ReviewNeeded]:
    """Every adaptation says when it is reviewed: nothing that was decided since then looked at it."""
    if situation.after.status not in (Status.OPENED, Status.ACTIVE):
        return
    grace, now = situation.circumstances.definitions.safety.review_grace, situation.circumstances.now
    for place, entry in enumerate(situation.after.history):
        because = getattr(entry.holds, "because", None)
        due = _due(situation.after, because) if isinstance(because, Because) else None
        if due is None or now < due + grace + timedelta(days=1):
            continue
        if not any(_reviews(one, entry) for one in situation.after.history[place + 1 :]):
            yield _review(situation, "reviewNotDone", entry.event_id, due)


def _due(case: Case, because: Because) -> datetime | None:
    """The day that was named, or that of the session; None while the session is to come."""
    day = because.review_on
    if because.review_at_session_id is not None:
        session = case.sessions.get(because.review_at_session_id)
        day = None if session is None else session.started_at.date()
    return None if day is None else datetime.combine(day, time.min, UTC)


def _reviews(later: HistoryEntry, adaptation: HistoryEntry) -> bool:
    """A later adaptation reviews an earlier one of its kind, or names it as evidence."""
    because = getattr(later.holds, "because", None)
    if not isinstance(because, Because):
        return False
    return type(later.holds) is type(adaptation.holds) or adaptation.event_id in because.evidence


def _missed_follow_ups(situation: Situation) -> Iterator[ReviewNeeded]:
    """After the end a contact was due, and none came in time."""
    case = situation.after
    if case.status is not Status.CLOSED:
        return
    since, days = _contacts_agreed(situation)
    if since is None or days is None:
        return
    contacts = [entry for entry in case.history if isinstance(entry.holds, FollowUpRecorded)]
    last = max((since, *contacts), key=_when)
    due = _when(last) + timedelta(days=days)
    if situation.circumstances.now > due + situation.circumstances.definitions.safety.follow_up_grace:
        yield _review(situation, "followUpMissed", last.event_id, due)


def _contacts_agreed(situation: Situation) -> tuple[HistoryEntry | None, int | None]:
    """Since when and how often: as maintenance was decided, or else as the protocol has it after its end."""
    case = situation.after
    decided = [entry for entry in case.history if isinstance(entry.holds, MaintenanceDecided)]
    newest = decided[-1].holds if decided else None
    if isinstance(newest, MaintenanceDecided) and newest.decision == "accepted":
        return decided[-1], newest.cadence_days
    protocol = situation.circumstances.protocol(case.protocol)
    closed = next(entry for entry in reversed(case.history) if isinstance(entry.holds, CaseClosed))
    if protocol is None or protocol.follow_up is None or len(case.follow_ups) >= protocol.follow_up.contacts:
        return None, None
    return closed, protocol.follow_up.every_days


def _when(entry: HistoryEntry) -> datetime:
    return entry.holds.at.at if isinstance(entry.holds, FollowUpRecorded) else entry.at.at


def _review(situation: Situation, rule: str, about: str, due: datetime) -> ReviewNeeded:
    return ReviewNeeded.model_validate(
        {
            "rule": rule,
            "about": about,
            "due_at": due,
            "therapist_id": situation.after.therapist_id,
            "supervisor_id": situation.after.supervisor_id,
        }
    )
