"""What a clinician recorded can be taken back as entered in error; the rest goes on, and says how."""

from typing import get_args

import pytest
from tests.builders import sealed
from tests.unit.treatment.corrections.test_corrections import OF_TAKING_BACK, TARGET, clinical
from tests.unit.treatment.course import Course
from tests.unit.treatment.given_when_then import AT, CASE, because, person
from tests.unit.treatment.refusal import in_error
from tests.unit.treatment.rich_case import RICH, RICH_CASE, number
from tests.unit.treatment.samples import SAMPLES

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events import CaseEvent
from casetrail_contracts.events.care import ReviewNeeded, RiskFlagRaised, RiskLevel
from casetrail_contracts.events.ending import MaintenanceDecided
from casetrail_contracts.events.homework import HomeworkWithdrawn
from casetrail_contracts.events.inventory import (
    InventoryPersonAdded,
    InventoryPersonRevised,
    InventoryRecorded,
    LivingStatus,
    PersonChange,
)
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.problem_area import Grief, ProblemAreaRevised, ProblemAreaSelected
from casetrail_contracts.events.protocol import PhaseEntered
from treatment.domain.commands import Record
from treatment.domain.decisions.taking_back import FOLLOWS, INSTEAD
from treatment.domain.refusals import NotTakenBack

TAKEN_BACK = {
    *("ConsentRecorded", "ConsentWithdrawn", "SuitabilityAdvised"),
    *("DiagnosisRecorded", "SickRoleGiven", "TimelineRecorded", "InventoryRecorded", "InventoryPersonAdded"),
    *("InventoryPersonRevised", "InventoryPersonMoved", "InventoryCompleted", "FormulationAgreed"),
    *("ProblemAreaSelected", "ProblemAreaRevised", "DisputeStageChanged", "ContractAgreed"),
    *("AppointmentScheduled", "AppointmentRescheduled", "AppointmentCancelled", "SessionHeld"),
    *("SessionMissed", "PhaseEntered", "FollowUpRecorded"),
    *("GoalsRevised", "GoalRated", "HomeworkAssigned", "HomeworkReviewed", "HomeworkWithdrawn"),
    *("TacticAdapted", "MedicationRecorded", "MedicationChanged", "MedicationStopped"),
    *("EndingReviewed", "RelapsePlanRecorded", "LetterRecorded", "MaintenanceDecided"),
    *("AssessmentScheduled", "AssessmentScored", "MoodRated"),
    *("RiskChecked", "SafetyPlanRecorded", "CrisisReferralMade"),
}
GOES_ON = {
    *("CaseOpened", "CaseActivated", "CasePaused", "CaseResumed", "CaseTransferred", "CaseClosed"),
    *("CaseReopened", "ProtocolAssigned", "ProtocolSwitched", "EntryCorrected", "AssessmentCorrected"),
    *("PersonalDataErasureRequested", "PersonalDataErased", "PersonalDataErasureRefused"),
    *("RiskFlagRaised", "RiskFlagAcknowledged", "RiskFlagEscalated", "RiskFlagResolved"),
    *("RiskItemUnanswered", "ReviewNeeded", "ProtocolDeviationDetected", "DerivedFactWithdrawn"),
    *("ReliableImprovementReached", "ReliableDeteriorationReached", "RemissionReached"),
    *("DeteriorationDetected", "NotOnTrackSignalled", "RecurrenceSuspected", "SuddenGainDetected"),
    *("SuddenGainReversed", "OutcomeSummarised"),
}
SAMPLE = {type(sample.event).__name__: sample.event for sample in SAMPLES.values()}


def test_every_event_of_a_case_is_in_one_of_the_two_lists() -> None:
    assert {kind.__name__ for kind in get_args(CaseEvent)} == TAKEN_BACK | GOES_ON
    assert TAKEN_BACK.isdisjoint(GOES_ON)


@pytest.mark.parametrize("kind", sorted(TAKEN_BACK))
def test_a_clinical_entry_is_taken_back_and_counts_as_if_it_had_never_been_made(kind: str) -> None:
    case = RICH_CASE.also(SAMPLE[kind])
    case.when(Record(entry=OF_TAKING_BACK, at=AT)).then(OF_TAKING_BACK)
    assert clinical(SAMPLE[kind], OF_TAKING_BACK) == clinical(None, None)


@pytest.mark.parametrize("kind", sorted(GOES_ON & SAMPLE.keys() - {"CaseOpened"}))
def test_what_is_of_the_life_of_the_case_or_of_a_rule_goes_on_and_says_how(kind: str) -> None:
    refusal = NotTakenBack(kind, INSTEAD[type(SAMPLE[kind])])
    RICH_CASE.also(SAMPLE[kind]).when(Record(entry=in_error(TARGET), at=AT)).then_refused(refusal)


