"""The figures of a service: denominators, target and waits of domain reference 4.1."""

import pytest
from tests.unit.treatment.outcomes.courses import RULES

from treatment.domain.outcomes.cohort import CohortCourse, CohortFigures, Waits, cohort_figures, waits
from treatment.domain.outcomes.talking_therapies import Change, TalkingTherapiesOutcome

RULE = RULES.talking_therapies


Judged = tuple[bool | None, bool | None, Change | None]
"""Caseness, recovered, change."""


def course(judged: Judged, *, finished: bool = True, paired: bool = True) -> CohortCourse:
    caseness, recovered, change = judged
    both = None if recovered is None or change is None else recovered and change is Change.IMPROVED
    outcome = TalkingTherapiesOutcome(
        caseness=caseness, recovered=recovered, change=change, reliably_recovered=both
    )
    return CohortCourse(finished=finished, paired=paired, outcome=outcome)


COHORT = [
    course((True, True, Change.IMPROVED)),
    course((True, True, Change.NONE)),
    course((True, False, Change.DETERIORATED)),
    course((False, None, Change.IMPROVED)),
    course((True, None, None), paired=False),
    course((True, True, Change.IMPROVED), finished=False),
]
FIGURES = CohortFigures(
    courses=6,
    finished=5,
    not_at_caseness=1,
    recovered=2,
    reliably_improved=2,
    reliably_deteriorated=1,
    reliably_recovered=1,
    not_scorable=1,
    paired=4,
)
NOBODY = CohortFigures(
    courses=0,
    finished=0,
    not_at_caseness=0,
    recovered=0,
    reliably_improved=0,
    reliably_deteriorated=0,
    reliably_recovered=0,
    not_scorable=0,
    paired=0,
)


def test_only_finished_courses_count() -> None:
    assert cohort_figures(COHORT) == FIGURES


def test_recovery_leaves_out_those_who_were_no_case_and_improvement_nobody() -> None:
    rates = (
        FIGURES.recovery_rate,
        FIGURES.reliable_recovery_rate,
        FIGURES.improvement_rate,
        FIGURES.deterioration_rate,
        FIGURES.paired_completeness,
    )
    assert rates == (2 / 4, 1 / 4, 2 / 5, 1 / 5, 4 / 5)


def test_without_courses_there_are_no_rates() -> None:
    found = cohort_figures([])
    assert found == NOBODY
    assert (found.recovery_rate, found.improvement_rate, found.meets_target(RULE)) == (None, None, None)


@pytest.mark.parametrize(
    ("recovered", "cases", "met"), [(1, 2, True), (49, 100, False), (50, 100, True)], ids=str
)
def test_the_target_is_recovery_of_half(recovered: int, cases: int, met: bool) -> None:
    cohort = [course((True, True, Change.NONE))] * recovered
    cohort += [course((True, False, Change.NONE))] * (cases - recovered)
    assert cohort_figures(cohort).meets_target(RULE) is met


def test_waits_of_6_and_18_weeks_and_a_second_session_within_90_days() -> None:
    assert waits(RULE, [42, 42, 42, 43], [90, 91]) == Waits(
        seen_within={6: 0.75, 18: 1.0}, targets_met={6: True, 18: True}, second_session_late=0.5
    )
    assert waits(RULE, [42, 43, 126, 127], [7]) == Waits(
        seen_within={6: 0.25, 18: 0.75}, targets_met={6: False, 18: False}, second_session_late=0.0
    )
    assert waits(RULE, [], []) == Waits(seen_within={}, targets_met={}, second_session_late=None)


@pytest.mark.parametrize(
    ("within_6", "within_18", "met"),
    [
        (75, 95, {6: True, 18: True}),
        (74, 95, {6: False, 18: True}),
        (75, 94, {6: True, 18: False}),
    ],
)
def test_a_wait_is_short_enough_for_75_and_95_in_100(
    within_6: int, within_18: int, met: dict[int, bool]
) -> None:
    days = [42] * within_6 + [126] * (within_18 - within_6) + [127] * (100 - within_18)
    assert waits(RULE, days, []).targets_met == met
