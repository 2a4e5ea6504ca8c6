"""What the scores say becomes a fact once, in the append of the form that shows it (domain reference 4.6)."""

import pytest
from tests.unit.treatment.course import OUTCOMES, SAFETY, Course, day
from tests.unit.treatment.given_when_then import because

from casetrail_contracts import Payload
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    DeteriorationDetected,
    NotOnTrackSignalled,
    RecurrenceSuspected,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
    RemissionReached,
)
from casetrail_contracts.events.tactics import TacticAdapted


def names(payloads: list[Payload]) -> list[str]:
    return [type(one).__name__ for one in payloads]


def signals(payloads: list[Payload]) -> list[str]:
    return [one.rule for one in payloads if isinstance(one, NotOnTrackSignalled)]


def about(course: Course, first: str, last: str, baseline: int, current: int) -> dict[str, object]:
    return {
        "instrument": "PHQ9",
        "rules": OUTCOMES,
        "evidence": (course.form_event(first), course.form_event(last)),
        "baseline": baseline,
        "current": current,
    }


def test_reliable_improvement_is_told_once_with_its_evidence() -> None:
    course = Course()
    first, second, third, fourth = course.weekly(16, 11, 10, 9)
    reached = ReliableImprovementReached.model_validate(about(course, "a-1", "a-3", 16, 10))
    assert (first, second, third, fourth) == ([], [], [reached], [])


def test_an_improvement_that_was_lost_and_comes_back_is_not_told_again() -> None:
    assert [names(one) for one in Course().weekly(16, 10, 13, 10)] == [
        [],
        ["ReliableImprovementReached"],
        [],
        [],
    ]


def test_remission_needs_two_forms_below_the_threshold_and_is_told_once() -> None:
    course = Course()
    *_, second, third = course.weekly(9, 4, 4, 3)
    remission = RemissionReached.model_validate(about(course, "a-1", "a-3", 9, 4))
    assert second == [remission]
    assert names(third) == ["ReliableImprovementReached"]


def test_a_score_of_exactly_5_is_no_remission() -> None:
    assert "RemissionReached" not in [name for one in Course().weekly(9, 5, 4, 5) for name in names(one)]


def test_deterioration_is_told_once_and_asks_for_a_review() -> None:
    course = Course()
    _, second, third = course.weekly(10, 16, 17)
    facts = about(course, "a-1", "a-2", 10, 16)
    assert second == [
        ReliableDeteriorationReached.model_validate(facts),
        DeteriorationDetected.model_validate(facts),
        ReviewNeeded(
            rule="deterioration",
            about=course.form_event("a-2"),
            due_at=day(14, 2),
            therapist_id="t-1",
            supervisor_id="s-1",
            rules=SAFETY,
        ),
        NotOnTrackSignalled.model_validate(facts | {"rule": "deteriorating", "session": 2}),
    ]
    assert third == []


@pytest.mark.parametrize(
    ("totals", "rule"),
    [
        pytest.param((12, 12, 12, 11), "noEarlyResponse", id="4.6 noEarlyResponse"),
        pytest.param((10, 16), "deteriorating", id="4.6 deteriorating: 6 above baseline"),
        pytest.param((14, 12, 17), "deteriorating", id="4.6 deteriorating: +5 over two sessions"),
        pytest.param((21, 25), "deteriorating", id="4.6 deteriorating: 25 from a baseline of 20"),
        pytest.param((18, 12, 12, 11, 12, 12), "plateau", id="4.6 plateau"),
        pytest.param((18, 14, 12, 11, 10, 9, 10, 10), "midpointReview", id="4.6 midpointReview"),
        pytest.param((12, 12, 17), "deteriorating", id="4.6 the most pressing rule first"),
    ],
)
def test_the_form_at_which_a_course_leaves_its_track_signals_it(totals: tuple[int, ...], rule: str) -> None:
    *before, last = Course().weekly(*totals)
    assert ([signals(one) for one in before], signals(last)) == ([[]] * len(before), [rule])


def test_one_signal_is_open_at_a_time() -> None:
    told = [signals(one) for one in Course().weekly(12, 12, 12, 11, 16, 17, 17, 16, 17)]
    assert told == [[], [], [], ["noEarlyResponse"], [], [], [], [], []]


