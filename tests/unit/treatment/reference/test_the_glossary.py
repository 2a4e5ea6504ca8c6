"""The terms of domain reference 1.1 that mean something to the software, each with what it means there."""

from datetime import date

import pytest
from pydantic import ValidationError
from tests.builders import sealed
from tests.plain import plain_json
from tests.unit.treatment.course import Course, day
from tests.unit.treatment.given_when_then import INSTALLED, given, opened, person
from tests.unit.treatment.protocols.courses import IPT16

from casetrail_contracts import Payload
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.consent import ConsentRecorded
from casetrail_contracts.events.ending import LetterRecorded
from casetrail_contracts.events.formulation import (
    ContractAgreed,
    FormulationAgreed,
    SickRoleGiven,
    TimelineEntry,
    TimelineRecorded,
)
from casetrail_contracts.events.homework import HomeworkAssigned
from casetrail_contracts.events.inventory import InventoryPersonMoved, InventoryRecorded
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.events.session import Attendee
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import AssignProtocol
from treatment.domain.protocols import Protocol
from treatment.domain.refusals import Refusal


def protocol(code: str) -> Protocol:
    return INSTALLED.protocol(code)


def artifacts(*payloads: Payload) -> set[str]:
    """What counts as recorded after these facts."""
    return set(given(opened, *payloads).case.artifacts)


def test_1_1_case_follows_one_protocol_until_it_is_switched() -> None:
    course_of_one = Course("IPT-16")
    with pytest.raises(Refusal):
        course_of_one.do(AssignProtocol(protocol=protocol("DIT-16"), at=Moment(day(1))), day(1))
    assert course_of_one.case.protocol == IPT16.reference


@pytest.mark.parametrize("code", ["IPT-12", "IPT-16"])
def test_1_1_ipt_is_12_to_16_weekly_sessions_of_45_to_50_minutes(code: str) -> None:
    ipt = protocol(code)
    assert ipt.sessions.planned in {12, 16}
    assert ipt.cadence.target == 7
    assert ipt.minutes is not None
    assert ipt.minutes.planned in {45, 50}


@pytest.mark.parametrize(
    ("term", "payload", "artifact"),
    [
        ("Sick role", SickRoleGiven(), "sickRole"),
        (
            "Timeline",
            TimelineRecorded(
                entries=(
                    TimelineEntry(on="2025-10", kind="lifeEvent"),
                    TimelineEntry(on="2025-11", kind="symptomOnset"),
                ),
                onset="2025-11",
            ),
            "timeline",
        ),
        (
            "Interpersonal inventory",
            InventoryRecorded(people=(), no_significant_others=True),
            "inventory",
        ),
        (
            "Formulation",
            FormulationAgreed(
                kind="problemArea", area=Area.GRIEF, statement=sealed("why"), agreed_on=date(2026, 3, 2)
            ),
            "formulation",
        ),
        ("Contract", ContractAgreed(sessions=16, cadence_days=7, absence_rule="rescheduled"), "contract"),
    ],
    ids=lambda value: f"1.1 {value}" if isinstance(value, str) else "",
)
def test_what_the_initial_phase_brings_counts_as_recorded(term: str, payload: Payload, artifact: str) -> None:
    assert artifact in artifacts(payload)
    assert artifact in {required.artifact for required in IPT16.required}, term


def test_1_1_formulation_is_agreed_by_the_patient_explicitly() -> None:
    with pytest.raises(ValidationError):
        FormulationAgreed.model_validate({"kind": "socialRhythm", "statement": "why"})


def test_1_1_contract_says_sessions_cadence_and_what_a_missed_session_means() -> None:
    for left_out in ("sessions", "cadenceDays", "absenceRule"):
        whole = {"sessions": 16, "cadenceDays": 7, "absenceRule": "rescheduledOnce"}
        whole.pop(left_out)
        with pytest.raises(ValidationError):
            ContractAgreed.model_validate(whole)


def test_1_1_closeness_circle_has_its_innermost_ring_first_and_a_person_in_one_ring() -> None:
    with pytest.raises(ValidationError):
        InventoryPersonMoved.model_validate({"personId": "p-1", "closenessRing": 0})
    placed = InventoryRecorded(people=(person("p-1").model_copy(update={"closeness_ring": 3}),))
    moved = given(opened, placed, InventoryPersonMoved(person_id="p-1", closeness_ring=1)).case
    assert [one.closeness_ring for one in moved.people.values()] == [1]


