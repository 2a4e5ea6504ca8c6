"""What the commands about formulation and sessions are refused with, beyond the state."""

import pytest
from tests.builders import sealed
from tests.unit.treatment.given_when_then import AT, because, held, person
from tests.unit.treatment.refusal import (
    BECAUSE,
    MOVED,
    NOBODY,
    PAST,
    SOON,
    WITH_OTHER,
    Row,
    check,
    contact,
    other,
    planned,
)

from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
)
from casetrail_contracts.events.inventory import (
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    LivingStatus,
    PersonChange,
    PersonTexts,
)
from casetrail_contracts.events.problem_area import (
    DisputeStageChanged,
    Grief,
    ProblemAreaRevised,
    RoleDispute,
)
from casetrail_contracts.events.protocol import PhaseEntered
from treatment.domain.refusals import (
    AlreadyRecorded,
    EvidenceUnknown,
    InTheFuture,
    NoProblemArea,
    NotFound,
    PersonRepeated,
    PersonUnknown,
    PhaseUnknown,
    ReasonMissing,
    TimeZoneUnknown,
)

FORMULATION = (
    Row("record-timeline person", MOVED, PersonUnknown("p-9", "entries.0.personId")),
    Row(
        "add-person twice",
        InventoryPersonAdded(person=person("p-1", LivingStatus.UNKNOWN)),
        PersonRepeated("p-1"),
    ),
    Row(
        "add-person texts of another",
        InventoryPersonAdded(person=person("p-3"), texts=PersonTexts(person_id="p-1")),
        PersonUnknown("p-1", "texts.personId"),
    ),
    Row(
        "revise-person unknown",
        InventoryPersonRevised(reason="mistake", change=PersonChange(person_id="p-9", temporal="past")),
        PersonUnknown("p-9", "personId"),
    ),
    Row(
        "move-person unknown",
        InventoryPersonMoved(person_id="p-9", closeness_ring=1),
        PersonUnknown("p-9", "personId"),
    ),
    Row(
        "revise-problem-area rank",
        ProblemAreaRevised(because=BECAUSE, rank="secondary", focus=Grief(deceased_person_id="p-2")),
        NoProblemArea("secondary", "a problem area"),
    ),
    Row(
        "revise-problem-area evidence",
        ProblemAreaRevised(because=because(NOBODY), rank="primary", focus=Grief(deceased_person_id="p-2")),
        EvidenceUnknown(NOBODY),
    ),
    Row(
        "revise-problem-area person",
        ProblemAreaRevised(
            because=BECAUSE, rank="primary", focus=RoleDispute(other_party_id="p-9", stage="impasse")
        ),
        PersonUnknown("p-9", "otherPartyId"),
    ),
    Row(
        "change-dispute-stage none",
        DisputeStageChanged(rank="secondary", stage="impasse", reason=sealed("r")),
        NoProblemArea("secondary", "a role dispute"),
    ),
)

SESSION = (
    Row("schedule-appointment taken", planned("ap-1", 9), AlreadyRecorded("appointment", "ap-1")),
    Row(
        "reschedule-appointment unknown",
        AppointmentRescheduled(appointment_id="ap-9", starts_at=AT.at, timezone="UTC", by="patient"),
        NotFound("appointment that is to come", "ap-9", "appointmentId"),
    ),
    Row(
        "cancel-appointment unknown",
        AppointmentCancelled(appointment_id="ap-9", by="patient"),
        NotFound("appointment that is to come", "ap-9", "appointmentId"),
    ),
    Row(
        "schedule-appointment zone",
        planned("ap-2", 9).model_copy(update={"timezone": "Europe/Olympus"}),
        TimeZoneUnknown("Europe/Olympus"),
    ),
    Row(
        "reschedule-appointment zone",
        AppointmentRescheduled(
            appointment_id="ap-1", starts_at=AT.at, timezone="Europe/Nowhere", by="patient"
        ),
        TimeZoneUnknown("Europe/Nowhere"),
    ),
    Row("hold-session zone", held("s-2", timezone="Europe/Olympus"), TimeZoneUnknown("Europe/Olympus")),
    Row("miss-session zone", other(timezone="Europe/Olympus"), TimeZoneUnknown("Europe/Olympus")),
    Row(
        "hold-session missed",
        held("s-2", appointment_id="ap-1"),
        AlreadyRecorded("appointment", "ap-1"),
        (other(),),
    ),
    Row(
        "hold-session twice",
        held("s-3", appointment_id="ap-1"),
        AlreadyRecorded("appointment", "ap-1"),
        (held("s-2", appointment_id="ap-1"),),
    ),
    Row(
        "miss-session held",
        other(),
        AlreadyRecorded("appointment", "ap-1"),
        (held("s-2", appointment_id="ap-1"),),
    ),
    Row(
        "schedule-appointment held",
        planned("ap-1", 9),
        AlreadyRecorded("appointment", "ap-1"),
        (held("s-2", appointment_id="ap-1"),),
    ),
    Row(
        "hold-session reviewed what was no adaptation",
        held("s-2", reviewed=(PAST,)),
        NotFound("adaptation", PAST, "reviewed"),
    ),
    Row("hold-session other content", held("s-1", duration_minutes=20), AlreadyRecorded("session", "s-1")),
    Row("hold-session to come", held("s-2", started_at=SOON.at), InTheFuture("startedAt")),
    Row("hold-session attendee", WITH_OTHER, PersonUnknown("p-9", "attendees.personId")),
    Row(
        "miss-session other content",
        other(attendance="2"),
        AlreadyRecorded("missed session", "ap-1"),
        (other(),),
    ),
    Row(
        "enter-phase no reason",
        PhaseEntered(phase="middle", attended_sessions=0),
        ReasonMissing("a phase that is set by hand"),
    ),
    Row(
        "enter-phase unknown",
        PhaseEntered(phase="ending", attended_sessions=0, reason=sealed("r")),
        PhaseUnknown("ending", ("initial", "middle", "termination")),
    ),
    Row("record-follow-up to come", contact(at=SOON), InTheFuture("at")),
    Row(
        "record-follow-up other content",
        contact(outcome="declined"),
        AlreadyRecorded("follow-up", "f-1"),
        (contact(),),
    ),
)


@pytest.mark.parametrize("row", [*FORMULATION, *SESSION], ids=lambda row: row.name)
def test_an_entry_is_refused_with_the_facts(row: Row) -> None:
    check(row)
