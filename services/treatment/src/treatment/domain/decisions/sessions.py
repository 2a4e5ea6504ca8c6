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
from treatment.domain.decisions.consent import check_consents
from treatment.domain.decisions.evidence import check_person, says_the_same, was_recorded
from treatment.domain.decisions.protocols import enter_phase
from treatment.domain.decisions.zones import check_zone
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
            check_zone(entry.timezone)
            return _scheduled(case, entry, at)
        case AppointmentRescheduled() | AppointmentCancelled():
            if entry.appointment_id not in case.appointments:
                raise NotFound("appointment that is to come", entry.appointment_id, "appointmentId")
            if isinstance(entry, AppointmentRescheduled):
                check_zone(entry.timezone)
            return [Fact(payload=entry, at=at)]
        case FollowUpRecorded():
            return _followed_up(case, entry, circumstances)
        case PhaseEntered():
            return enter_phase(case, entry, at, circumstances)
        case _:
            assert_never(entry)


def _scheduled(case: Case, entry: AppointmentScheduled, at: Moment) -> list[Fact]:
    """Once: what came or was missed does not come again. Only one that was cancelled is agreed anew."""
    known = case.appointments | case.past_appointments.keys()
    if not (entry.appointment_id in known and _was_scheduled(case, entry.appointment_id)):
        return [Fact(payload=entry, at=at)]
    if was_recorded(case, entry):
        return []
    raise AlreadyRecorded("appointment", entry.appointment_id)


def _was_scheduled(case: Case, appointment_id: str) -> bool:
    return any(
        isinstance(entry.holds, AppointmentScheduled) and entry.holds.appointment_id == appointment_id
        for entry in case.history
    )


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
    """Raise unless it took place, at an appointment of its own, with people of the inventory, if any.

    A consent that is named must have held, and what it reviewed was decided in this case. Without consent
    the session is recorded all the same: it took place, and policy says that consent is missing.
    """
    not_in_the_future(Moment(session.started_at), circumstances.now, "startedAt")
    check_zone(session.timezone)
    if session.appointment_id is not None:
        of = case.past_appointments.get(session.appointment_id, session.session_id)
        if of != session.session_id:
            raise AlreadyRecorded("appointment", session.appointment_id)
    for attendee in session.attendees:
        if attendee.role == "significantOther":
            check_person(case, attendee.person_id or "(none named)", "attendees.personId")
    check_consents(case, session)
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
    if missed.appointment_id in case.past_appointments:
        raise AlreadyRecorded("appointment", missed.appointment_id)
    check_zone(missed.timezone)
    return [Fact(payload=missed, at=at)]
