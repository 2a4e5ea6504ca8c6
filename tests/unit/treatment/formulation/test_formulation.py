"""The inventory, and the problem areas with their rules (domain reference 1.2, 1.3, 8.2)."""

import pytest
from tests.builders import sealed
from tests.unit.treatment.given_when_then import AT, INSTALLED, because, given, opened, person

from casetrail_contracts import Personal
from casetrail_contracts.events.inventory import (
    InventoryCompleted,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
    LivingStatus,
    PersonChange,
    Relationship,
)
from casetrail_contracts.events.problem_area import (
    DisputeStage,
    DisputeStageChanged,
    Focus,
    Grief,
    InterpersonalDeficits,
    ProblemAreaSelected,
    RoleDispute,
    RoleTransition,
)
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned
from treatment.domain.case import Person
from treatment.domain.commands import Record, SwitchProtocol
from treatment.domain.refusals import (
    CaseUnknown,
    DisputeNeedsTheLiving,
    GriefNeedsADeath,
    InventoryIncomplete,
    PersonRepeated,
    PersonStillNeeded,
    PersonUnknown,
    ProblemAreaTaken,
    ProtocolChoosesOtherwise,
    ProtocolMissing,
    SomebodyIsPresent,
)

INVENTORY = InventoryRecorded(
    people=(
        person("living"),
        person("dead", LivingStatus.DECEASED, past=True),
        person("lost", LivingStatus.UNKNOWN, past=True),
    )
)


def record(inventory: InventoryRecorded) -> Record:
    return Record(entry=inventory, at=AT)


def select(focus: Focus, rank: str = "primary") -> Record:
    return Record(entry=ProblemAreaSelected.model_validate({"rank": rank, "focus": focus}), at=AT)


def dispute(party: str) -> RoleDispute:
    return RoleDispute(other_party_id=party, stage="impasse")


def test_an_inventory_is_recorded_and_a_later_one_replaces_it() -> None:
    given(opened).when(record(INVENTORY)).then(INVENTORY)
    smaller = InventoryRecorded(people=(person("living"),))
    given(opened, INVENTORY).when(record(smaller)).then(smaller)
    assert set(given(opened, INVENTORY, smaller).case.people) == {"living"}


def test_an_inventory_names_somebody_present_or_says_that_there_is_nobody() -> None:
    given(opened).when(record(InventoryRecorded(people=()))).then_refused(InventoryIncomplete())
    only_past = InventoryRecorded(people=(person("dead", LivingStatus.DECEASED, past=True),))
    given(opened).when(record(only_past)).then_refused(InventoryIncomplete())
    nobody = InventoryRecorded(people=(), no_significant_others=True)
    given(opened).when(record(nobody)).then(nobody)


def test_each_person_is_named_once() -> None:
    twice = InventoryRecorded(people=(person("p"), person("p")))
    given(opened).when(record(twice)).then_refused(PersonRepeated("p"))


def test_a_person_whom_the_problem_area_names_stays() -> None:
    area = ProblemAreaSelected(rank="primary", focus=Grief(deceased_person_id="dead"))
    smaller = InventoryRecorded(people=(person("living"),))
    given(opened, INVENTORY, area).when(record(smaller)).then_refused(PersonStillNeeded("dead"))


def test_grief_needs_a_death() -> None:
    case = given(opened, INVENTORY)
    grief = Grief(deceased_person_id="dead")
    case.when(select(grief)).then(ProblemAreaSelected(rank="primary", focus=grief))
    case.when(select(Grief(deceased_person_id="living"))).then_refused(GriefNeedsADeath("living"))
    case.when(select(Grief(deceased_person_id="lost"))).then_refused(GriefNeedsADeath("lost"))
    case.when(select(Grief(deceased_person_id="nobody"))).then_refused(
        PersonUnknown("nobody", "deceasedPersonId")
    )


def test_a_dispute_needs_a_party_who_lives() -> None:
    case = given(opened, INVENTORY)
    for party in ("living", "lost"):
        case.when(select(dispute(party))).then(ProblemAreaSelected(rank="primary", focus=dispute(party)))
    case.when(select(dispute("dead"))).then_refused(DisputeNeedsTheLiving("dead"))
    case.when(select(dispute("nobody"))).then_refused(PersonUnknown("nobody", "otherPartyId"))


def test_a_transition_needs_nobody_and_deficits_name_people_of_the_inventory() -> None:
    transition = RoleTransition(transition_type="jobLoss", old_role=sealed("old"), new_role=sealed("new"))
    given(opened).when(select(transition)).then(ProblemAreaSelected(rank="primary", focus=transition))
    deficits = InterpersonalDeficits(form="isolation", past_relationships_reviewed=("nobody",))
    given(opened).when(select(deficits)).then_refused(PersonUnknown("nobody", "pastRelationshipsReviewed"))


def test_one_primary_area_and_at_most_one_secondary() -> None:
    chosen = ProblemAreaSelected(rank="primary", focus=dispute("living"))
    case = given(opened, INVENTORY, chosen)
    case.when(select(dispute("lost"))).then_refused(ProblemAreaTaken("primary"))
    second = Grief(deceased_person_id="dead")
    case.when(select(second, "secondary")).then(ProblemAreaSelected(rank="secondary", focus=second))
    given(opened, INVENTORY).when(select(second, "secondary")).then_refused(
        ProblemAreaTaken("secondary before primary")
    )


