"""Phases and departures become facts in the append that shows them, once, and are taken back when untrue."""

import pytest
from tests.builders import because, sealed
from tests.unit.treatment.course import DEVIATIONS, Course, day
from tests.unit.treatment.given_when_then import INSTALLED, held, person

from casetrail_contracts import Payload
from casetrail_contracts.events.care import RiskChecked
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.inventory import InventoryRecorded, LivingStatus
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.problem_area import (
    Focus,
    Grief,
    InterpersonalDeficits,
    ProblemAreaRevised,
    ProblemAreaSelected,
    RoleTransition,
)
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolDeviationDetected
from casetrail_contracts.events.session import Attendee, Modality, SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import AssignProtocol, Record, SwitchProtocol

IPT16 = INSTALLED.protocol("IPT-16").reference
WITH_GUEST = (
    Attendee(role="patient"),
    Attendee(role="significantOther", person_id="p-1", minutes_present=15),
)
DEFICITS = InterpersonalDeficits(form="isolation")
TRANSITION = RoleTransition(
    transition_type="retirement", old_role=sealed("old role"), new_role=sealed("new role")
)


def revised(focus: Focus) -> ProblemAreaRevised:
    return ProblemAreaRevised(because=because(), rank="primary", focus=focus)


def phases(payloads: list[Payload]) -> list[tuple[str, int]]:
    return [(one.phase, one.attended_sessions) for one in payloads if isinstance(one, PhaseEntered)]


def keys(payloads: list[Payload]) -> list[str]:
    return [one.key for one in payloads if isinstance(one, ProtocolDeviationDetected)]


def weekly(course: Course, sessions: int) -> list[list[Payload]]:
    return [course.session(f"s-{number}", 7 * (number - 1)) for number in range(1, sessions + 1)]


def test_a_phase_is_entered_with_the_session_that_begins_it() -> None:
    told = [phases(one) for one in weekly(Course(), 14)]
    entered = {1: [("initial", 1)], 5: [("middle", 5)], 13: [("termination", 13)]}
    assert told == [entered.get(number, []) for number in range(1, 15)]


@pytest.mark.parametrize(
    ("check", "about"),
    [
        pytest.param(RiskChecked(asked=True, level="none"), [], id="that day, no session named"),
        pytest.param(RiskChecked(asked=True, level="none", session_id="s-1"), [], id="the session named"),
        pytest.param(
            RiskChecked(asked=True, level="none", session_id="s-0"), ["s-1"], id="another one named"
        ),
        pytest.param(RiskChecked(asked=False), ["s-1"], id="not asked"),
    ],
)
def test_a_risk_check_counts_for_its_session_or_for_those_of_its_day(
    check: RiskChecked, about: list[str]
) -> None:
    course = Course()
    course.session("s-1", 0)
    course.record(check, 0)
    course.session("s-2", 7)
    told = keys([payload for _, payload in course.told])
    assert [key.partition("/")[2] for key in told if key.startswith("riskUnchecked")] == about


def test_a_risk_check_of_another_day_counts_for_no_session() -> None:
    course = Course()
    course.session("s-1", 0)
    course.record(RiskChecked(asked=True, level="none"), 1)
    course.session("s-2", 7)
    assert "riskUnchecked/s-1" in keys([payload for _, payload in course.told])


def test_a_phase_names_its_protocol_and_its_cause() -> None:
    course = Course()
    assert course.session("s-1", 0) == [PhaseEntered(phase="initial", definition=IPT16, attended_sessions=1)]


def test_a_phase_that_was_set_by_hand_holds_until_the_plan_goes_beyond_it() -> None:
    course = Course()
    weekly(course, 2)
    by_hand = PhaseEntered(phase="middle", attended_sessions=0, reason=sealed("reason"))
    course.record(by_hand, 8)
    assert (course.case.phase, course.case.phase_by_hand) == ("middle", True)
    told = [phases(course.session(f"s-{number}", 7 * number)) for number in range(3, 14)]
    assert told == [[]] * 10 + [[("termination", 13)]]


def test_a_session_taken_back_takes_the_course_back_to_its_phase() -> None:
    course = Course()
    weekly(course, 5)
    entered, correction = course.event(PhaseEntered), len(course.told)
    told = course.take_back(course.event(SessionHeld), 30)
    assert told[:2] == [
        DerivedFactWithdrawn(fact=entered, because_of=course.told[correction][0]),
        PhaseEntered(phase="initial", definition=IPT16, attended_sessions=4),
    ]
    assert phases(course.session("s-6", 35)) == [("middle", 5)]


