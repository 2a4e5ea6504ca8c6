"""What was corrected counts as if it had been right from the start; what was said first stays and is seen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from tests.builders import sealed
from tests.unit.treatment.course import Course, day
from tests.unit.treatment.given_when_then import AT, CASE, form, given, held, opened
from tests.unit.treatment.rich_case import RICH, RICH_CASE
from tests.unit.treatment.samples import MAJOR, SAMPLES

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.appointments import FollowUpRecorded, SessionMissed
from casetrail_contracts.events.assessment import AssessmentCorrected, MoodRated
from casetrail_contracts.events.care import CrisisReferralMade, RiskChecked
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.correction import Correctable, EntryCorrected, Replacement
from casetrail_contracts.events.ending import EndingReviewed, RelapsePlanRecorded
from casetrail_contracts.events.formulation import (
    DiagnosisRecorded,
    TimelineEntry,
    TimelineRecorded,
)
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.medication import MedicationRecorded
from casetrail_contracts.events.session import Modality
from treatment.domain.case import Case
from treatment.domain.folding import evolve
from treatment.domain.refusals import TakenBackBefore

KINDS: dict[str, tuple[Correctable, ...]] = {
    "session_held": (held("s-2"), held("s-2", techniques=("closenessCircle",), appointment_id="ap-1")),
    "session_missed": tuple(
        SessionMissed(appointment_id="ap-1", scheduled_at=AT.at, timezone="UTC", attendance=code)
        for code in ("2", "3")
    ),
    "follow_up_recorded": tuple(
        FollowUpRecorded(follow_up_id="f-1", at=AT, modality=Modality.PHONE, outcome=outcome)
        for outcome in ("notReached", "reached")
    ),
    "mood_rated": (MoodRated(at=AT, average=5), MoodRated(at=AT, average=6, session_id="s-1")),
    "risk_checked": (
        RiskChecked(asked=False, session_id="s-1"),
        RiskChecked(asked=True, level="low", session_id="s-1"),
    ),
    "crisis_referral_made": (
        CrisisReferralMade(referred_to="crisisLine"),
        CrisisReferralMade(referred_to="crisisTeam"),
    ),
    "consent_recorded": (
        ConsentRecorded(scope="messages"),
        ConsentRecorded(scope="significantOther", person_id="p-1"),
    ),
    "suitability_advised": (
        SuitabilityAdvised(outcome="notSuitable", combination="referOn", advised_by="d-1"),
        SuitabilityAdvised(outcome="suitable", combination="iptAlone", advised_by="d-2"),
    ),
    "diagnosis_recorded": (
        DiagnosisRecorded(diagnosis=MAJOR),
        DiagnosisRecorded(diagnosis=MAJOR, severity="severe"),
    ),
    "timeline_recorded": tuple(
        TimelineRecorded(entries=(TimelineEntry(on=on, kind="loss"),)) for on in ("2025", "2025-11")
    ),
    "homework_assigned": tuple(
        HomeworkAssigned(homework_id="h-2", title=sealed("homework"), type=kind)
        for kind in ("diary", "other")
    ),
    "homework_reviewed": tuple(
        HomeworkReviewed(homework_id="h-1", status=status) for status in ("completed", "carriedOver")
    ),
    "medication_recorded": (
        MedicationRecorded(entry_id="m-2", kind="hypnotic", name=sealed("name"), source="record"),
        MedicationRecorded(entry_id="m-2", kind="none", source="record"),
    ),
    "ending_reviewed": (EndingReviewed(progress="same"), EndingReviewed(progress="better", session_id="s-1")),
    "case_closed": (
        CaseClosed(reason=ClosureReason.DECEASED),
        CaseClosed(reason=ClosureReason.DROPPED_OUT),
    ),
    "relapse_plan_recorded": tuple(
        RelapsePlanRecorded(contact=contact, shared_with_patient=True)
        for contact in ("crisisLine", "service")
    ),
}
AMENDED = {
    "session_held",
    "session_missed",
    "follow_up_recorded",
    "mood_rated",
    "risk_checked",
    "crisis_referral_made",
    "consent_recorded",
    "suitability_advised",
    "diagnosis_recorded",
    "timeline_recorded",
    "homework_assigned",
    "homework_reviewed",
    "medication_recorded",
    "ending_reviewed",
    "relapse_plan_recorded",
    "case_closed",
}
TARGET = event_id(CASE, len(RICH) + 1)
LATER = [sample.event for sample in SAMPLES.values() if not isinstance(sample.event, EntryCorrected)]


def of_amending(kind: str) -> EntryCorrected:
    replacement = Replacement.model_validate({kind: KINDS[kind][1]})
    return EntryCorrected(target=TARGET, kind="amended", cause="newInformation", replacement=replacement)


OF_TAKING_BACK = EntryCorrected(target=TARGET, kind="enteredInError", cause="wrongPatient")


def clinical(*payloads: Payload | None) -> Case:
    """What is true of the rich case after these facts; None is an event that says nothing."""
    history, case = RICH_CASE.also().history, RICH_CASE.case
    for payload in payloads:
        if payload is None:
            history.add_unknown(CASE)
        else:
            history.add(CASE, payload)
        case = evolve(case, history.events[-1])
    return replace(case, history=(), last_hash=None)


def test_every_kind_that_can_be_amended_is_here() -> None:
    assert set(Replacement.model_fields) == AMENDED
    assert set(KINDS) == AMENDED


@pytest.mark.parametrize("kind", KINDS)
def test_a_correction_yields_its_event_and_its_target_stays_in_the_history(kind: str) -> None:
    case = RICH_CASE.also(KINDS[kind][0])
    for correction, holds in ((of_amending(kind), KINDS[kind][1]), (OF_TAKING_BACK, None)):
        corrected = case.also(correction).case.history[len(RICH)]
        assert (corrected.payload, corrected.holds) == (KINDS[kind][0], holds)


@settings(max_examples=30, deadline=None)
@for_all(st.sampled_from(sorted(KINDS)), st.lists(st.sampled_from(LATER), max_size=6))
def test_an_amended_entry_counts_as_if_it_had_been_right_from_the_start(
    kind: str, later: list[Payload]
) -> None:
    wrong, right = KINDS[kind]
    amended = clinical(wrong, *later, of_amending(kind))
    assert amended == clinical(right, *later, None)


@settings(max_examples=30, deadline=None)
@for_all(st.sampled_from(sorted(KINDS)), st.lists(st.sampled_from(LATER), max_size=6))
def test_an_entry_in_error_counts_as_if_it_had_never_been_made(kind: str, later: list[Payload]) -> None:
    wrong, _ = KINDS[kind]
    assert clinical(wrong, *later, OF_TAKING_BACK) == clinical(None, *later, None)


@settings(max_examples=25, deadline=None)
@for_all(st.integers(0, 3), st.integers(0, 3), st.lists(st.sampled_from(LATER), max_size=6))
def test_a_corrected_form_counts_as_if_it_had_been_right_from_the_start(
    was: int, says: int, later: list[Payload]
) -> None:
    wrong, right = (_scored(answer) for answer in (was, says))
    correction = AssessmentCorrected(corrects=TARGET, reason="entryMistake", corrected=right)
    assert clinical(wrong, *later, correction) == clinical(right, *later, None)


def test_an_entry_is_corrected_as_often_as_it_is_wrong_until_it_is_taken_back() -> None:
    course = Course()
    course.session("s-1", 0)
    target = course.event(type(held()))
    for minutes in (40, 45):
        course.amend(target, Replacement(session_held=held("s-1", duration_minutes=minutes)), 1)
        assert course.case.sessions["s-1"].duration_minutes == minutes
    course.take_back(target, 2)
    assert course.case.sessions == {}


def test_a_form_that_was_taken_back_can_be_sent_again_and_be_corrected() -> None:
    course = Course()
    course.score("a-1", 10, 0)
    course.take_back(course.form_event("a-1"), 1)
    course.score("a-1", 12, 0, now=1)
    course.correct("a-1", 14, 0, now=2)
    assert {name: scored.total for name, scored in course.case.assessments.items()} == {"a-1": 14}


@pytest.mark.parametrize("total", [10, 12], ids=["as it was at first", "as it was corrected"])
def test_a_form_that_was_taken_back_is_not_brought_in_again_by_who_repeats_it(total: int) -> None:
    course = Course()
    course.score("a-1", 10, 0)
    course.correct("a-1", 12, 0, now=1)
    course.take_back(course.form_event("a-1"), 2)
    with pytest.raises(TakenBackBefore) as refused:
        course.score("a-1", total, 0, now=3)
    assert refused.value == TakenBackBefore("form", "a-1", course.event(EntryCorrected))
    course.score("a-2", total, 0, now=3)
    assert {name: scored.total for name, scored in course.case.assessments.items()} == {"a-2": total}


def test_a_form_is_corrected_again_from_what_it_says_now() -> None:
    course = Course()
    course.score("a-1", 10, 0)
    for total in (12, 14, 14):
        course.correct("a-1", total, 0, now=1)
    corrections = [payload for _, payload in course.told if isinstance(payload, AssessmentCorrected)]
    assert [one.corrected.total for one in corrections] == [12, 14]
    assert {one.corrects for one in corrections} == {course.form_event("a-1")}


def test_a_correction_that_says_what_holds_says_nothing_new() -> None:
    course = Course()
    course.session("s-1", 0)
    before = len(course.told)
    course.amend(course.event(type(held())), Replacement(session_held=held("s-1", started_at=day(0))), 1)
    assert len(course.told) == before


def test_sessions_are_numbered_anew_and_no_reference_breaks() -> None:
    course = Course()
    course.session("s-2", 7)
    course.session("s-1", 0)
    assert list(course.case.sessions) == ["s-2", "s-1"]
    moved = held("s-2", started_at=day(0) - timedelta(days=7))
    course.amend(course.event(type(held()), 0), Replacement(session_held=moved), 8)
    assert course.case.sessions["s-2"].started_at == day(-7)


def _scored(item_9: int) -> AssessmentScored:
    (scored, *_) = given(opened).when(form((1,) * 8 + (item_9,), name="a-9")).facts
    assert isinstance(scored.payload, AssessmentScored)
    return scored.payload
