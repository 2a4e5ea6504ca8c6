"""The invariants of domain reference 8.2, by their number."""

from dataclasses import replace

import pytest
from tests.builders import because, sealed
from tests.unit.treatment.course import SUITABLE, Course, day
from tests.unit.treatment.given_when_then import (
    AT,
    INSTALLED,
    form,
    given,
    held,
    opened,
    person,
)
from tests.unit.treatment.rich_case import IPT16, RICH_CASE
from tests.unit.treatment.samples import SAMPLES

from casetrail_contracts import Payload
from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.appointments import SessionMissed
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.case import CaseActivated, CaseClosed, CaseReopened, ClosureReason
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.inventory import (
    InventoryPersonRevised,
    InventoryRecorded,
    LivingStatus,
    PersonChange,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.problem_area import (
    Grief,
    ProblemAreaRevised,
    ProblemAreaSelected,
    RoleDispute,
    RoleTransition,
)
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned, ProtocolDeviationDetected
from casetrail_contracts.events.session import Attendance, SessionHeld
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import AssignProtocol, Record
from treatment.domain.refusals import (
    AlreadyRecorded,
    DisputeNeedsTheLiving,
    GriefNeedsADeath,
    ItemOutOfRange,
    NotInThisState,
    NotReady,
    ProblemAreaTaken,
    ReasonMissing,
)

CONSENT = ConsentRecorded(scope="treatment")
PROTOCOL = ProtocolAssigned(definition=IPT16.reference)
MISSING = {
    CONSENT: "consent to treatment (record-consent)",
    SUITABLE: "a doctor's advice that the therapy suits (advise-suitability)",
    PROTOCOL: "a protocol (assign-protocol)",
}
PEOPLE = InventoryRecorded(
    people=(person("p-1"), person("p-2", LivingStatus.DECEASED, past=True), person("p-3", past=True))
)
GRIEF = ProblemAreaSelected(rank="primary", focus=Grief(deceased_person_id="p-2"))


@pytest.mark.parametrize("there", [(), (CONSENT,), (SUITABLE,), (PROTOCOL,), (CONSENT, SUITABLE)], ids=len)
def test_invariant_1_activation_names_all_that_is_missing(there: tuple[Payload, ...]) -> None:
    missing = tuple(word for payload, word in MISSING.items() if payload not in there)
    given(opened, *there).when(Record(entry=CaseActivated(), at=AT)).then_refused(NotReady(missing))


@pytest.mark.parametrize(
    ("outcome", "ready"),
    [("suitable", True), ("suitableWithCombination", True), ("deferred", False), ("notSuitable", False)],
)
def test_invariant_1_the_advice_must_be_that_the_therapy_suits(outcome: str, ready: bool) -> None:
    advice = SuitabilityAdvised.model_validate(
        {"outcome": outcome, "combination": "iptAlone", "advised_by": "d-1", "cautions": ("bipolar",)}
    )
    asked = given(opened, CONSENT, PROTOCOL, advice).when(Record(entry=CaseActivated(), at=AT))
    if ready:
        asked.then(CaseActivated())
    else:
        asked.then_refused(NotReady((MISSING[SUITABLE],)))


def test_invariant_2_one_primary_area_and_grief_needs_a_death_whose_date_may_be_partial_or_unknown() -> None:
    case = given(opened, PEOPLE)
    for death in (None, "2025", "2025-09", "2025-09-14"):
        grief = ProblemAreaSelected(rank="primary", focus=Grief(deceased_person_id="p-2", death_date=death))
        case.when(Record(entry=grief, at=AT)).then(grief)
    living = ProblemAreaSelected(rank="primary", focus=Grief(deceased_person_id="p-1"))
    case.when(Record(entry=living, at=AT)).then_refused(GriefNeedsADeath("p-1"))
    other = ProblemAreaSelected(rank="primary", focus=RoleDispute(other_party_id="p-1", stage="impasse"))
    case.also(GRIEF).when(Record(entry=other, at=AT)).then_refused(ProblemAreaTaken("primary"))


def test_invariant_2_a_dispute_needs_a_living_party_present_or_past() -> None:
    case = given(opened, PEOPLE)
    for party in ("p-1", "p-3"):
        chosen = ProblemAreaSelected(
            rank="primary", focus=RoleDispute(other_party_id=party, stage="dissolution")
        )
        case.when(Record(entry=chosen, at=AT)).then(chosen)
    dead = ProblemAreaSelected(rank="primary", focus=RoleDispute(other_party_id="p-2", stage="impasse"))
    case.when(Record(entry=dead, at=AT)).then_refused(DisputeNeedsTheLiving("p-2"))


def test_invariant_2_whom_the_grief_is_about_stays_dead_until_the_area_is_revised() -> None:
    case = given(opened, PEOPLE, GRIEF)
    mistake = InventoryPersonRevised(
        reason="mistake", change=PersonChange(person_id="p-2", living_status=LivingStatus.LIVING)
    )
    case.when(Record(entry=mistake, at=AT)).then_refused(GriefNeedsADeath("p-2"))
    whole = InventoryRecorded(people=(person("p-1"), person("p-2")))
    case.when(Record(entry=whole, at=AT)).then_refused(GriefNeedsADeath("p-2"))
    revised = ProblemAreaRevised(
        because=because(), rank="primary", focus=RoleDispute(other_party_id="p-1", stage="impasse")
    )
    case.also(revised).when(Record(entry=mistake, at=AT)).then(mistake)


@pytest.mark.parametrize("missing", ["transition_type", "old_role", "new_role"])
def test_invariant_2_a_transition_needs_its_old_and_its_new_role(missing: str) -> None:
    whole = {"transition_type": "jobLoss", "old_role": sealed("old"), "new_role": sealed("new")}
    chosen = ProblemAreaSelected(rank="primary", focus=RoleTransition.model_validate(whole))
    given(opened).when(Record(entry=chosen, at=AT)).then(chosen)
    with pytest.raises(ValueError, match="required"):
        RoleTransition.model_validate({name: value for name, value in whole.items() if name != missing})


@pytest.mark.parametrize("code", Attendance)
def test_invariant_3_a_held_session_has_an_attended_code(code: Attendance) -> None:
    course = Course()
    course.session("s-1", 0, attendance=code)
    assert len(course.case.sessions) == 1


@pytest.mark.parametrize("code", ["2", "3", "4", "7"])
def test_invariant_3_a_missed_appointment_never_counts(code: str) -> None:
    missed = SessionMissed.model_validate(
        {"appointment_id": "ap-1", "scheduled_at": AT.at, "timezone": "UTC", "attendance": code}
    )
    assert given(opened, missed).case.sessions == {}
    with pytest.raises(ValueError, match="attendance"):
        SessionHeld.model_validate({**_dump(held()), "attendance": code})


def test_invariant_4_items_are_in_range_and_the_total_is_computed() -> None:
    given(opened).when(form((4,) + (0,) * 8)).then_refused(ItemOutOfRange("PHQ9", 1, 0, 3))
    (scored,) = (fact.payload for fact in given(opened).when(form((1,) * 8 + (0,), total=9)).facts)
    assert isinstance(scored, AssessmentScored)
    assert (scored.total, scored.reported_total, scored.total_mismatch) == (8, 9, True)


def test_invariant_4_a_correction_names_the_original_and_the_history_is_not_rewritten() -> None:
    course = Course()
    course.weekly(16, 10)
    course.correct("a-2", 16, 7, now=8)
    first, corrected = course.form_event("a-2"), course.event(AssessmentCorrected)
    entries = {entry.event_id: entry for entry in course.case.history}
    told = entries[corrected].payload
    assert isinstance(told, AssessmentCorrected)
    assert told.corrects == first
    assert [getattr(one, "total", None) for one in (entries[first].payload, entries[first].holds)] == [10, 16]
    assert any(isinstance(payload, DerivedFactWithdrawn) for _, payload in course.told)


def test_invariant_5_the_phase_is_derived_unless_it_was_entered_with_a_reason() -> None:
    course = Course()
    course.session("s-1", 0)
    assert (course.case.phase, course.case.phase_by_hand) == ("initial", False)
    entry = SAMPLES["enter-phase"].command
    assert isinstance(entry, Record)
    course.record(entry.entry, 1)
    assert (course.case.phase, course.case.phase_by_hand) == ("middle", True)
    with pytest.raises(ReasonMissing):
        course.record(PhaseEntered(phase="termination", attended_sessions=0), 2)
    assert course.case.phase == "middle"


def test_invariant_5_a_course_that_is_to_stay_in_its_phase_stays() -> None:
    course = Course()
    course.session("s-1", 0)
    stay = PhaseEntered(phase="initial", attended_sessions=0, reason=sealed("reason"))
    for _ in range(2):
        course.record(stay, 1)
    told = [payload for _, payload in course.told if isinstance(payload, PhaseEntered)]
    whole = {"definition": IPT16.reference, "attended_sessions": 1, "set_by_hand": True}
    assert told[1:] == [stay.model_copy(update=whole)]
    for number in range(2, 13):
        course.session(f"s-{number}", 7 * (number - 1))
    assert (course.case.phase, course.case.phase_by_hand) == ("initial", True)
    course.session("s-13", 84)
    assert (course.case.phase, course.case.phase_by_hand) == ("termination", False)


def test_invariant_6_no_session_after_closing_until_the_case_is_opened_again() -> None:
    course = Course()
    course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT))
    with pytest.raises(NotInThisState) as refused:
        course.session("s-1", 1)
    assert refused.value == NotInThisState("closed", "SessionHeld")
    follow_up = SAMPLES["record-follow-up"].command
    assert isinstance(follow_up, Record)
    course.record(follow_up.entry, 1)
    course.record(CaseReopened(reason="relapse"), 2)
    course.session("s-1", 2)
    assert set(course.case.sessions) == {"s-1"}


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param({}, id="neither evidence nor stated reason"),
        pytest.param({"stated_reason": "Better.", "review_on": None}, id="no review"),
        pytest.param({"stated_reason": "x" * 201}, id="more than 200 characters"),
    ],
)
def test_invariant_9_an_adaptation_names_its_reason_and_its_review(reason: dict[str, object]) -> None:
    fields = {"reason_code": "progress", "decided_by": "t-1", "review_on": "2026-04-01", **reason}
    with pytest.raises(ValueError, match=r"adaptation|at most 200"):
        Because.model_validate(fields)