def test_an_individual_session_before_a_group_is_none_of_its_numbers() -> None:
    course = Course("IPT-G8")
    told = [phases(course.session("pre", 0))]
    told += [phases(course.session(f"s-{n}", 7 * n, modality=Modality.GROUP)) for n in range(1, 4)]
    assert told == [[("preGroup", 1)], [("initial", 2)], [], [("middle", 4)]]


def test_a_departure_is_told_once_by_the_session_that_shows_it() -> None:
    course = Course()
    course.session("s-1", 0)
    slipped = course.session("s-2", 12)
    assert slipped[0] == ProtocolDeviationDetected(
        key="cadenceSlip/s-1",
        rule="cadenceSlip",
        severity="info",
        definition=IPT16,
        rules=DEVIATIONS,
        evidence=(course.event(SessionHeld, 0), course.event(SessionHeld, 1)),
    )
    assert "cadenceSlip/s-1" not in keys(course.session("s-3", 19))


@pytest.mark.parametrize(
    ("minutes", "told"), [(23, ["wrongModalityLength/s-1"]), (24, [])], ids=["below 60 %", "60 %"]
)
def test_a_session_that_was_far_too_short(minutes: int, told: list[str]) -> None:
    assert keys(Course().session("s-1", 0, duration_minutes=minutes)) == told


def test_the_fourth_session_without_area_formulation_and_inventory_is_told_at_the_fifth() -> None:
    *_, fifth = weekly(Course(), 5)
    missing = {"focusMissing/IPT-16", "formulationMissing/IPT-16", "inventoryIncomplete/IPT-16"}
    assert missing <= set(keys(fifth))


def test_a_focus_that_is_changed_in_the_middle_is_a_late_change() -> None:
    course = Course()
    course.record(ProblemAreaSelected(rank="primary", focus=DEFICITS))
    weekly(course, 4)
    assert keys(course.record(revised(TRANSITION), 22)) == []
    course.session("s-5", 28)
    told = keys(course.record(revised(DEFICITS), 29))
    assert told == [f"focusChangedLate/{course.event(ProblemAreaRevised)}"]


@pytest.mark.parametrize(
    ("death_date", "recorded"), [("2025-11", True), (None, False)], ids=["a date of death", "the same again"]
)
def test_2_4_more_about_the_same_area_is_no_late_change_and_nothing_new_is_no_revision(
    death_date: str | None, recorded: bool
) -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1", LivingStatus.DECEASED),)))
    grief = Grief(deceased_person_id="p-1")
    course.record(ProblemAreaSelected(rank="primary", focus=grief))
    weekly(course, 5)
    before = course.case.version
    assert keys(course.record(revised(grief.model_copy(update={"death_date": death_date})), 29)) == []
    assert (course.case.version > before) is recorded


def test_a_revision_that_gives_a_text_is_recorded_for_nobody_can_compare_texts() -> None:
    course = Course()
    course.record(ProblemAreaSelected(rank="primary", focus=TRANSITION))
    before = course.case.version
    course.record(revised(TRANSITION), 2)
    assert course.case.version == before + 1
    course.record(revised(TRANSITION), 3)
    assert course.case.version == before + 1


def test_closing_as_completed_looks_at_the_number_of_sessions_and_the_ending() -> None:
    course = Course()
    weekly(course, 2)
    closure = CaseClosed(reason=ClosureReason.COMPLETED, final_measures_absent="notOffered")
    told = {"sessionsBelowMin/IPT-16", "endingNotPrepared/IPT-16"}
    assert told <= set(keys(course.record(closure, 8)))


def with_guest(course: Course, *, on: int) -> list[Payload]:
    return course.session("s-1", on, attendees=WITH_GUEST)


def test_a_guest_without_consent_is_told_and_the_session_is_recorded() -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1"),)))
    assert keys(with_guest(course, on=1)) == ["significantOtherNoConsent/s-1/p-1"]
    assert set(course.case.sessions) == {"s-1"}


