"""A positive risk item raises a flag in the append of its form; state never refuses a form."""

import pytest
from tests.unit.treatment.given_when_then import AT, CASE, form, given, opened, person

from casetrail_contracts import event_id
from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.inventory import InventoryRecorded
from treatment.domain.case import Status
from treatment.domain.commands import Record
from treatment.domain.refusals import AlreadyRecorded

FORM = (1,) * 8


@pytest.mark.parametrize(
    ("answer", "level"), [(1, RiskLevel.REVIEW), (2, RiskLevel.URGENT), (3, RiskLevel.URGENT)]
)
def test_item_9_raises_a_flag_of_its_level(answer: int, level: RiskLevel) -> None:
    scored, raised = given(opened).when(form((*FORM, answer))).facts
    flag = raised.payload
    assert isinstance(flag, RiskFlagRaised)
    assert (flag.level, flag.rule, flag.evidence, flag.setting) == (
        level,
        "riskItem",
        (event_id(CASE, 2),),
        "remote",
    )
    assert (flag.therapist_id, flag.supervisor_id, flag.team_id) == ("t-1", "s-1", "team-1")
    assert (raised.caused_by, raised.at, scored.caused_by) == (event_id(CASE, 2), AT, None)


def test_item_9_answered_zero_raises_nothing() -> None:
    assert len(given(opened).when(form((*FORM, 0))).facts) == 1


def test_the_same_form_has_the_same_flag_id() -> None:
    first, again = (given(opened).when(form((*FORM, 2))).facts[1].payload for _ in range(2))
    assert first == again


def test_an_open_flag_gains_evidence_instead_of_a_twin_and_is_never_lowered() -> None:
    first = [fact.payload for fact in given(opened).when(form((*FORM, 2))).facts]
    case = given(opened, *first)
    (flag_id,) = case.case.open_flags
    lower = case.when(form((*FORM, 1), name="a-2")).facts[1].payload
    assert isinstance(lower, RiskFlagRaised)
    assert (lower.flag_id, lower.level) == (flag_id, RiskLevel.REVIEW)
    assert given(opened, *first, lower).case.open_flags[flag_id].level is RiskLevel.URGENT


def test_a_higher_level_raises_a_flag_of_its_own() -> None:
    review = [fact.payload for fact in given(opened).when(form((*FORM, 1))).facts]
    urgent = given(opened, *review).when(form((*FORM, 3), name="a-2")).facts[1].payload
    assert isinstance(urgent, RiskFlagRaised)
    assert urgent.flag_id not in given(opened, *review).case.open_flags


def test_a_form_is_accepted_after_closing_and_raises_its_flag() -> None:
    closed = given(opened, CaseClosed(reason=ClosureReason.REFERRED_ON))
    assert closed.case.status is Status.CLOSED
    assert len(closed.when(form((*FORM, 2))).facts) == 2


def test_the_same_form_again_says_nothing_new_and_another_content_is_refused() -> None:
    scored = [fact.payload for fact in given(opened).when(form((*FORM, 2))).facts]
    case = given(opened, *scored)
    case.when(form((*FORM, 2))).then()
    case.when(form((*FORM, 1))).then_refused(AlreadyRecorded("assessment", "a-1"))


def test_a_safety_concern_in_the_inventory_is_a_review() -> None:
    inventory = InventoryRecorded(people=(person("p-1", safety_concern=True),))
    recorded, raised = given(opened).when(Record(entry=inventory, at=AT)).facts
    flag = raised.payload
    assert recorded.payload == inventory
    assert isinstance(flag, RiskFlagRaised)
    assert (flag.level, flag.rule, flag.evidence) == (RiskLevel.REVIEW, "safetyConcern", (event_id(CASE, 2),))
