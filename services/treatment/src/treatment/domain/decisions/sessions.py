"""Sessions that took place."""

from datetime import datetime

from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.commands import HoldSession
from treatment.domain.facts import Fact, not_in_the_future
from treatment.domain.refusals import AlreadyRecorded, PersonUnknown


def hold_session(case: Case, command: HoldSession, now: datetime) -> list[Fact]:
    """The sender's `sessionId` is the identity; a significant other is a person of the inventory."""
    session = command.session
    at = Moment(session.started_at)
    not_in_the_future(at, now, "startedAt")
    known = case.sessions.get(session.session_id)
    if known == session:
        return []
    if known is not None:
        raise AlreadyRecorded("session", session.session_id)
    for attendee in session.attendees:
        if attendee.role == "significantOther" and attendee.person_id not in case.people:
            raise PersonUnknown(attendee.person_id or "(none named)", "attendees.personId")
    return [Fact(payload=session, at=at)]
