"""After an erasure no text about that person is recorded, and nothing else is refused (compliance 5.1, 5)."""

import pytest
from tests.builders import sealed
from tests.unit.treatment.given_when_then import AT, CASE, Given, because, circumstances, form, held, person
from tests.unit.treatment.refusal import amended, homework
from tests.unit.treatment.rich_case import FLAG, RICH, RICH_CASE, number

from casetrail_contracts import event_id
from casetrail_contracts.events.care import (
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagRaised,
    RiskFlagResolved,
    RiskLevel,
    RiskOutcome,
    SafetyPlanRecorded,
)
from casetrail_contracts.events.erasure import PersonalDataErased, PersonalDataErasureRequested
from casetrail_contracts.events.formulation import TimelineEntry, TimelineRecorded
from casetrail_contracts.events.homework import HomeworkAssigned
from casetrail_contracts.events.inventory import (
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
    PersonChange,
    PersonTexts,
)
from casetrail_contracts.events.plan import GoalAdded, GoalClosed, GoalRated, GoalsRevised, GoalStatus
from casetrail_contracts.identity import Role
from treatment.domain.commands import ApproveErasure, Entry, Record
from treatment.domain.refusals import PersonUnknown, SubjectErased

REQUEST = number(PersonalDataErasureRequested)
TEXT = sealed("text")
EVIDENCE = because(event_id(CASE, 1))
WITHOUT_PATIENT = RICH_CASE.also(PersonalDataErased(request=REQUEST, subject="patient"))
WITHOUT_P1 = RICH_CASE.also(PersonalDataErased(request=REQUEST, subject="person", person_id="p-1"))


def set_goal(name: str) -> GoalsRevised:
    return GoalsRevised(because=EVIDENCE, added=(GoalAdded(goal_id=name, text=TEXT),))


def on_timeline(person_id: str | None, *, labelled: bool) -> TimelineRecorded:
    entry = TimelineEntry(on="2026", kind="loss", person_id=person_id, label=TEXT if labelled else None)
    return TimelineRecorded(entries=(entry,))


def said_of(person_id: str) -> InventoryPersonRevised:
    texts = PersonTexts(person_id=person_id, can_talk_about=TEXT)
    return InventoryPersonRevised(reason="newInformation", texts=texts)


@pytest.mark.parametrize(
    "entry",
    [
        set_goal("g-2"),
        SafetyPlanRecorded(elements=("contacts",), tells=TEXT),
        homework("h-2"),
        InventoryPersonAdded(person=person("p-9")),
        said_of("p-1"),
        on_timeline("p-1", labelled=True),
        amended(number(HomeworkAssigned), homework_assigned=homework("h-1", linked_goal_id="g-1")),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_of_an_erased_patients_case_no_text_about_anybody_is_recorded(entry: Entry) -> None:
    WITHOUT_PATIENT.when(Record(entry=entry, at=AT)).then_refused(SubjectErased(None))


@pytest.mark.parametrize(
    "entry",
    [
        held("s-2"),
        RiskChecked(asked=True, level="low", flag_ids=(FLAG,)),
        RiskFlagAcknowledged(flag_id=FLAG, acknowledged_by="t-1"),
        RiskFlagResolved(flag_id=FLAG, outcome=RiskOutcome.ASSESSED_NO_FURTHER),
        SafetyPlanRecorded(elements=("contacts",)),
        GoalRated(goal_id="g-1", measurement="GBO", rating=5),
        GoalsRevised(because=EVIDENCE, closed=(GoalClosed(goal_id="g-1", status=GoalStatus.ACHIEVED),)),
        on_timeline("p-1", labelled=False),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_of_an_erased_patients_case_codes_are_recorded_as_ever(entry: Entry) -> None:
    WITHOUT_PATIENT.when(Record(entry=entry, at=AT)).then(entry)


def test_a_form_of_an_erased_patient_raises_its_flag() -> None:
    derived = WITHOUT_PATIENT.when(form((1,) * 8 + (3,), name="a-2")).derived
    assert [one.level for one in derived if isinstance(one, RiskFlagRaised)] == [RiskLevel.URGENT]


@pytest.mark.parametrize(
    "entry",
    [
        said_of("p-1"),
        InventoryPersonRevised(
            reason="mistake", change=PersonChange(person_id="p-1", alias=TEXT, temporal="past")
        ),
        InventoryPersonMoved(person_id="p-1", closeness_ring=4, reason=TEXT),
        InventoryRecorded(people=(person("p-1"), person("p-3"))),
        on_timeline("p-1", labelled=True),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_no_text_about_an_erased_person_is_recorded(entry: Entry) -> None:
    WITHOUT_P1.when(Record(entry=entry, at=AT)).then_refused(SubjectErased("p-1"))


@pytest.mark.parametrize(
    "entry",
    [
        InventoryPersonMoved(person_id="p-1", closeness_ring=4),
        InventoryPersonRevised(
            reason="changedSituation", change=PersonChange(person_id="p-1", temporal="past")
        ),
        said_of("p-2"),
        InventoryPersonAdded(person=person("p-3")),
        on_timeline(None, labelled=True),
        set_goal("g-2"),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_codes_of_an_erased_person_and_texts_about_others_are_recorded(entry: Entry) -> None:
    WITHOUT_P1.when(Record(entry=entry, at=AT)).then(entry)


def asked_for(person_id: str | None) -> PersonalDataErasureRequested:
    return PersonalDataErasureRequested(
        subject="patient" if person_id is None else "person",
        person_id=person_id,
        legal_basis="gdprArticle17",
    )


def test_a_person_who_was_left_out_of_the_inventory_can_be_erased() -> None:
    case = RICH_CASE.also(
        InventoryPersonAdded(person=person("p-4")), InventoryRecorded(people=(person("p-1"),))
    )
    assert "p-4" not in case.case.people
    case.when(Record(entry=asked_for("p-4"), at=AT)).then(asked_for("p-4"))
    approval = ApproveErasure(request=event_id(CASE, len(RICH) + 3), at=AT)
    asked = case.also(asked_for("p-4")).when(approval, circumstances("admin-1", Role.ADMIN))
    erased = PersonalDataErased(request=approval.request, subject="person", person_id="p-4")
    assert [fact.payload for fact in asked.facts] == [erased]


def test_a_person_whom_the_case_never_had_cannot() -> None:
    RICH_CASE.when(Record(entry=asked_for("p-9"), at=AT)).then_refused(PersonUnknown("p-9", "personId"))


@pytest.mark.parametrize(
    ("case", "person_id"),
    [
        pytest.param(WITHOUT_PATIENT, None, id="the patient again"),
        pytest.param(WITHOUT_PATIENT, "p-1", id="with the patient everybody"),
        pytest.param(WITHOUT_P1, "p-1", id="the person again"),
        pytest.param(WITHOUT_P1, None, id="the patient after a person"),
    ],
)
def test_who_was_erased_is_asked_for_again_where_a_backup_brought_keys_back(
    case: Given, person_id: str | None
) -> None:
    case.when(Record(entry=asked_for(person_id), at=AT)).then(asked_for(person_id))
