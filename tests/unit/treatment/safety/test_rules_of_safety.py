"""The rules of domain reference 5.2, row by row and bullet by bullet: what raises which flag, and once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders import sealed
from tests.unit.treatment.course import Course, day, phq
from tests.unit.treatment.given_when_then import (
    AT,
    CASE,
    INSTALLED,
    INSTRUMENTS,
    NOW,
    circumstances,
    form,
    given,
    opened,
)

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.care import (
    ReviewNeeded,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagRaised,
    RiskFlagResolved,
    RiskItemUnanswered,
    RiskLevel,
    RiskOutcome,
)
from casetrail_contracts.events.case import CaseClosed, CaseTransferred, ClosureReason
from casetrail_contracts.events.measure import AnswerMode
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Record, ScoreAssessment
from treatment.domain.refusals import UrgentRiskOpen

REVIEW, URGENT = RiskLevel.REVIEW, RiskLevel.URGENT
RISK_ITEM = {"PHQ9": (9, 9), "PHQ9A": (9, 9), "EPDS": (10, 10), "CORE10": (10, 6), "QIDS16": (16, 12)}
"""How many items there are, and which of them is the risk item."""
MODE: dict[str, AnswerMode] = {"EPDS": "score", "CORE10": "score"}
CASE_OF_ONE = given(opened)


def answered(code: str, answer: int | None, others: int = 0, name: str = "a-1") -> ScoreAssessment:
    count, risk_item = RISK_ITEM[code]
    items = tuple(answer if number == risk_item else others for number in range(1, count + 1))
    return replace(form(items, code=code, name=name), answer_mode=MODE.get(code))


def flags(payloads: list[Payload]) -> list[tuple[RiskLevel, str, bool]]:
    return [(one.level, one.rule, one.historical) for one in payloads if isinstance(one, RiskFlagRaised)]


@pytest.mark.parametrize(
    ("code", "answer", "others", "level"),
    [
        pytest.param("PHQ9", 0, 1, None, id="5.2 PHQ-9 item 9 = 0"),
        pytest.param("PHQ9", 1, 0, REVIEW, id="5.2 PHQ-9 item 9 >= 1"),
        pytest.param("PHQ9", 2, 0, URGENT, id="5.2 PHQ-9 item 9 >= 2"),
        pytest.param("PHQ9", 3, 3, URGENT, id="5.2 PHQ-9 item 9 = 3"),
        pytest.param("PHQ9A", 1, 0, URGENT, id="5.2 PHQ-9A item 9 >= 1"),
        pytest.param("EPDS", 1, 0, REVIEW, id="5.2 EPDS item 10 >= 1"),
        pytest.param("EPDS", 2, 0, URGENT, id="5.2 EPDS item 10 >= 2"),
        pytest.param("EPDS", 1, 2, URGENT, id="5.2 EPDS item 10 >= 1 with total >= 13"),
        pytest.param("CORE10", 1, 0, REVIEW, id="5.2 CORE-10 item 6 >= 1"),
        pytest.param("CORE10", 2, 0, URGENT, id="5.2 CORE-10 item 6 >= 2"),
        pytest.param("QIDS16", 1, 0, REVIEW, id="5.2 QIDS item 12 >= 1"),
        pytest.param("QIDS16", 2, 0, URGENT, id="5.2 QIDS item 12 >= 2"),
    ],
)
def test_a_risk_item_raises_one_flag_at_its_level(
    code: str, answer: int, others: int, level: RiskLevel | None
) -> None:
    derived = CASE_OF_ONE.when(answered(code, answer, others)).derived
    assert flags(derived) == ([(level, "riskItem", False)] if level else [])


def test_epds_item_10_answered_by_position_0_is_a_score_of_3_and_urgent() -> None:
    by_position = replace(answered("EPDS", 0, 3), answer_mode="position")
    assert flags(CASE_OF_ONE.when(by_position).derived) == [(URGENT, "riskItem", False)]


@pytest.mark.parametrize(
    ("before", "now", "levels"),
    [
        pytest.param(0, 1, [REVIEW], id="5.2 item 9 rises by 1"),
        pytest.param(1, 2, [URGENT], id="5.2 item 9 rises to urgent"),
        pytest.param(1, 1, [REVIEW], id="5.2 item 9 stays positive"),
        pytest.param(2, 0, [], id="5.2 item 9 falls to 0"),
    ],
)
def test_a_risen_item_9_is_a_review_at_least(before: int, now: int, levels: list[RiskLevel]) -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=before)
    assert [level for level, _, _ in flags(course.score("a-2", 10, 7, item_9=now))] == levels


@pytest.mark.parametrize(
    ("level", "raised"),
    [("none", []), ("low", []), ("moderate", [URGENT]), ("high", [URGENT])],
    ids=lambda value: f"5.2 risk check {value}" if isinstance(value, str) else "",
)
def test_a_risk_check_that_is_moderate_or_high_is_urgent(level: str, raised: list[RiskLevel]) -> None:
    check = RiskChecked.model_validate({"asked": True, "level": level})
    derived = CASE_OF_ONE.when(Record(entry=check, at=AT)).derived
    assert flags(derived) == [(one, "riskCheck", False) for one in raised]


def test_5_2_item_9_unanswered_is_asked_for_once_for_each_form() -> None:
    left_out = form((1,) * 8 + (None,))
    task = RiskItemUnanswered(
        assessment_id="a-1",
        definition=INSTRUMENTS.get("PHQ9").reference,
        known="no",
        evidence=(event_id(CASE, 2),),
        therapist_id="t-1",
        rules=INSTALLED.definitions.safety.reference,
    )
    asked = CASE_OF_ONE.when(left_out)
    assert asked.derived == [task]
    known = CASE_OF_ONE.also(asked.facts[0].payload, task)
    assert known.when(left_out).facts == []
    assert len(known.when(replace(left_out, assessment_id="a-2")).derived) == 1


def test_5_2_totals_without_items_are_one_task_for_the_case() -> None:
    course = Course()
    first, second = form(total=12, name="a-1"), form(total=11, name="a-2")
    assert [type(one) for one in course.form(first, NOW)] == [RiskItemUnanswered]
    assert course.form(second, NOW) == []


def test_5_2_no_acknowledgement_escalates_step_by_step_and_never_back() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=3)
    (flag_id,) = course.case.open_flags
    steps = []
    for step in (2, 3, 2, 3):
        course.record(RiskFlagEscalated(flag_id=flag_id, step=step))
        steps.append(course.case.flags[flag_id].step)
    assert steps == [2, 3, 3, 3]
    assert sum(isinstance(payload, RiskFlagEscalated) for _, payload in course.told) == 2


@pytest.mark.parametrize("item_9", [1, 3], ids=["review", "urgent"])
def test_5_2_new_evidence_on_a_flag_is_acknowledged_and_escalated_anew(item_9: int) -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=3)
    (flag_id,) = course.case.open_flags
    course.record(RiskFlagEscalated(flag_id=flag_id, step=2))
    course.record(RiskFlagAcknowledged(flag_id=flag_id, acknowledged_by="t-1"))
    course.score("a-2", 10, 7, item_9=item_9)
    seen = course.case.flags[flag_id]
    assert (seen.acknowledged, seen.step, len(seen.evidence)) == (False, 1, 2)
    course.record(RiskFlagEscalated(flag_id=flag_id, step=2), 7)
    course.record(RiskFlagAcknowledged(flag_id=flag_id, acknowledged_by="s-1"), 7)
    assert (course.case.flags[flag_id].acknowledged, course.case.flags[flag_id].step) == (True, 2)
    assert sum(isinstance(payload, RiskFlagAcknowledged) for _, payload in course.told) == 2


def test_5_2_imported_history_leaves_what_was_done_about_a_flag() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=3)
    (flag_id,) = course.case.open_flags
    course.record(RiskFlagEscalated(flag_id=flag_id, step=2))
    course.record(RiskFlagAcknowledged(flag_id=flag_id, acknowledged_by="t-1"))
    old = replace(form(phq(12, 2), name="a-0"), taken_at=Moment(day(-60)), imported=True)
    assert flags(course.form(old, day(1))) == [(REVIEW, "riskItem", True)]
    assert (course.case.flags[flag_id].acknowledged, course.case.flags[flag_id].step) == (True, 2)


def test_5_2_a_form_filled_in_remotely_says_so_in_its_flag() -> None:
    in_session = replace(answered("PHQ9", 1, name="a-2"), setting="inSession")
    settings = [
        one.setting
        for command in (answered("PHQ9", 1), in_session)
        for one in CASE_OF_ONE.when(command).derived
        if isinstance(one, RiskFlagRaised)
    ]
    assert settings == ["remote", "inSession"]


def test_bullet_one_flag_per_assessment_at_the_highest_level_that_applies() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=1)
    assert flags(course.score("a-2", 10, 7, item_9=3)) == [(URGENT, "riskItem", False)]
    assert flags(course.score("a-3", 10, 14, item_9=1)) == [(REVIEW, "riskItem", False)]
    levels = sorted(flag.level for flag in course.case.open_flags.values())
    assert levels == [REVIEW, URGENT]
    evidence = {event for flag in course.case.open_flags.values() for event in flag.evidence}
    assert evidence == {course.form_event(name) for name in ("a-1", "a-2", "a-3")}


def test_bullet_a_flag_that_was_resolved_is_followed_by_a_new_one() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=2)
    (first,) = course.case.open_flags
    course.record(RiskFlagResolved(flag_id=first, outcome=RiskOutcome.SAFETY_PLAN_CREATED))
    assert course.case.open_flags == {}
    course.score("a-2", 10, 7, item_9=2)
    (second,) = course.case.open_flags
    assert second != first


@pytest.mark.parametrize("days", [1, 2], ids=["a day later", "more than a day later"])
def test_bullet_a_form_that_is_entered_late_is_marked_so(days: int) -> None:
    derived = CASE_OF_ONE.when(answered("PHQ9", 2), circumstances(now=AT.at + timedelta(days=days))).derived
    assert [one.late_entry for one in derived if isinstance(one, RiskFlagRaised)] == [days > 1]


@pytest.mark.parametrize(
    ("ages", "raised"),
    [
        pytest.param([3], [(URGENT, "riskItem", False)], id="the newest, within its recall period"),
        pytest.param([20], [(REVIEW, "riskItem", True)], id="older than its recall period"),
        pytest.param([3, 5], [(URGENT, "riskItem", False), (REVIEW, "riskItem", True)], id="not the newest"),
        pytest.param([700, 350, 20], [(REVIEW, "riskItem", True)], id="a whole history: one flag"),
    ],
)
def test_bullet_imported_forms_raise_at_most_one_historical_flag(
    ages: list[int], raised: list[tuple[RiskLevel, str, bool]]
) -> None:
    course, found = Course(), []
    for number, age in enumerate(ages):
        taken = Moment(day(-age))
        command = replace(form(phq(12, 2), name=f"a-{number}"), taken_at=taken, imported=True)
        found += flags(course.form(command, NOW))
    assert found == raised


@pytest.mark.parametrize("items", [(1,) * 8 + (None,), None], ids=["item 9 left out", "total alone"])
def test_bullet_imported_history_asks_nobody_about_missing_items(
    items: tuple[int | None, ...] | None,
) -> None:
    old = replace(form(items, None if items else 12), taken_at=Moment(day(-60)), imported=True)
    assert CASE_OF_ONE.when(old).derived == []


def test_bullet_imported_history_asks_nobody_for_a_review_of_its_deteriorations() -> None:
    course = Course()
    for number, (total, age) in enumerate([(10, 200), (18, 190)]):
        old = replace(form(phq(total), name=f"a-{number}"), taken_at=Moment(day(-age)), imported=True)
        told = [type(one).__name__ for one in course.form(old, NOW)]
    assert told == ["ReliableDeteriorationReached", "DeteriorationDetected", "NotOnTrackSignalled"]


@pytest.mark.parametrize("outcome", RiskOutcome)
def test_bullet_every_outcome_resolves_a_flag_and_none_deletes_it(outcome: RiskOutcome) -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=2)
    (flag_id,) = course.case.open_flags
    needs_reason = outcome is RiskOutcome.FALSE_POSITIVE
    resolved = RiskFlagResolved.model_validate(
        {"flag_id": flag_id, "outcome": outcome, "reason": sealed("reason") if needs_reason else None}
    )
    course.record(resolved)
    assert course.case.open_flags == {}
    assert set(course.case.flags) == {flag_id}


def test_bullet_a_false_positive_needs_its_reason() -> None:
    with pytest.raises(ValueError, match="a false positive is resolved with a `reason`"):
        RiskFlagResolved(flag_id="5f0f0a6c-7d3c-5a44-9b7e-0a4f2f1d6c33", outcome=RiskOutcome.FALSE_POSITIVE)


def test_bullet_an_open_urgent_flag_blocks_closing_without_an_override() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=2)
    closure = CaseClosed(reason=ClosureReason.DROPPED_OUT)
    with pytest.raises(UrgentRiskOpen) as refused:
        course.record(closure)
    assert refused.value == UrgentRiskOpen(1)
    course.record(closure.model_copy(update={"open_risk_override": sealed("reason")}))
    assert course.case.closed_as is ClosureReason.DROPPED_OUT


def test_bullet_a_review_flag_does_not_block_closing() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=1)
    course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT))
    assert len(course.case.open_flags) == 1


def test_a_flag_goes_with_the_case_to_another_therapist() -> None:
    course = Course()
    course.score("a-1", 10, 0, item_9=2)
    (flag_id,) = course.case.open_flags
    course.record(CaseTransferred(therapist_id="t-2", supervisor_id="s-2", reason="staffChange"), 1)
    gained = [one for one in course.score("a-2", 10, 7, item_9=2) if isinstance(one, RiskFlagRaised)]
    assert [(one.flag_id, one.therapist_id, one.supervisor_id) for one in gained] == [(flag_id, "t-2", "s-2")]
    course.record(RiskFlagAcknowledged(flag_id=flag_id, acknowledged_by="t-2"), 7)
    assert course.case.flags[flag_id].acknowledged


@pytest.mark.parametrize(
    ("on", "due"),
    [
        pytest.param(0, 7, id="5.2 Monday to Monday"),
        pytest.param(1, 8, id="5.2 Tuesday to Tuesday"),
        pytest.param(3, 10, id="5.2 Thursday to Thursday"),
        pytest.param(4, 11, id="5.2 Friday to Friday"),
        pytest.param(5, 11, id="5.2 Saturday to Friday"),
        pytest.param(6, 11, id="5.2 Sunday to Friday"),
    ],
)
def test_a_deterioration_is_reviewed_within_five_working_days(on: int, due: int) -> None:
    course = Course()
    course.score("a-1", 10, 0)
    told = course.score("a-2", 16, 7 + on)
    assert [one.due_at for one in told if isinstance(one, ReviewNeeded)] == [day(7 + due, 2)]


def test_a_service_may_set_other_working_days_and_weekends_do_not_count() -> None:
    safety = replace(INSTALLED.definitions.safety, review_within_working_days=11)
    assert [safety.review_due(day(on)) for on in (0, 5)] == [day(15), day(21)]
