"""Which figure of a form outcomes compare: a total, a total as if every item applied, or a mean."""

from dataclasses import replace

import pytest
from tests.unit.treatment.course import OUTCOMES, Course, day
from tests.unit.treatment.given_when_then import form

from casetrail_contracts import Payload
from casetrail_contracts.canonical import encode
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    MeasureOutcome,
    OutcomeSummarised,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
)
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import CorrectAssessment, ScoreAssessment

Answers = tuple[int | None, ...]
RETIRED = (1,)
SUPPORTED: Answers = (6, 6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5)
LONELY: Answers = (4,) * 12


def answered(
    code: str, name: str, items: Answers, on: int, not_applicable: tuple[int, ...] = ()
) -> ScoreAssessment:
    command = form(items, code=code, name=name)
    return replace(command, taken_at=Moment(day(on)), not_applicable=not_applicable)


def outcomes(payloads: list[Payload]) -> list[Payload]:
    kinds = ReliableImprovementReached | ReliableDeteriorationReached | DerivedFactWithdrawn
    return [one for one in payloads if isinstance(one, kinds)]


def about(course: Course, code: str, baseline: object, current: object) -> dict[str, object]:
    return {
        "instrument": code,
        "rules": OUTCOMES,
        "evidence": (course.form_event("a-1"), course.form_event("a-2")),
        "baseline": baseline,
        "current": current,
    }


def measured(course: Course) -> list[MeasureOutcome]:
    (summary,) = [
        one
        for one in course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 60)
        if isinstance(one, OutcomeSummarised)
    ]
    return list(summary.measures)


def test_an_item_that_stops_applying_is_no_improvement_of_wsas() -> None:
    course = Course()
    course.form(answered("WSAS", "a-1", (8, 5, 5, 5, 5), 0), day(1))
    second = course.form(answered("WSAS", "a-2", (None, 5, 5, 5, 5), 7, RETIRED), day(8))
    assert outcomes(second) == []
    (told,) = measured(course)
    assert (told.first, told.last) == (28, 25)


def test_an_improvement_of_wsas_is_told_by_the_scaled_total() -> None:
    course = Course()
    course.form(answered("WSAS", "a-1", (8, 5, 5, 5, 5), 0), day(1))
    second = course.form(answered("WSAS", "a-2", (None, 4, 4, 4, 3), 7, RETIRED), day(8))
    assert outcomes(second) == [
        ReliableImprovementReached.model_validate(about(course, "WSAS", 28, "18.75")),
    ]


@pytest.mark.parametrize(
    ("first", "last", "kind", "baseline", "current"),
    [
        pytest.param(LONELY, SUPPORTED, ReliableImprovementReached, 4, "5.167", id="3.8 MSPSS: 1.15 better"),
        pytest.param(SUPPORTED, LONELY, ReliableDeteriorationReached, "5.167", 4, id="3.8 MSPSS: 1.15 worse"),
    ],
)
def test_a_mean_is_judged_through_a_whole_course(
    first: Answers, last: Answers, kind: type[ReliableImprovementReached], baseline: object, current: object
) -> None:
    course = Course()
    assert outcomes(course.form(answered("MSPSS", "a-1", first, 0), day(1))) == []
    told = outcomes(course.form(answered("MSPSS", "a-2", last, 7), day(8)))
    assert told == [kind.model_validate(about(course, "MSPSS", baseline, current))]
    corrected = CorrectAssessment(
        form=answered("MSPSS", "a-2", first, 7), reason="entryMistake", at=Moment(day(9))
    )
    withdrawn = course.do(corrected, day(9, 1))
    assert [type(one) for one in outcomes(withdrawn)] == [DerivedFactWithdrawn]
    (measure,) = measured(course)
    assert measure == MeasureOutcome.model_validate(
        {
            "instrument": "MSPSS",
            "first": baseline,
            "last": baseline,
            "forms": 2,
            "evidence": (course.form_event("a-1"), course.form_event("a-2")),
        }
    )


def test_a_change_of_a_mean_below_the_threshold_is_none() -> None:
    course = Course()
    course.form(answered("MSPSS", "a-1", LONELY, 0), day(1))
    assert outcomes(course.form(answered("MSPSS", "a-2", (6, *(5,) * 11), 7), day(8))) == []


def test_a_fraction_is_written_as_a_decimal_string_and_a_whole_number_as_an_integer() -> None:
    course = Course()
    course.form(answered("MSPSS", "a-1", LONELY, 0), day(1))
    (told,) = outcomes(course.form(answered("MSPSS", "a-2", SUPPORTED, 7), day(8)))
    written = told.model_dump(mode="json")
    assert b'"baseline":4,' in encode(written)
    assert b'"current":"5.167"' in encode(written)
    assert type(told).model_validate(written) == told
