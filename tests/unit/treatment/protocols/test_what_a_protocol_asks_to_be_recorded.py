"""What a protocol asks to be recorded by a session, or before a phase is left, and a course lacks (2.3)."""

from datetime import date, timedelta

import pytest
from tests.builders import because, sealed
from tests.unit.treatment.course import Course, day
from tests.unit.treatment.given_when_then import INSTALLED, held
from tests.unit.treatment.samples import MAJOR

from casetrail_contracts import Payload
from casetrail_contracts.events.care import ReviewNeeded, SafetyPlanRecorded
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.ending import LetterRecorded, MaintenanceDecided
from casetrail_contracts.events.formulation import (
    ContractAgreed,
    DiagnosisRecorded,
    FormulationAgreed,
    SickRoleGiven,
    TimelineEntry,
    TimelineRecorded,
)
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.problem_area import Area, InterpersonalDeficits, ProblemAreaSelected
from casetrail_contracts.events.session import Modality, SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Entry, SwitchProtocol

GOALS = GoalsRevised(because=because(), added=(GoalAdded(goal_id="g-1", text=sealed("goal")),))
CONTRACT = ContractAgreed(sessions=16, cadence_days=7, absence_rule="rescheduled")
AREA = ProblemAreaSelected(rank="primary", focus=InterpersonalDeficits(form="isolation"))
FORMULATION = FormulationAgreed(
    kind="problemArea", area=Area.GRIEF, statement=sealed("statement"), agreed_on=date(2026, 3, 2)
)
RECORDED: dict[str, Entry] = {
    "diagnosis": DiagnosisRecorded(diagnosis=MAJOR),
    "sickRole": SickRoleGiven(),
    "timeline": TimelineRecorded(entries=(TimelineEntry(on="2025", kind="loss"),)),
    "contract": CONTRACT,
    "goals": GOALS,
}
COMPLETED = CaseClosed(reason=ClosureReason.COMPLETED, final_measures_absent="declined")
Told = tuple[str | None, str | None, tuple[str, ...] | None]


def reviews(payloads: list[Payload]) -> list[Told]:
    return [(one.key, one.about, one.lacking) for one in payloads if isinstance(one, ReviewNeeded)]


def taken_back(payloads: list[Payload]) -> list[str]:
    return [one.fact for one in payloads if isinstance(one, DerivedFactWithdrawn)]


def going(code: str, *recorded: Entry) -> Course:
    course = Course(code)
    for entry in recorded:
        course.record(entry)
    return course


def hold(course: Course, first: int, last: int, **changes: object) -> list[Told]:
    """Weekly sessions, and the reviews that they asked for."""
    told: list[Told] = []
    for number in range(first, last + 1):
        told += reviews(course.session(f"s-{number}", 7 * (number - 1), **changes))
    return told


def session(course: Course, number: int) -> str:
    """The event of this session."""
    return course.event(SessionHeld, number - 1)


def test_what_is_due_by_the_end_of_a_phase_is_asked_for_when_the_next_session_was_held() -> None:
    course = going("IPT-16", FORMULATION, AREA)
    assert hold(course, 1, 4) == []
    told = course.session("s-5", 28)
    assert [one for one in told if isinstance(one, ReviewNeeded)] == [
        ReviewNeeded(
            key="notRecorded",
            rule="notOnTrack",
            about=session(course, 4),
            due_at=day(28, 1) + timedelta(days=7),
            therapist_id="t-1",
            supervisor_id="s-1",
            lacking=tuple(RECORDED),
            rules=INSTALLED.definitions.safety.reference,
        )
    ]
    assert hold(course, 6, 7) == []


@pytest.mark.parametrize("artifact", RECORDED, ids=lambda artifact: f"2.3 IPT-16 {artifact}")
def test_each_thing_that_was_not_recorded_is_named_and_recording_it_takes_the_review_back(
    artifact: str,
) -> None:
    others = [entry for name, entry in RECORDED.items() if name != artifact]
    course = going("IPT-16", FORMULATION, AREA, *others)
    assert hold(course, 1, 5) == [("notRecorded", session(course, 4), (artifact,))]
    review = course.event(ReviewNeeded)
    assert taken_back(course.record(RECORDED[artifact], 29)) == [review]