TECHNIQUES = (
    ("Communication analysis", "communicationAnalysis"),
    ("Decision analysis", "decisionAnalysis"),
    ("Role play", "rolePlay"),
    ("Clarification", "clarification"),
    ("Exploration and encouragement of affect", "affectExploration"),
    ("Use of the therapeutic relationship", "transferenceComment"),
    ("Mentalizing", "mentalizing"),
    ("Metacognitive functions", "metacognitiveMonitoring"),
    ("Decentering", "decenteringExercise"),
)


def lacking(**more: object) -> list[str]:
    """The middle sessions that a course of such sessions is told to have had without any work."""
    course = Course("IPT-16")
    for number in range(1, 8):
        course.session(f"s-{number}", 7 * (number - 1), **more)
    told = [payload for _, payload in course.told if isinstance(payload, ProtocolDeviationDetected)]
    return [one.key for one in told if one.rule == "noHomeworkOrTechnique"]


def test_1_1_middle_phase_is_work_on_the_area_and_a_session_without_any_is_told() -> None:
    assert lacking() == ["noHomeworkOrTechnique/s-5", "noHomeworkOrTechnique/s-6"]


@pytest.mark.parametrize("technique", [pytest.param(code, id=f"1.1 {term}") for term, code in TECHNIQUES])
def test_a_technique_is_work_of_a_middle_session(technique: str) -> None:
    assert lacking(techniques=(technique,)) == []


def test_1_1_work_at_home_is_work_of_the_session_in_which_it_is_assigned() -> None:
    course = Course("IPT-16")
    for number in range(1, 8):
        course.session(f"s-{number}", 7 * (number - 1))
        work = HomeworkAssigned(
            homework_id=f"h-{number}",
            title=sealed("title"),
            type="conversationAttempt",
            assigned_at_session_id=f"s-{number}",
        )
        course.record(work, 7 * (number - 1))
    told = [payload for _, payload in course.told if isinstance(payload, ProtocolDeviationDetected)]
    assert [one.key for one in told if one.rule == "noHomeworkOrTechnique"] == []


def test_1_1_mood_rating_is_1_to_10_and_10_is_the_worst() -> None:
    week = {"at": "2026-03-02", "average": 7, "worst": 8, "best": 4, "worstEvent": "a", "bestEvent": "b"}
    assert MoodRated.model_validate(week).average == 7
    for wrong in ({"average": 0}, {"average": 11}, {"worst": 6}, {"best": 8}):
        with pytest.raises(ValidationError):
            MoodRated.model_validate(week | wrong)


def test_1_1_significant_other_session_is_joined_for_a_part_of_it_by_a_person_of_the_inventory() -> None:
    guest = Attendee(role="significantOther", person_id="p-1", minutes_present=15)
    course = Course("IPT-16")
    course.record(InventoryRecorded(people=(person("p-1"),)))
    course.record(ConsentRecorded(scope="significantOther", person_id="p-1", other_informed=True))
    course.session("s-1", 1, attendees=(Attendee(role="patient"), guest))
    assert course.case.attended["s-1"].attendees == (Attendee(role="patient"), guest)
    told = [payload for _, payload in course.told if isinstance(payload, ProtocolDeviationDetected)]
    assert [one.rule for one in told if one.rule == "significantOtherNoConsent"] == []


def test_1_1_ipaf_is_one_pattern_of_four_parts_that_no_other_formulation_has() -> None:
    parts = dict.fromkeys(("selfImage", "otherImage", "linkingAffect", "defensivePurpose"), "text")
    whole = {"kind": "ipaf", "statement": "text", "agreedOn": "2026-03-02", **parts}
    assert plain_json(FormulationAgreed.model_validate(whole)) == whole
    for part in parts:
        with pytest.raises(ValidationError):
            FormulationAgreed.model_validate(
                {"kind": "socialRhythm", "statement": "text", "agreedOn": "2026-03-02", part: "text"}
            )


def test_1_1_goodbye_letter_is_a_draft_first_and_shared_at_the_end() -> None:
    draft, shared = (LetterRecorded(state=state) for state in ("draft", "shared"))
    found = [set(given(opened, *told).case.artifacts) for told in ((draft,), (draft, shared))]
    assert found == [{"goodbyeLetterDraft"}, {"goodbyeLetterDraft", "goodbyeLetterFinal"}]