def test_invariant_12_a_definition_that_was_used_goes_on_to_count_when_its_file_is_edited() -> None:
    edited = replace(IPT16, version="2", sha256="0" * 64)
    assigned = RICH_CASE.when(AssignProtocol(protocol=edited, at=AT))
    assigned.then_refused(AlreadyRecorded("protocol", "IPT-16@1"))
    only_new = replace(INSTALLED.definitions, protocols={edited.reference: edited}, instruments={})
    now = Circumstances(now=day(8), actor="t-1", roles=frozenset(), definitions=only_new)
    # The old text is not there any more: what it would say is not guessed from the new one.
    session = Record(entry=held("s-2", started_at=day(7)), at=AT)
    derived = RICH_CASE.also(CaseActivated()).when(session, now).derived
    assert [one for one in derived if isinstance(one, ProtocolDeviationDetected)] == []


@pytest.mark.parametrize(("item_9", "severity"), [(0, "minor"), (1, "critical")])
def test_invariant_14_risk_unchecked_is_minor_unless_a_positive_item_is_unreviewed(
    item_9: int, severity: str
) -> None:
    course = Course()
    course.session("s-1", 0)
    course.score("a-1", 10, 0, item_9=item_9)
    found = [
        (one.key, one.severity)
        for one in course.session("s-2", 7)
        if isinstance(one, ProtocolDeviationDetected) and one.rule == "riskUnchecked"
    ]
    assert found == [("riskUnchecked/positive/a-1" if item_9 else "riskUnchecked/s-1", severity)]


def _dump(session: SessionHeld) -> dict[str, object]:
    return {name: getattr(session, name) for name in type(session).model_fields}
