"""Invariant 12: what was told is judged by the definition that it names, whatever its file says today."""

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import pytest
from tests.unit.treatment.course import Course, day, phq
from tests.unit.treatment.given_when_then import INSTALLED, form

from casetrail_contracts import Payload
from casetrail_contracts.events.care import ReviewNeeded, RiskFlagRaised, RiskItemUnanswered
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    OutcomeSummarised,
    ReliableImprovementReached,
    SuddenGainDetected,
    SuddenGainReversed,
)
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.scalars import Moment
from treatment.definitions.deviation_rules import read_deviation_rules
from treatment.definitions.instruments import read_instrument
from treatment.definitions.outcome_rules import read_outcome_rules
from treatment.definitions.protocols import read_protocol
from treatment.definitions.safety_rules import read_safety_rules
from treatment.domain.circumstances import Definitions

NOW = INSTALLED.definitions
DROPPED_OUT = CaseClosed(reason=ClosureReason.DROPPED_OUT)


def after(edited: Definitions) -> Definitions:
    """What counts for a tenant once the files were edited: the register knows those of before."""
    only_new = replace(INSTALLED, definitions=edited)
    return only_new.with_published(INSTALLED.published)


def rule_set(code: str, old: str, new: str) -> bytes:
    text = (files("treatment.definitions") / "rule_sets" / f"{code}-1.toml").read_bytes()
    assert old.encode() in text
    return text.replace(old.encode(), new.encode())


def definition(texts: dict[str, bytes], code: str, old: str, new: str) -> bytes:
    text = next(text for reference, text in texts.items() if reference.startswith(f"{code}@"))
    assert old.encode() in text
    return text.replace(old.encode(), new.encode())


def deviations(old: str, new: str) -> Definitions:
    edited = read_deviation_rules("DEVIATIONS-1.toml", rule_set("DEVIATIONS", old, new))
    return after(replace(NOW, deviations=edited))


def outcomes(old: str, new: str) -> Definitions:
    edited = read_outcome_rules("OUTCOMES-1.toml", rule_set("OUTCOMES", old, new))
    return after(replace(NOW, outcomes=edited))


def safety(old: str, new: str) -> Definitions:
    edited = read_safety_rules("SAFETY-1.toml", rule_set("SAFETY", old, new))
    return after(replace(NOW, safety=edited))


def protocol(old: str, new: str) -> Definitions:
    edited = read_protocol("IPT-16-1.toml", definition(dict(INSTALLED.protocols.texts), "IPT-16", old, new))
    return after(replace(NOW, protocols={edited.reference: edited}))


def instrument(old: str, new: str) -> Definitions:
    edited = read_instrument("PHQ9-1.toml", definition(dict(INSTALLED.instruments.texts), "PHQ9", old, new))
    return after(replace(NOW, instruments={edited.reference: edited}))


def short_session() -> Course:
    course = Course()
    course.session("s-1", 0, duration_minutes=20)
    return course


def overrun_phase() -> Course:
    course = Course()
    for number in range(1, 19):
        course.session(f"s-{number}", 7 * (number - 1))
    return course


def gap() -> Course:
    course = Course()
    course.session("s-1", 0)
    course.session("s-2", 29)
    return course


def improved() -> Course:
    course = Course()
    course.weekly(20, 13)
    return course


def gained_and_lost() -> Course:
    course = Course()
    course.weekly(18, 17, 18, 8, 8, 14)
    return course


def closed() -> Course:
    course = improved()
    course.record(DROPPED_OUT, 8)
    return course


def positive_item() -> Course:
    course = Course()
    course.score("a-1", 12, 0, item_9=2)
    return course


def missed() -> Course:
    course = Course()
    course.session("s-1", 0)
    course.tick(29)
    return course


CASES: list[tuple[Callable[[], Course], type[Payload], Definitions]] = [
    (short_session, ProtocolDeviationDetected, deviations("below_percent = 60", "below_percent = 1")),
    (overrun_phase, ProtocolDeviationDetected, deviations("sessions = 2 }", "sessions = 5 }")),
    (improved, ReliableImprovementReached, outcomes("reliable_change = 6", "reliable_change = 9")),
    (gained_and_lost, SuddenGainDetected, outcomes("sudden_gain = 6", "sudden_gain = 20")),
    (gained_and_lost, SuddenGainReversed, outcomes("sudden_gain = 6", "sudden_gain = 20")),
    (closed, OutcomeSummarised, outcomes("caseness = 10", "caseness = 15")),
    (closed, OutcomeSummarised, outcomes("# How outcomes", "# As outcomes")),
    (missed, ReviewNeeded, safety("review_within_working_days = 5", "review_within_working_days = 9")),
    (gap, ProtocolDeviationDetected, protocol("max_gap_days = 28", "max_gap_days = 60")),
    (positive_item, RiskFlagRaised, instrument("urgent_at = 2", "urgent_at = 3")),
]


@pytest.mark.parametrize(("begun", "kind", "edited"), CASES)
def test_invariant_12_what_was_told_stays_when_its_definition_is_edited(
    begun: Callable[[], Course], kind: type[Payload], edited: Definitions
) -> None:
    course = begun()
    told = course.event(kind)
    course.definitions = edited
    unrelated = course.score("a-90", 13, 200)
    late = course.score("a-91", 20, 199, now=201)
    assert not [
        one for one in (*unrelated, *late) if isinstance(one, DerivedFactWithdrawn) and one.fact == told
    ]


def test_invariant_12_what_its_own_rules_take_back_is_taken_back_and_judged_by_those_of_today() -> None:
    course = improved()
    told = course.event(ReliableImprovementReached)
    course.definitions = outcomes("reliable_change = 6", "reliable_change = 5")
    withdrawn, again = course.correct("a-2", 15, 7, now=20)
    assert isinstance(withdrawn, DerivedFactWithdrawn)
    assert withdrawn.fact == told
    assert isinstance(again, ReliableImprovementReached)
    assert again.rules == course.definitions.outcomes.reference


def test_invariant_12_a_closed_case_is_summed_up_anew_by_the_rules_of_its_closing() -> None:
    course = closed()
    course.definitions = outcomes("caseness = 10", "caseness = 25")
    (summary,) = [one for one in course.correct("a-2", 9, 7, now=20) if isinstance(one, OutcomeSummarised)]
    assert (summary.rules, summary.caseness_at_start) == (NOW.outcomes.reference, True)


def test_invariant_12_of_rules_that_nobody_can_read_any_more_nothing_is_taken_back() -> None:
    course = improved()
    edited = outcomes("reliable_change = 6", "reliable_change = 9")
    course.definitions = replace(edited, rule_sets={})
    assert not [one for one in course.correct("a-2", 20, 7, now=20) if isinstance(one, DerivedFactWithdrawn)]


def test_a_flag_a_task_and_a_review_name_the_rules_of_safety() -> None:
    course = Course()
    course.score("a-1", 12, 0, item_9=2)
    left_out = replace(form((*phq(12)[:8], None), name="a-2"), taken_at=Moment(day(0)))
    course.form(left_out, day(0, 2))
    course.session("s-1", 0)
    course.tick(29)
    named = {
        type(one): one.rules
        for _, one in course.told
        if isinstance(one, RiskFlagRaised | RiskItemUnanswered | ReviewNeeded)
    }
    assert named == dict.fromkeys((RiskFlagRaised, RiskItemUnanswered, ReviewNeeded), NOW.safety.reference)
