"""The consent that an entry names: one of the case, of the right person, that held."""

from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.session import Attendee, SessionHeld
from treatment.domain.case import Case
from treatment.domain.refusals import ConsentDoesNotHold


def check_consents(case: Case, session: SessionHeld) -> None:
    """Raise `ConsentDoesNotHold` unless each consent that an attendee names held when the session began.

    A session without consent is recorded all the same, and policy says so; but none is claimed in vain.
    """
    for attendee in session.attendees:
        if attendee.consent_ref is not None:
            _check(case, attendee, attendee.consent_ref, session)


def _check(case: Case, attendee: Attendee, reference: str, session: SessionHeld) -> None:
    entry = case.entry(reference)
    consent = entry.holds if entry is not None else None
    if entry is None or not isinstance(consent, ConsentRecorded):
        raise ConsentDoesNotHold(reference, "it is no consent of this case, or was entered in error")
    if attendee.role == "significantOther" and consent.person_id != attendee.person_id:
        raise ConsentDoesNotHold(reference, "it is not about this person")
    if consent.expires_on is not None and consent.expires_on < session.started_at.date():
        raise ConsentDoesNotHold(reference, "it had expired when the session began")
    for later in case.history[case.history.index(entry) + 1 :]:
        word = later.holds
        if (
            isinstance(word, ConsentWithdrawn)
            and (word.scope, word.person_id) == (consent.scope, consent.person_id)
            and later.at.at <= session.started_at
        ):
            raise ConsentDoesNotHold(reference, "it was withdrawn before the session began")