def test_a_course_that_has_everything_is_asked_for_nothing() -> None:
    assert hold(going("IPT-16", FORMULATION, AREA, *RECORDED.values()), 1, 16) == []


def test_an_exit_gate_that_is_open_when_its_phase_is_left_asks_for_a_review() -> None:
    course = going("IPT-16", *RECORDED.values())
    assert hold(course, 1, 6) == [("exitGate", session(course, 4), ("formulation", "problemArea"))]
    review = course.event(ReviewNeeded)
    assert review not in taken_back(course.record(FORMULATION, 36))
    assert review in taken_back(course.record(AREA, 36))


def test_a_gate_asks_once_also_where_it_is_asked_for_by_the_same_session() -> None:
    course = going("IPT-A-SCI")
    assert hold(course, 1, 2) == [("exitGate", session(course, 1), ("safetyPlan",))]
    other = going("IPT-A-SCI", SafetyPlanRecorded(elements=("contacts",)))
    assert hold(other, 1, 3) == [("notRecorded", session(other, 2), ("closenessCircle",))]
    third = going("IPT-A-SCI", SafetyPlanRecorded(elements=("contacts",)))
    assert hold(third, 1, 3, techniques=("closenessCircle",)) == []


@pytest.mark.parametrize(
    ("letter", "lacking"),
    [
        (None, True),
        (LetterRecorded(state="shared", kind="summaryLetter"), True),
        (LetterRecorded(state="draft"), False),
    ],
    ids=["2.3 DIT-16 goodbyeLetterDraft@13", "a summary is no goodbye", "a draft"],
)
def test_the_draft_of_the_goodbye_letter_is_due_at_session_13(
    letter: LetterRecorded | None, lacking: bool
) -> None:
    course = going("DIT-16", GOALS)
    assert hold(course, 1, 13) == []
    if letter is not None:
        course.record(letter, 85)
    expected = [("notRecorded", session(course, 13), ("goodbyeLetterDraft",))] if lacking else []
    assert hold(course, 14, 16) == expected


def test_2_4_a_summary_letter_prepares_no_ending_of_dit() -> None:
    course = going("DIT-16", GOALS, LetterRecorded(state="shared", kind="summaryLetter"))
    hold(course, 1, 16)
    course.record(COMPLETED, 106)
    assert "endingNotPrepared/DIT-16" in course.case.derived


def test_what_a_completed_course_decides_about_maintenance_may_follow_its_closing() -> None:
    course = going("IPT-16", FORMULATION, AREA, *RECORDED.values())
    hold(course, 1, 14)
    assert reviews(course.record(COMPLETED, 95)) == [
        ("notRecorded", session(course, 14), ("maintenanceDecision",))
    ]
    review = course.event(ReviewNeeded)
    assert taken_back(course.record(MaintenanceDecided(decision="declined"), 96)) == [review]


def test_of_who_left_nothing_is_asked_that_was_not_due() -> None:
    course = going("IPT-16")
    hold(course, 1, 3)
    assert reviews(course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 22)) == []


def test_a_new_protocol_asks_for_nothing_that_was_due_before_the_switch() -> None:
    course = going("IPT-M")
    hold(course, 1, 5)
    switch = SwitchProtocol(protocol=INSTALLED.protocol("IPT-16"), because=because(), at=Moment(day(29)))
    assert reviews(course.do(switch, day(29, 1))) == []
    assert hold(course, 6, 8) == []


@pytest.mark.parametrize("alone", [True, False], ids=["after an individual session", "without one"])
def test_what_prepares_a_group_is_due_when_the_group_begins(alone: bool) -> None:
    course = going("IPT-G8", GOALS, CONTRACT)
    if alone:
        assert reviews(course.session("s-0", 0)) == []
    told = reviews(course.record(held("s-1", started_at=day(7), modality=Modality.GROUP), 7))
    assert told == [("notRecorded", course.event(SessionHeld, 0), ("diagnosis",))]