def test_the_same_area_again_says_nothing_new_whatever_its_texts() -> None:
    stored = RoleDispute(other_party_id="living", stage="impasse", issue=sealed("issue"))
    again = RoleDispute(other_party_id="living", stage="impasse", issue=Personal.plain("Money."))
    case = given(opened, INVENTORY, ProblemAreaSelected(rank="primary", focus=stored))
    case.when(select(again)).then()


def test_a_case_that_was_never_opened_is_unknown() -> None:
    given().when(record(INVENTORY)).then_refused(CaseUnknown())


STAGES = ("renegotiation", "impasse", "dissolution")


@pytest.mark.parametrize("now", STAGES)
@pytest.mark.parametrize("before", STAGES)
def test_a_dispute_moves_from_any_stage_to_any_other_with_a_reason(
    before: DisputeStage, now: DisputeStage
) -> None:
    chosen = ProblemAreaSelected(rank="primary", focus=RoleDispute(other_party_id="living", stage=before))
    moved = DisputeStageChanged(rank="primary", stage=now, reason=sealed("reason"))
    case = given(opened, INVENTORY, chosen)
    case.when(Record(entry=moved, at=AT)).then(*([] if before == now else [moved]))
    focus = case.also(moved).case.focus["primary"]
    assert isinstance(focus, RoleDispute)
    assert focus.stage == now


@pytest.mark.parametrize(
    ("code", "focus"), [("DIT-16", "formulation"), ("MIT-12W", "formulation"), ("IPSRT", "formulation")]
)
def test_a_protocol_with_another_focus_chooses_none_of_the_four_areas(code: str, focus: str) -> None:
    follows = ProtocolAssigned(definition=INSTALLED.protocol(code).reference)
    deficits = InterpersonalDeficits(form="isolation")
    given(opened, follows).when(select(deficits)).then_refused(ProtocolChoosesOtherwise(code, focus))


def test_without_a_protocol_nothing_is_switched_and_no_phase_entered() -> None:
    switch = SwitchProtocol(protocol=INSTALLED.protocol("IPT-12"), because=because(), at=AT)
    given(opened).when(switch).then_refused(ProtocolMissing())
    phase = PhaseEntered(phase="middle", attended_sessions=0, reason=sealed("reason"))
    given(opened).when(Record(entry=phase, at=AT)).then_refused(ProtocolMissing())


def test_an_inventory_that_grows_person_by_person_is_complete_with_somebody_present() -> None:
    complete = Record(entry=InventoryCompleted(), at=AT)
    past = InventoryPersonAdded(person=person("dead", LivingStatus.DECEASED, past=True))
    present = InventoryPersonAdded(person=person("living"))
    given(opened, past).when(complete).then_refused(InventoryIncomplete())
    given(opened, past, present).when(complete).then(complete.entry)
    nobody = Record(entry=InventoryCompleted(no_significant_others=True), at=AT)
    given(opened, past).when(nobody).then(nobody.entry)
    given(opened, present, InventoryCompleted()).when(complete).then()


def test_a_person_who_is_moved_and_revised_keeps_the_earlier_entries_in_the_history() -> None:
    moved = InventoryPersonMoved(person_id="living", closeness_ring=4)
    died = InventoryPersonRevised(
        reason="changedSituation",
        change=PersonChange(person_id="living", temporal="past", living_status=LivingStatus.DECEASED),
    )
    case = given(opened, INVENTORY, moved, died).case
    assert case.people["living"] == Person(
        relationship=Relationship.FRIEND,
        living_status=LivingStatus.DECEASED,
        temporal="past",
        closeness_ring=4,
    )
    assert [entry.payload for entry in case.history][1:] == [INVENTORY, moved, died]


def test_where_a_person_is_wanted_changes_alone_and_is_kept_by_a_move() -> None:
    wanted = InventoryPersonMoved(person_id="living", closeness_ring=1, closeness_desired=2)
    case = given(opened, INVENTORY)
    case.when(Record(entry=wanted, at=AT)).then(wanted)
    there = case.also(wanted)
    there.when(Record(entry=wanted, at=AT)).then()
    there.when(Record(entry=InventoryPersonMoved(person_id="living", closeness_ring=1), at=AT)).then()
    moved = InventoryPersonMoved(person_id="living", closeness_ring=3)
    revised = InventoryPersonRevised(
        reason="newInformation", change=PersonChange(person_id="living", closeness_desired=4)
    )
    rings = [
        (one.closeness_ring, one.closeness_desired)
        for one in (given_case.case.people["living"] for given_case in (there, there.also(moved, revised)))
    ]
    assert rings == [(1, 2), (3, 4)]


def test_who_says_that_there_is_nobody_names_nobody_present() -> None:
    contradiction = INVENTORY.model_copy(update={"no_significant_others": True})
    given(opened).when(record(contradiction)).then_refused(SomebodyIsPresent("living"))
    nobody = Record(entry=InventoryCompleted(no_significant_others=True), at=AT)
    given(opened, INVENTORY).when(nobody).then_refused(SomebodyIsPresent("living"))