@pytest.mark.parametrize(
    ("given_on", "withdrawn_on", "told"),
    [
        pytest.param(0, None, [], id="consent before"),
        pytest.param(5, None, [], id="consent on the day"),
        pytest.param(0, 9, [], id="withdrawn afterwards"),
        pytest.param(0, 3, ["significantOtherNoConsent/s-1/p-1"], id="withdrawn before"),
        pytest.param(6, None, ["significantOtherNoConsent/s-1/p-1"], id="consent afterwards"),
    ],
)
def test_what_counts_is_the_consent_on_the_day(
    given_on: int, withdrawn_on: int | None, told: list[str]
) -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1"),)))
    course.record(ConsentRecorded(scope="significantOther", person_id="p-1"), given_on)
    if withdrawn_on is not None:
        course.record(ConsentWithdrawn(scope="significantOther", person_id="p-1"), withdrawn_on)
    session = held("s-1", started_at=day(5), attendees=WITH_GUEST)
    assert keys(course.do(Record(entry=session, at=Moment(day(5))), day(20))) == told


@pytest.mark.parametrize("late", ["consent", "risk check", "form"])
def test_what_is_entered_late_takes_back_what_was_missed(late: str) -> None:
    course = Course()
    course.record(InventoryRecorded(people=(person("p-1"),)))
    with_guest(course, on=0)
    course.session("s-2", 7)
    before = set(course.case.derived)
    match late:
        case "consent":
            agreed = ConsentRecorded(scope="significantOther", person_id="p-1")
            told = course.do(Record(entry=agreed, at=Moment(day(-1))), day(8))
        case "risk check":
            told = course.record(RiskChecked(asked=True, level="none", session_id="s-1"), 8)
        case _:
            told = course.score("a-1", 10, 0, now=8)
    assert [type(one) for one in told] == [DerivedFactWithdrawn]
    gone = {
        "consent": "significantOtherNoConsent/s-1/p-1",
        "risk check": "riskUnchecked/s-1",
        "form": "measureMissed/PHQ9/s-1",
    }
    assert before - set(course.case.derived) == {gone[late]}


def test_a_session_that_was_moved_takes_back_its_gap() -> None:
    course = Course()
    course.session("s-1", 0)
    assert "gapExceeded/s-1" in keys(course.session("s-2", 29))
    told = course.amend(
        course.event(SessionHeld), Replacement(session_held=held("s-2", started_at=day(7))), 30
    )
    gaps = {"gapExceeded/s-1", "cadenceSlip/s-1"}
    assert not gaps & set(course.case.derived)
    assert sum(isinstance(one, DerivedFactWithdrawn) for one in told) == 2


def test_a_gap_that_the_clock_told_stays_after_the_case_was_closed() -> None:
    course = Course()
    course.session("s-1", 0)
    course.tick(29)
    course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 30)
    course.score("a-1", 10, 31)
    course.correct("a-1", 11, 31, now=32)
    assert "gapExceeded/s-1" in course.case.derived


def test_after_a_switch_the_count_goes_on_and_the_new_protocol_has_its_own_phase() -> None:
    course = Course()
    weekly(course, 5)
    dit = INSTALLED.protocol("DIT-16")
    course.do(SwitchProtocol(protocol=dit, because=because(), at=Moment(day(29))), day(29, 1))
    told = [phases(course.session(f"s-{number}", 7 * (number - 1))) for number in range(6, 14)]
    assert told == [[]] * 7 + [[("ending", 13)]]
    assert course.case.protocol == dit.reference


@pytest.mark.parametrize(("code", "entered"), [("MIT-12W", [("change", 5)]), ("DIT-16", [])])
def test_a_switch_tells_in_its_append_which_phase_of_the_new_protocol_it_is(
    code: str, entered: list[tuple[str, int]]
) -> None:
    course = Course()
    weekly(course, 5)
    switch = SwitchProtocol(protocol=INSTALLED.protocol(code), because=because(), at=Moment(day(29)))
    assert phases(course.do(switch, day(29, 1))) == entered


def test_a_switch_before_the_first_session_enters_no_phase_unless_one_was_entered_before() -> None:
    switch = SwitchProtocol(protocol=INSTALLED.protocol("MIT-12W"), because=because(), at=Moment(day(1)))
    assert phases(Course().do(switch, day(1, 1))) == []
    ahead = Course()
    ahead.record(PhaseEntered(phase="middle", attended_sessions=0, reason=sealed("reason")))
    assert phases(ahead.do(switch, day(1, 1))) == [("formulation", 0)]


def test_a_protocol_that_is_assigned_after_sessions_says_their_phase() -> None:
    course = Course(protocol=None)
    weekly(course, 2)
    assign = AssignProtocol(protocol=INSTALLED.protocol("IPT-16"), at=Moment(day(8)))
    assert phases(course.do(assign, day(8, 1))) == [("initial", 2)]
