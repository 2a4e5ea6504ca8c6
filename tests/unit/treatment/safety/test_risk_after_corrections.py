"""Corrections re-evaluate risk: new danger raises a flag, danger that is gone leaves it (reference 5.2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.treatment.course import SAFETY, Course, day, phq
from tests.unit.treatment.given_when_then import form

from casetrail_contracts import Payload
from casetrail_contracts.events.care import (
    ReviewNeeded,
    RiskChecked,
    RiskFlagRaised,
    RiskItemUnanswered,
    RiskLevel,
)
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import CorrectAssessment

REVIEW, URGENT = RiskLevel.REVIEW, RiskLevel.URGENT


def short(payloads: list[Payload]) -> list[object]:
    """A flag by its level, a review by its rule, anything else by its kind."""
    found: list[object] = []
    for one in payloads:
        match one:
            case RiskFlagRaised():
                found.append(one.level)
            case ReviewNeeded():
                found.append(one.rule)
            case _:
                found.append(type(one))
    return found


def note(course: Course, on: int) -> ReviewNeeded:
    """The note about the correction that was recorded last, made on that day."""
    number = next(
        n for n, (_, told) in reversed([*enumerate(course.told)]) if "Corrected" in type(told).__name__
    )
    return ReviewNeeded(
        rule="riskNoteAfterCorrection",
        about=course.told[number][0],
        due_at=day(on + 7, 2),
        therapist_id="t-1",
        supervisor_id="s-1",
        rules=SAFETY,
    )


@pytest.mark.parametrize(
    ("was", "says", "derived"),
    [
        pytest.param(0, 1, [REVIEW], id="new positive"),
        pytest.param(0, 2, [URGENT], id="new urgent"),
        pytest.param(1, 2, [URGENT], id="review to urgent"),
        pytest.param(2, 1, [], id="urgent to review"),
        pytest.param(1, 0, ["riskNoteAfterCorrection"], id="positive to negative"),
        pytest.param(0, 0, [], id="stays negative"),
    ],
)
def test_a_corrected_item_9(was: int, says: int, derived: list[object]) -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=was)
    flags = set(course.case.flags)
    assert short(course.correct("a-1", 12, 0, item_9=says, now=1)) == derived
    assert flags <= set(course.case.open_flags)


def test_what_turned_negative_leaves_its_flag_and_adds_a_note() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=2)
    noted = course.correct("a-1", 10, 0, item_9=0, now=1)
    assert noted == [note(course, 1)]
    assert [flag.level for flag in course.case.open_flags.values()] == [URGENT]


def test_each_correction_has_its_own_note() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=1)
    notes = [course.correct("a-1", 10, 0, item_9=says, now=on) for on, says in enumerate((0, 1, 0), start=1)]
    assert [short(one) for one in notes] == [
        ["riskNoteAfterCorrection"],
        [REVIEW],
        ["riskNoteAfterCorrection"],
    ]
    assert len(course.case.open_flags) == 1


def test_a_form_of_another_patient_leaves_its_flag_and_a_note() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=2)
    assert short(course.take_back(course.form_event("a-1"), 1)) == ["riskNoteAfterCorrection"]
    assert len(course.case.open_flags) == 1
    assert course.case.assessments == {}


@pytest.mark.parametrize(
    ("was", "says", "derived"),
    [
        ("low", "high", [URGENT]),
        ("none", "moderate", [URGENT]),
        ("moderate", "high", []),
        ("high", "low", ["riskNoteAfterCorrection"]),
    ],
)
def test_a_corrected_risk_check(was: str, says: str, derived: list[object]) -> None:
    course = Course()
    course.record(RiskChecked.model_validate({"asked": True, "level": was}))
    now = RiskChecked.model_validate({"asked": True, "level": says})
    assert short(course.amend(course.event(RiskChecked), Replacement(risk_checked=now), 1)) == derived


def test_a_risk_check_that_was_never_made_leaves_its_flag_and_a_note() -> None:
    course = Course()
    course.record(RiskChecked(asked=True, level="high"))
    assert short(course.take_back(course.event(RiskChecked), 1)) == ["riskNoteAfterCorrection"]
    assert [flag.level for flag in course.case.open_flags.values()] == [URGENT]


def test_an_answer_that_was_found_takes_back_the_task_to_ask_for_it() -> None:
    course = Course()
    left_out = form((1,) * 8 + (None,))
    course.form(left_out, day(0, 1))
    task = course.event(RiskItemUnanswered)
    corrected = CorrectAssessment(form=form((1,) * 8 + (0,)), reason="entryMistake", at=Moment(day(1)))
    withdrawn = course.do(corrected, day(1, 2))
    (fact,) = withdrawn
    assert isinstance(fact, DerivedFactWithdrawn)
    assert fact.fact == task
    again = CorrectAssessment(form=left_out, reason="entryMistake", at=Moment(day(2)))
    assert short(course.do(again, day(2, 2))) == [RiskItemUnanswered]


def test_a_correction_of_imported_history_pages_nobody() -> None:
    course = Course()
    old = replace(form(phq(12), name="a-1"), taken_at=Moment(day(-60)), imported=True)
    course.form(old, day(0, 1))
    corrected = replace(old, items=phq(12, 3))
    told = course.do(
        CorrectAssessment(form=corrected, reason="sourceCorrected", at=Moment(day(1))),
        day(1) + timedelta(hours=1),
    )
    assert [(one.level, one.historical) for one in told if isinstance(one, RiskFlagRaised)] == [
        (REVIEW, True)
    ]