@pytest.mark.parametrize(
    "derived",
    [
        PhaseEntered(phase="middle", attended_sessions=5),
        HomeworkWithdrawn(homework_id="h-1", reason="caseClosed"),
        DerivedFactWithdrawn(fact=event_id(CASE, 2), because_of=event_id(CASE, 3)),
    ],
    ids=lambda payload: type(payload).__name__,
)
def test_what_follows_by_rule_is_judged_again_and_not_taken_back(derived: Payload) -> None:
    refusal = NotTakenBack(type(derived).__name__, FOLLOWS)
    RICH_CASE.also(derived).when(Record(entry=in_error(TARGET), at=AT)).then_refused(refusal)


DIED = InventoryPersonRevised(
    reason="changedSituation", change=PersonChange(person_id="p-1", living_status=LivingStatus.DECEASED)
)


@pytest.mark.parametrize(
    ("target", "more", "named"),
    [
        pytest.param(number(InventoryRecorded), (), "p-1", id="dispute with nobody"),
        pytest.param(
            event_id(CASE, len(RICH) + 1),
            (
                InventoryPersonAdded(person=person("p-5", LivingStatus.DECEASED)),
                ProblemAreaSelected(rank="secondary", focus=Grief(deceased_person_id="p-5")),
            ),
            "p-5",
            id="grief for nobody",
        ),
        pytest.param(
            event_id(CASE, len(RICH) + 1),
            (
                DIED,
                ProblemAreaRevised(
                    because=because(event_id(CASE, 1)), rank="primary", focus=Grief(deceased_person_id="p-1")
                ),
            ),
            "p-1",
            id="grief for the living",
        ),
    ],
)
def test_whom_a_problem_area_names_stays_until_the_area_is_taken_back(
    target: str, more: tuple[Payload, ...], named: str
) -> None:
    case = RICH_CASE.also(*more)
    kind = type(case.case.history[int(target[-10:]) - 1].payload).__name__
    instead = f"revise or take back the problem area that names {named} first; then this"
    case.when(Record(entry=in_error(target), at=AT)).then_refused(NotTakenBack(kind, instead))


def test_with_its_problem_area_the_inventory_of_another_patient_is_taken_back() -> None:
    area, inventory = in_error(number(ProblemAreaSelected)), in_error(number(InventoryRecorded))
    case = RICH_CASE.also(area)
    case.when(Record(entry=inventory, at=AT)).then(inventory)
    left = case.also(inventory).case
    assert (left.people, left.focus, left.inventory_complete) == ({}, {}, False)


def test_after_a_phase_that_was_set_in_error_the_one_that_holds_is_told() -> None:
    course = Course()
    course.session("s-1", 0)
    course.record(PhaseEntered(phase="middle", attended_sessions=0, reason=sealed("reason")), 1)
    told = course.take_back(course.event(PhaseEntered), 2)
    assert [one.phase for one in told if isinstance(one, PhaseEntered)] == ["initial"]
    assert (course.case.phase, course.case.phase_by_hand) == ("initial", False)


def test_a_safety_concern_that_was_never_there_leaves_its_flag_and_a_note() -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1", safety_concern=True),)))
    told = course.take_back(course.event(InventoryRecorded), 1)
    assert [one.rule for one in told if isinstance(one, ReviewNeeded)] == ["riskNoteAfterCorrection"]
    assert [flag.level for flag in course.case.open_flags.values()] == [RiskLevel.REVIEW]


def test_a_safety_concern_that_shows_again_is_a_flag() -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1", safety_concern=True),)))
    gone = PersonChange(person_id="p-1", safety_concern=False)
    course.record(InventoryPersonRevised(reason="mistake", change=gone), 1)
    told = course.take_back(course.event(InventoryPersonRevised), 2)
    assert [(one.level, one.rule) for one in told if isinstance(one, RiskFlagRaised)] == [
        (RiskLevel.REVIEW, "safetyConcern")
    ]


def test_the_review_of_goals_that_were_never_set_is_asked_for_no_more() -> None:
    course = Course()
    course.record(
        GoalsRevised(
            because=because(event_id(CASE, 1)), added=(GoalAdded(goal_id="g-1", text=sealed("goal")),)
        )
    )
    goals = course.event(GoalsRevised)
    course.tick(60)
    review = next(
        event
        for event, told in course.told
        if isinstance(told, ReviewNeeded) and told.rule == "reviewNotDone"
    )
    told = course.take_back(goals, 61)
    assert [one.fact for one in told if isinstance(one, DerivedFactWithdrawn)] == [review]


def test_a_wrong_entry_can_be_made_anew_after_it_was_taken_back() -> None:
    course = Course()
    decided = MaintenanceDecided(decision="accepted", cadence_days=30)
    course.record(decided)
    course.take_back(course.event(MaintenanceDecided), 1)
    course.record(decided, 2)
    assert [entry.holds for entry in course.case.history if entry.payload == decided] == [None, decided]
