"""The read models count and number the sessions that the domain does (reference 1.4, 2.3, 4.1, 8.3)."""

from datetime import timedelta

import pytest
from tests.builders import START, History, amended, opened, session
from tests.integration.projections.one_case import CASE, PROTOCOLS, nth, row, summary

from casetrail_contracts import Payload
from casetrail_contracts.events.appointments import AppointmentKind, AppointmentScheduled
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.protocol import ProtocolAssigned
from casetrail_contracts.events.session import Attendee, Modality, SessionHeld
from treatment.definitions.installed import shipped
from treatment.domain.case import Case
from treatment.domain.folding import fold
from treatment.domain.policy.scores import session_numbers
from treatment.store.database import Database

ALONE = (Attendee(role="therapist"), Attendee(role="significantOther", person_id="p-1"))
WITH_GUEST = (Attendee(role="patient"), *ALONE)
GROUP = ProtocolAssigned(definition=shipped().protocol("IPT-G8").reference)
SINGLE = ProtocolAssigned(definition=shipped().protocol("IPT-16").reference)
UNKNOWN = ProtocolAssigned(definition="GONE@1#" + "0" * 64)


def held(name: str, week: int, **changes: object) -> SessionHeld:
    return session(name, START + timedelta(weeks=week)).model_copy(update=changes)


def grouped(name: str, week: int) -> SessionHeld:
    return held(name, week, modality=Modality.GROUP, group_session_id=f"group-{week}")


def appointment(kind: AppointmentKind, name: str = "ap-1") -> AppointmentScheduled:
    return AppointmentScheduled(
        appointment_id=name,
        starts_at=START,
        duration_minutes=50,
        timezone="Europe/London",
        modality=Modality.IN_PERSON,
        kind=kind,
    )


def folded(payloads: tuple[Payload, ...]) -> Case:
    history = History()
    for payload in (opened(), *payloads):
        history.add(CASE, payload)
    return fold(CASE, history.events)


NOT_COUNTED = [
    pytest.param(
        (held("s-1", 0), held("s-2", 1, attendees=ALONE), held("s-3", 2)), id="8.3 nobody but a guest"
    ),
    pytest.param(
        (appointment("assessment"), held("s-2", 0, appointment_id="ap-1"), held("s-1", 1), held("s-3", 2)),
        id="4.1 an assessment only",
    ),
    pytest.param(
        (held("s-1", 0), held("s-2", 1, appointment_id="ap-1"), held("s-3", 2), appointment("followUp")),
        id="1.4 a follow-up that is told of afterwards",
    ),
    pytest.param(
        (
            held("s-1", 0),
            held("s-2", 1),
            held("s-3", 2),
            amended(nth(3), Replacement(session_held=held("s-2", 1, attendees=ALONE))),
        ),
        id="the patient was not there after all",
    ),
]


@pytest.mark.parametrize("payloads", NOT_COUNTED)
def test_what_is_no_treatment_is_shown_without_a_number_and_not_counted(
    database: Database, payloads: tuple[Payload, ...]
) -> None:
    shown = {one.session_id: one.number for one in summary(database, *payloads).sessions}
    assert shown == {"s-1": 1, "s-2": None, "s-3": 2}
    assert set(folded(payloads).attended) == {"s-1", "s-3"}
    assert session_numbers(folded(payloads)) == {"s-1": 1, "s-3": 2}


@pytest.mark.parametrize("payloads", NOT_COUNTED)
def test_the_caseload_counts_the_same_sessions(database: Database, payloads: tuple[Payload, ...]) -> None:
    assert row(database, *payloads).session_count == len(folded(payloads).attended) == 2


@pytest.mark.parametrize("kind", ["treatment", "assessmentAndTreatment", "reviewAndTreatment"])
def test_an_appointment_for_treatment_too_is_treatment(database: Database, kind: AppointmentKind) -> None:
    payloads = (appointment(kind), held("s-1", 0, appointment_id="ap-1"))
    assert [one.number for one in summary(database, *payloads).sessions] == [1]
    assert set(folded(payloads).attended) == {"s-1"}


def test_a_guest_beside_the_patient_and_an_amended_entry_are_counted(database: Database) -> None:
    payloads = (
        held("s-1", 0, attendees=WITH_GUEST),
        held("s-2", 1, attendees=ALONE),
        amended(nth(3), Replacement(session_held=held("s-2", 1, attendees=WITH_GUEST))),
    )
    assert [one.number for one in summary(database, *payloads).sessions] == [1, 2]


@pytest.mark.parametrize(
    ("assigned", "sessions", "numbers"),
    [
        pytest.param(
            GROUP, (held("s-1", 0), grouped("s-2", 1), grouped("s-3", 2)), [0, 1, 2], id="before it"
        ),
        pytest.param(GROUP, (grouped("s-1", 0), held("s-2", 1)), [1, 2], id="after it began"),
        pytest.param(
            SINGLE, (held("s-1", 0), grouped("s-2", 1)), [1, 2], id="a protocol without preparation"
        ),
        pytest.param(UNKNOWN, (held("s-1", 0), grouped("s-2", 1)), [1, 2], id="a text that is not installed"),
    ],
)
def test_the_individual_session_before_a_group_is_number_0(
    database: Database, assigned: ProtocolAssigned, sessions: tuple[SessionHeld, ...], numbers: list[int]
) -> None:
    found = summary(database, assigned, *sessions)
    assert [one.number for one in found.sessions] == numbers
    assert (assigned.definition in PROTOCOLS) == (assigned is not UNKNOWN)
