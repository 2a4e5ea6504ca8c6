"""Where a session names a consent, it is one of the case and of that person, and it held when it began."""

from datetime import date, timedelta

import pytest
from tests.unit.treatment.given_when_then import AT, CASE, given, held, opened, person
from tests.unit.treatment.refusal import amended, in_error

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.inventory import InventoryRecorded
from casetrail_contracts.events.session import Attendee, SessionHeld
from treatment.domain.commands import Record
from treatment.domain.refusals import ConsentDoesNotHold

OF_P1 = ConsentRecorded(scope="significantOther", person_id="p-1")
CASE_WITH = given(opened, InventoryRecorded(people=(person("p-1"), person("p-2"))), OF_P1)
CONSENT = event_id(CASE, 3)
WITHDRAWN = ConsentWithdrawn(scope="significantOther", person_id="p-1")
BEGAN = CASE_WITH.also(WITHDRAWN).history.events[-1].envelope.time
"""When the consent is withdrawn, where it is."""


def session(reference: str, person_id: str = "p-1", **changes: object) -> SessionHeld:
    attendee = Attendee(role="significantOther", person_id=person_id, consent_ref=reference)
    return held("s-1", attendees=(Attendee(role="patient"), attendee), **changes)


@pytest.mark.parametrize(
    ("more", "entry", "reason"),
    [
        pytest.param(
            (),
            session(event_id(CASE, 99)),
            "it is no consent of this case, or was entered in error",
            id="none",
        ),
        pytest.param(
            (),
            session(event_id(CASE, 2)),
            "it is no consent of this case, or was entered in error",
            id="other",
        ),
        pytest.param(
            (in_error(CONSENT),),
            session(CONSENT),
            "it is no consent of this case, or was entered in error",
            id="in error",
        ),
        pytest.param((), session(CONSENT, "p-2"), "it is not about this person", id="of somebody else"),
        pytest.param(
            (amended(CONSENT, consent_recorded=OF_P1.model_copy(update={"expires_on": date(2026, 3, 1)})),),
            session(CONSENT),
            "it had expired when the session began",
            id="expired",
        ),
        pytest.param(
            (WITHDRAWN,),
            session(CONSENT, started_at=BEGAN),
            "it was withdrawn before the session began",
            id="withdrawn",
        ),
    ],
)
def test_what_is_no_consent_that_held_is_refused(
    more: tuple[Payload, ...], entry: SessionHeld, reason: str
) -> None:
    named = entry.attendees[-1].consent_ref
    assert named is not None
    CASE_WITH.also(*more).when(Record(entry=entry, at=AT)).then_refused(ConsentDoesNotHold(named, reason))


def test_a_consent_that_was_withdrawn_later_held() -> None:
    late = session(CONSENT, started_at=BEGAN - timedelta(seconds=1))
    CASE_WITH.also(WITHDRAWN).when(Record(entry=late, at=AT)).then(late)


def test_a_session_without_consent_is_recorded_all_the_same() -> None:
    without = held("s-1", attendees=(Attendee(role="significantOther", person_id="p-2"),))
    CASE_WITH.when(Record(entry=without, at=AT)).then(without)
