"""The parts of a summary: consent, focus, inventory, goals with their ratings, medication."""

from datetime import date, timedelta

import pytest
from tests.builders import (
    START,
    because,
    goals_set,
    sealed,
)
from tests.integration.projections.one_case import nth, summary

from casetrail_contracts import Payload
from casetrail_contracts.events.adaptation import ReasonCode
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.inventory import (
    InventoryCompleted,
    InventoryPerson,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    LinkToOnset,
    LivingStatus,
    PersonChange,
    Relationship,
)
from casetrail_contracts.events.medication import MedicationRecorded, MedicationStopped
from casetrail_contracts.events.plan import GoalChanged, GoalClosed, GoalRated, GoalsRevised, GoalStatus
from casetrail_contracts.events.problem_area import (
    Area,
    DisputeStageChanged,
    Grief,
    ProblemAreaRevised,
    ProblemAreaSelected,
    RoleDispute,
)
from treatment.projections.case_summary.focus import SelectedArea
from treatment.projections.case_summary.goals import GoalEntry, GoalRating
from treatment.projections.case_summary.inventory import InventoryCounts
from treatment.store.database import Database


def test_a_consent_that_was_taken_back_is_not_in_force(database: Database) -> None:
    partner = ConsentRecorded(scope="significantOther", person_id="p-1", other_informed=True)
    found = summary(
        database,
        ConsentRecorded(scope="treatment"),
        partner,
        partner.model_copy(update={"person_id": "p-2"}),
        ConsentWithdrawn(scope="significantOther", person_id="p-1"),
    )
    assert [(one.scope, one.person_id) for one in found.consents] == [
        ("significantOther", "p-2"),
        ("treatment", None),
    ]


def test_the_focus_is_the_one_revised_last_at_its_newest_stage(database: Database) -> None:
    found = summary(
        database,
        ProblemAreaSelected(rank="primary", focus=Grief(deceased_person_id="p-2", grief_pattern="delayed")),
        ProblemAreaRevised(
            because=because(),
            rank="primary",
            focus=RoleDispute(other_party_id="p-1", stage="impasse"),
            session_id="s-7",
            previous=Area.GRIEF,
        ),
        DisputeStageChanged(rank="primary", stage="dissolution", reason=sealed("reason")),
    )
    assert found.problem_areas == (
        SelectedArea(
            rank="primary",
            area=Area.ROLE_DISPUTE,
            detail="dissolution",
            agreed_on=None,
            selected_at=START + timedelta(days=2),
            event_id=nth(3),
            session_id="s-7",
            previous=Area.GRIEF,
        ),
    )


def test_the_inventory_counts_people_as_they_were_revised_last(database: Database) -> None:
    person = InventoryPerson(
        person_id="p-1",
        alias=sealed("alias"),
        relationship=Relationship.PARENT,
        temporal="present",
        living_status=LivingStatus.LIVING,
        closeness_ring=1,
        link_to_onset=LinkToOnset.PRECIPITANT,
    )
    change = PersonChange(person_id="p-1", temporal="past", living_status=LivingStatus.DECEASED)
    found = summary(
        database,
        InventoryPersonAdded(person=person),
        InventoryPersonAdded(person=person.model_copy(update={"person_id": "p-2"})),
        InventoryPersonRevised(reason="changedSituation", change=change),
        InventoryPersonMoved(person_id="p-2", closeness_ring=3),
        InventoryCompleted(),
    )
    assert found.inventory == InventoryCounts(
        people=2,
        past=1,
        deceased=1,
        innermost=1,
        in_conflict=0,
        precipitants=2,
        no_significant_others=False,
        complete=True,
    )


def test_goals_keep_what_a_revision_does_not_name(database: Database) -> None:
    changed = GoalChanged(goal_id="g-1", text=sealed("new text"), priority=1, target_date=date(2026, 5, 1))
    found = summary(
        database,
        goals_set(["g-1", "g-2"], because()).model_copy(update={"session_id": "s-2"}),
        GoalsRevised(
            because=because(nth(1), reason=ReasonCode.PATIENT_CHOICE),
            changed=(changed,),
            closed=(GoalClosed(goal_id="g-2", status=GoalStatus.ACHIEVED),),
        ),
        GoalsRevised(because=because(), changed=(GoalChanged(goal_id="g-1", text=sealed("text again")),)),
    )
    first = GoalEntry(
        goal_id="g-1",
        target_date=date(2026, 5, 1),
        priority=1,
        status=GoalStatus.ACTIVE,
        measurement="GBO",
        created_at_session_id="s-2",
        newest_rating=None,
    )
    second = GoalEntry(
        goal_id="g-2",
        priority=2,
        status=GoalStatus.ACHIEVED,
        measurement="GBO",
        created_at_session_id="s-2",
        newest_rating=None,
    )
    assert found.goals == (first, second)


def test_a_goal_shows_its_newest_rating(database: Database) -> None:
    found = summary(
        database,
        goals_set(["g-1"], because()),
        *(GoalRated(goal_id="g-1", measurement="GBO", rating=rating) for rating in (3, 6)),
        GoalRated(goal_id="g-9", measurement="GAS", rating=-2),
    )
    assert [goal.newest_rating for goal in found.goals] == [
        GoalRating(
            measurement="GBO",
            rating=6,
            session_id=None,
            rated_at=START + timedelta(days=3),
            event_id=nth(4),
        )
    ]


@pytest.mark.parametrize(
    ("payloads", "running"),
    [
        pytest.param((), True, id="running"),
        pytest.param(
            (MedicationStopped(because=because(), entry_id="m-1", stopped_on=date(2026, 4, 2)),),
            False,
            id="stopped",
        ),
        pytest.param((MedicationRecorded(entry_id="m-1", kind="none", source="record"),), False, id="none"),
    ],
)
def test_a_medicine_runs_until_it_is_stopped(
    database: Database, payloads: tuple[Payload, ...], *, running: bool
) -> None:
    recorded = MedicationRecorded(entry_id="m-1", kind="hypnotic", name=sealed("name"), source="record")
    assert [one.running for one in summary(database, recorded, *payloads).medication] == [running]
