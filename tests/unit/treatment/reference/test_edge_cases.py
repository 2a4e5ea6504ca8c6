"""The edge cases of domain reference 8.3 that are about forms and scores, each by its words."""

from dataclasses import replace

import pytest
from tests.unit.treatment.course import Course, day, phq
from tests.unit.treatment.given_when_then import form, given, opened
from tests.unit.treatment.imports.fhir import PHQ9_ITEMS, coded, item, read, rejection, response

from casetrail_contracts import Payload
from casetrail_contracts.events.care import RiskItemUnanswered, RiskLevel
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    OutcomeSummarised,
    ReliableImprovementReached,
)
from casetrail_contracts.scalars import Moment
from treatment.domain.refusals import TotalOutOfRange
from treatment.fhir.responses import NOT_RECOGNISED

DROPPED_OUT = CaseClosed(reason=ClosureReason.DROPPED_OUT)


def names(payloads: list[Payload]) -> list[str]:
    return [type(one).__name__ for one in payloads]


def summary(payloads: list[Payload]) -> OutcomeSummarised:
    return next(one for one in payloads if isinstance(one, OutcomeSummarised))


def gad(course: Course, name: str, total: int, on: int) -> list[Payload]:
    answers = tuple(min(3, max(0, total - 3 * item)) for item in range(7))
    taken = replace(form(answers, code="GAD7", name=name), taken_at=Moment(day(on)))
    return course.form(taken, day(on, 2))


def test_two_phq_9_forms_in_one_day_are_two_and_the_later_one_counts() -> None:
    course = Course()
    course.session("s-1", 0)
    for name, total, hour in (("morning", 20, 0), ("evening", 12, 1)):
        taken = replace(form(phq(total), name=name), taken_at=Moment(day(0, hour)))
        course.form(taken, day(0, 3))
    assert set(course.case.assessments) == {"morning", "evening"}
    (measure,) = summary(course.record(DROPPED_OUT, 1)).measures
    assert (measure.first, measure.last, measure.forms) == (12, 12, 1)


def test_a_form_before_the_first_session_is_the_baseline_beside_that_of_session_1() -> None:
    course = Course()
    course.score("baseline", 18, -3, now=0)
    course.session("s-1", 0)
    assert "ReliableImprovementReached" in names(course.score("a-1", 12, 0))


def test_phq_9_by_phone_with_item_9_skipped() -> None:
    by_phone = replace(form((1,) * 8 + (None,)), input_mode="phone")
    decided = given(opened).when(by_phone)
    assert isinstance(decided.facts[0].payload, AssessmentScored)
    assert names(decided.derived) == ["RiskItemUnanswered"]
    assert decided.facts[0].payload.total is not None


@pytest.mark.parametrize(
    ("code", "total", "band_or_case"),
    [
        ("PHQ9", 4, "minimal"),
        ("PHQ9", 5, "mild"),
        ("PHQ9", 9, "mild"),
        ("PHQ9", 10, "moderate"),
        ("PHQ9", 19, "moderatelySevere"),
        ("PHQ9", 20, "severe"),
    ],
    ids=str,
)
def test_a_score_exactly_on_a_cut_off(code: str, total: int, band_or_case: str) -> None:
    scored = given(opened).when(form(phq(total), code=code)).facts[0].payload
    assert isinstance(scored, AssessmentScored)
    assert scored.band == band_or_case


@pytest.mark.parametrize(
    ("first", "case"),
    [((9, 7), False), ((10, 7), True), ((9, 8), True), ((10, 8), True)],
    ids=["PHQ 9, GAD 7", "PHQ 10, GAD 7", "PHQ 9, GAD 8", "PHQ 10, GAD 8"],
)
def test_caseness_exactly_on_the_cut_offs(first: tuple[int, int], case: bool) -> None:
    course = Course()
    course.session("s-1", 0)
    course.score("a-1", first[0], 0)
    gad(course, "g-1", first[1], 0)
    assert summary(course.record(DROPPED_OUT, 1)).caseness_at_start is case