def test_a_reviewed_signal_makes_room_for_another_rule_and_not_for_its_own() -> None:
    course = Course()
    course.weekly(12, 12, 12, 11)
    reviewed = TacticAdapted(
        because=because(course.event(NotOnTrackSignalled)), kind="requestSupervision", trigger="notOnTrack"
    )
    assert course.record(reviewed, 22) == []
    course.session("s-5", 28)
    assert signals(course.score("a-5", 11, 28)) == []
    course.session("s-6", 35)
    assert signals(course.score("a-6", 17, 35)) == ["deteriorating"]
    course.session("s-7", 42)
    assert signals(course.score("a-7", 17, 42)) == []


def test_recurrence_is_suspected_in_maintenance_only() -> None:
    facts = {}
    for protocol in ("IPT-M", "IPT-16"):
        course = Course(protocol)
        found = []
        for number, (total, on) in enumerate([(4, 0), (10, 28), (10, 56), (12, 84)]):
            course.session(f"s-{number}", on)
            found.append(
                [one for one in course.score(f"a-{number}", total, on) if type(one) is RecurrenceSuspected]
            )
        facts[protocol] = found
    assert facts["IPT-16"] == [[], [], [], []]
    assert [len(one) for one in facts["IPT-M"]] == [0, 0, 1, 0]
    assert facts["IPT-M"][2] == [
        RecurrenceSuspected(
            instrument="PHQ9",
            rules=OUTCOMES,
            evidence=facts["IPT-M"][2][0].evidence,
            baseline=4,
            current=10,
        )
    ]


def test_visits_more_than_four_weeks_apart_are_no_recurrence() -> None:
    course = Course("IPT-M")
    for number, (total, on) in enumerate([(4, 0), (10, 28), (10, 57)]):
        course.session(f"s-{number}", on)
        assert "RecurrenceSuspected" not in names(course.score(f"a-{number}", total, on))


def test_a_correction_turns_reliable_improvement_off_and_on_again() -> None:
    course = Course()
    course.weekly(16, 10, 10)
    reached = course.event(ReliableImprovementReached)
    off = course.correct("a-1", 15, 0, now=15)
    assert off == [DerivedFactWithdrawn(fact=reached, because_of=course.told[-len(off) - 1][0])]
    on = course.correct("a-1", 17, 0, now=16)
    assert on == [ReliableImprovementReached.model_validate(about(course, "a-1", "a-2", 17, 10))]
    assert [key for key in course.case.derived if "Improvement" in key] == ["ReliableImprovementReached/PHQ9"]


def test_with_a_deterioration_its_signal_and_its_review_are_taken_back() -> None:
    course = Course()
    course.weekly(10, 16)
    told = [event_id for event_id, payload in course.told if event_id > course.form_event("a-2")]
    withdrawn = course.correct("a-2", 10, 7, now=8)
    assert {one.fact for one in withdrawn if isinstance(one, DerivedFactWithdrawn)} == set(told)
    assert not any("Deterioration" in key or "NotOnTrack" in key for key in course.case.derived)
    assert names(course.correct("a-2", 16, 7, now=9)) == names([payload for _, payload in course.told[-4:]])


def test_a_form_that_comes_late_lets_the_series_be_judged_anew() -> None:
    course = Course()
    course.session("s-1", 0)
    course.session("s-2", 7)
    course.score("a-2", 10, 7)
    improved, missed = course.score("a-1", 16, 0, now=8)
    assert type(improved) is ReliableImprovementReached
    assert type(missed) is DerivedFactWithdrawn
    assert "measureMissed/PHQ9/s-1" not in course.case.derived


def test_a_form_taken_back_takes_its_facts_with_it() -> None:
    course = Course()
    course.weekly(16, 10)
    assert names(course.take_back(course.form_event("a-2"), 8)) == ["DerivedFactWithdrawn"]
    assert not any("PHQ9" in key for key in course.case.derived)


def test_a_form_that_was_another_questionnaire_is_judged_in_both_series() -> None:
    course = Course()
    course.weekly(16, 10)
    assert names(course.change_instrument("a-2", "GAD7", (1,) * 7, 7, now=8)) == ["DerivedFactWithdrawn"]
