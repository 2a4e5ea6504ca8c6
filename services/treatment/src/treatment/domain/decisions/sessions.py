"""Sessions and what is around them: held, missed, to come, and contacts after the end."""

from typing import assert_never

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import SessionEntry
from treatment.domain.decisions.evidence import check_person, says_the_same, was_recorded
from treatment.domain.decisions.protocols import enter_phase
from treatment.domain.facts import Fact, not_in_the_future
from treatment.domain.refusals import AlreadyRecorded, NotFound


def record(case: Case, entry: SessionEntry, at: Moment, circumstances: Circumstances) -> list[Fact]:
    """The facts of an entry about sessions. A session happened when it started."""
    match entry:
        case SessionHeld():
            return _held(case, entry, circumstances)
        case SessionMissed():
            return _missed(case, entry, circumstances)
        case AppointmentScheduled():
            return _scheduled(case, entry, at)
        case AppointmentRescheduled() | AppointmentCancelled():
            if entry.appointment_id not in case.appointments:
                raise NotFound("appointment that is to come", entry.appointment_id, "appointmentId")
            return [Fact(payload=entry, at=at)]
        case FollowUpRecorded():
            return _followed_up(case, entry, circumstances)
        case PhaseEntered():
            return enter_phase(case, entry, at, circumstances)
        case _:
            assert_never(entry)


def _scheduled(case: Case, entry: AppointmentScheduled, at: Moment) -> list[Fact]:
    if entry.appointment_id not in case.appointments:
        return [Fact(payload=entry, at=at)]
    if was_recorded(case, entry):
        return []
    raise AlreadyRecorded("appointment", entry.appointment_id)


def _followed_up(case: Case, entry: FollowUpRecorded, circumstances: Circumstances) -> list[Fact]:
    not_in_the_future(entry.at, circumstances.now, "at")
    if entry.follow_up_id not in case.follow_ups:
        return [Fact(payload=entry, at=entry.at)]
    if was_recorded(case, entry):
        return []
    raise AlreadyRecorded("follow-up", entry.follow_up_id)


def _held(case: Case, session: SessionHeld, circumstances: Circumstances) -> list[Fact]:
    """The sender's `sessionId` is the identity."""
    known = case.sessions.get(session.session_id)
    if known is not None:
        if says_the_same(known, session):
            return []
        raise AlreadyRecorded("session", session.session_id)
    check_held(case, session, circumstances)
    return [Fact(payload=session, at=Moment(session.started_at))]


def check_held(case: Case, session: SessionHeld, circumstances: Circumstances) -> None:
    """Raise unless it took place, and a significant other is a person of the inventory.

    Without that person's consent the session is recorded all the same: it took place, and policy says
    that consent is missing. What it reviewed was decided in this case.
    """
    not_in_the_future(Moment(session.started_at), circumstances.now, "startedAt")
    for attendee in session.attendees:
        if attendee.role == "significantOther":
            check_person(case, attendee.person_id or "(none named)", "attendees.personId")
    for named in session.reviewed:
        decided = case.entry(named)
        if not isinstance(getattr(decided.holds if decided else None, "because", None), Because):
            raise NotFound("adaptation", named, "reviewed")


def _missed(case: Case, missed: SessionMissed, circumstances: Circumstances) -> list[Fact]:
    """A cancellation may be known before the time comes: it happened now."""
    planned = Moment(missed.scheduled_at)
    at = planned if planned.at <= circumstances.now else Moment(circumstances.now)
    known = case.missed.get(missed.appointment_id)
    if known is not None:
        if says_the_same(known, missed):
            return []
        raise AlreadyRecorded("missed session", missed.appointment_id)
    return [Fact(payload=missed, at=at)]
