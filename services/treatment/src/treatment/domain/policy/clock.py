"""Facts of elapsed time: for the review that was not done, and the patient who vanished.

They are derived when the policy clock asks what is overdue, and by nothing else. Each is told once.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.appointments import FollowUpRecorded
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.ending import MaintenanceDecided
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.events.session import SessionHeld
from treatment.domain.case import Case, HistoryEntry, Status
from treatment.domain.deviations import by_time
from treatment.domain.facts import Fact
from treatment.domain.keys import review_key
from treatment.domain.policy.course import course_record
from treatment.domain.policy.protocol import deviations
from treatment.domain.policy.situation import Situation
from treatment.domain.policy.terms import pauses
from treatment.domain.policy.walking import walk_as_happened


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

    It rests until the day that was expected: who does not come back then is missed.
    A gap that nobody ended yet asks for somebody to call the patient (domain reference 2.4).
    """
    protocol = situation.circumstances.protocol(situation.after.protocol)
    if protocol is None or not _goes_on(situation):
        return
    rules, now = situation.circumstances.definitions.deviations, situation.circumstances.now
    found = by_time(protocol, rules, course_record(situation.after), now)
    for fact in deviations(situation, found):
        yield fact
        if isinstance(fact.payload, ProtocolDeviationDetected) and fact.payload.rule == "gapExceeded":
            review = _review(situation, "gapExceeded", fact.payload.evidence[0])
            yield Fact(payload=review, at=situation.today, caused_by=review.about)


def _goes_on(situation: Situation) -> bool:
    status = situation.after.status
    if status is not Status.PAUSED:
        return status is Status.ACTIVE
    (*_, newest) = pauses(situation.after)
    return newest.ended_on is not None and newest.ended_on < situation.circumstances.now.date()


def _promised_reviews(situation: Situation) -> Iterator[ReviewNeeded]:
    """Every adaptation says when it is reviewed: nothing that was decided since then looked at it."""
    if situation.after.status not in (Status.OPENED, Status.ACTIVE):
        return
    safety, now = situation.circumstances.definitions.safety, situation.circumstances.now
    happened = [entry for entry, _, _ in walk_as_happened(situation.after)]
    for place, entry in enumerate(happened):
        because = getattr(entry.holds, "because", None)
        if not isinstance(because, Because):
            continue
        due = _due(situation.after, entry, because, safety.longest_review)
        if now < due + safety.review_grace + timedelta(days=1):
            continue
        if not any(_reviews(one, entry) for one in happened[place + 1 :]):
            yield _review(situation, "reviewNotDone", entry.event_id, due)


def _due(case: Case, entry: HistoryEntry, because: Because, longest: timedelta) -> datetime:
    """The day that was named, or that of the session; of a session that does not come, the latest one."""
    day = because.review_on
    if day is None:
        session = case.sessions.get(because.review_at_session_id or "")
        day = (entry.at.at + longest if session is None else session.started_at).date()
    return datetime.combine(day, time.min, UTC)


def _reviews(later: HistoryEntry, adaptation: HistoryEntry) -> bool:
    """A later adaptation of its kind does, one that names it as evidence, or a session that keeps it."""
    if isinstance(later.holds, SessionHeld):
        return adaptation.event_id in later.holds.reviewed
    because = getattr(later.holds, "because", None)
    if not isinstance(because, Because):
        return False
    return type(later.holds) is type(adaptation.holds) or adaptation.event_id in because.evidence


def _missed_follow_ups(situation: Situation) -> Iterator[ReviewNeeded]:
    """After the end a contact was due, and none came in time. Nobody is to call who has died."""
    case = situation.after
    if case.status is not Status.CLOSED or case.closed_as is ClosureReason.DECEASED:
        return
    since, days, until = _contacts_agreed(situation)
    if since is None or days is None:
        return
    contacts = [entry for entry in case.history if isinstance(entry.holds, FollowUpRecorded)]
    last = max((since, *contacts), key=_when)
    due = _when(last) + timedelta(days=days)
    if until is not None and due.date() > until:
        return
    if situation.circumstances.now > due + situation.circumstances.definitions.safety.follow_up_grace:
        yield _review(situation, "followUpMissed", last.event_id, due)


def _contacts_agreed(situation: Situation) -> tuple[HistoryEntry | None, int | None, date | None]:
    """Since when, how often and until when: as maintenance was decided, or else as the protocol has it."""
    case = situation.after
    decided = [entry for entry in case.history if isinstance(entry.holds, MaintenanceDecided)]
    newest = decided[-1].holds if decided else None
    if isinstance(newest, MaintenanceDecided) and newest.decision == "accepted":
        return decided[-1], newest.cadence_days, newest.until
    protocol = situation.circumstances.protocol(case.protocol)
    closed = next(entry for entry in reversed(case.history) if isinstance(entry.holds, CaseClosed))
    if protocol is None or protocol.follow_up is None or len(case.follow_ups) >= protocol.follow_up.contacts:
        return None, None, None
    return closed, protocol.follow_up.every_days, None


def _when(entry: HistoryEntry) -> datetime:
    return entry.holds.at.at if isinstance(entry.holds, FollowUpRecorded) else entry.at.at


def _review(situation: Situation, rule: str, about: str, promised: datetime | None = None) -> ReviewNeeded:
    """To be looked at in the time that every review has: a task that is told overdue could not be kept."""
    return ReviewNeeded.model_validate(
        {
            "rule": rule,
            "about": about,
            "due_at": situation.review_due,
            "therapist_id": situation.after.therapist_id,
            "supervisor_id": situation.after.supervisor_id,
            "rules": situation.circumstances.definitions.safety.reference,
            "promised_for": promised,
        }
    )