def test_phq_improves_while_gad_worsens() -> None:
    course = Course()
    for number, (on, first, second) in enumerate([(0, 15, 8), (7, 9, 12)], start=1):
        course.session(f"s-{number}", on)
        course.score(f"a-{number}", first, on)
        gad(course, f"g-{number}", second, on)
    told = summary(course.record(DROPPED_OUT, 8))
    assert (told.reliably_improved, told.reliably_deteriorated, told.recovered) == (False, False, False)


def test_only_one_score() -> None:
    course = Course()
    course.weekly(15)
    told = summary(course.record(DROPPED_OUT, 1))
    assert (told.caseness_at_start, told.reliably_improved, told.reliably_recovered) == (True, None, None)


def test_an_assessment_dated_after_closure() -> None:
    course = Course()
    course.weekly(20, 18)
    course.record(DROPPED_OUT, 8)
    derived = course.score("a-3", 10, 30, item_9=2)
    assert names(derived) == ["RiskFlagRaised", "ReliableImprovementReached"]
    assert len(course.case.assessments) == 3


def test_a_score_series_with_gaps_is_judged_by_the_scores_that_are_there() -> None:
    course = Course()
    for number in range(1, 7):
        course.session(f"s-{number}", 7 * (number - 1))
    for number, total in ((1, 18), (4, 17), (6, 11)):
        derived = course.score(f"a-{number}", total, 7 * (number - 1), now=40)
    assert "ReliableImprovementReached" in names(derived)


def test_a_total_of_300_is_refused_and_nothing_is_stored() -> None:
    given(opened).when(form(total=300)).then_refused(TotalOutOfRange("PHQ9", 0, 27))


def test_a_total_that_disagrees_with_its_items_is_kept_and_the_computed_one_counts() -> None:
    scored = given(opened).when(form((1,) * 8 + (0,), total=20)).facts[0].payload
    assert isinstance(scored, AssessmentScored)
    assert (scored.reported_total, scored.total, scored.total_mismatch) == (20, 8, True)


def test_a_total_alone_asks_once_for_what_is_not_known() -> None:
    assert [type(one) for one in given(opened).when(form(total=12)).derived] == [RiskItemUnanswered]


@pytest.mark.parametrize(("items", "band"), [((3, 2, 3, 2, 2), "low"), ((3, 3, 3, 2, 2), "adequate")])
def test_who_5_exactly_on_its_cut_off(items: tuple[int, ...], band: str) -> None:
    scored = given(opened).when(form(items, code="WHO5")).facts[0].payload
    assert isinstance(scored, AssessmentScored)
    assert (scored.total, scored.band) == (sum(items), band)


WITH_ITEM_9 = (1, 0, 0, 0, 0, 0, 0, 0, 2)


@pytest.mark.parametrize("link", ["/44249-1/{}", "their-own-{}", "https://clinic.example/q#{}"])
def test_linkids_that_are_not_those_of_the_questionnaire_are_read_by_their_codes(link: str) -> None:
    sent = [
        item(link.format(code), coded(answer)) for code, answer in zip(PHQ9_ITEMS, WITH_ITEM_9, strict=True)
    ]
    (taken,) = read(response(*reversed(sent))).forms
    assert taken.items is not None
    decided = given(opened).when(form(taken.items, code=taken.instrument))
    scored = decided.facts[0].payload
    assert isinstance(scored, AssessmentScored)
    assert (scored.items, scored.total, scored.risk) == (WITH_ITEM_9, 3, RiskLevel.URGENT)
    assert names(decided.derived) == ["RiskFlagRaised"]


def test_linkids_that_only_count_are_not_taken_for_item_numbers() -> None:
    sent = [item(str(place), coded(answer)) for place, answer in enumerate(WITH_ITEM_9, start=1)]
    assert rejection(response(*sent)) == NOT_RECOGNISED


def test_a_corrected_assessment_turns_reliable_improvement_off_after_it_was_announced() -> None:
    course = Course()
    course.weekly(16, 10)
    announced = course.event(ReliableImprovementReached)
    withdrawn = course.correct("a-2", 11, 7, now=8)
    assert [one.fact for one in withdrawn if isinstance(one, DerivedFactWithdrawn)] == [announced]
    assert "ReliableImprovementReached/PHQ9" not in course.case.derived
