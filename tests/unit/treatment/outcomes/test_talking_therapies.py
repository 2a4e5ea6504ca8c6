"""NHS Talking Therapies: every golden vector of domain reference 4.1, and the rows of its table."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.outcomes.courses import GAD7, PHQ9, RULES, form

from treatment.domain.outcomes import measurement_care, talking_therapies
from treatment.domain.outcomes.series import score_series
from treatment.domain.outcomes.talking_therapies import Change, Pair, TalkingTherapiesOutcome

Scores = tuple[int, int, int, int]
Gappy = tuple[int | None, int | None, int | None, int | None]
Judged = tuple[bool | None, bool | None, Change | None, bool | None]
"""Caseness, recovered, change, reliably recovered."""


def judged(expected: Judged) -> TalkingTherapiesOutcome:
    caseness, recovered, change, both = expected
    return TalkingTherapiesOutcome(
        caseness=caseness, recovered=recovered, change=change, reliably_recovered=both
    )


def of(scores: Gappy) -> TalkingTherapiesOutcome:
    phq_first, gad_first, phq_last, gad_last = scores
    return talking_therapies.outcome(
        [
            Pair(rules=PHQ9, first=phq_first, last=phq_last),
            Pair(rules=GAD7, first=gad_first, last=gad_last),
        ]
    )


@pytest.mark.parametrize(
    ("scores", "caseness", "recovered", "change", "reliably_recovered"),
    [
        ((14, 10, 9, 7), True, True, Change.NONE, False),
        ((16, 8, 10, 8), True, False, Change.IMPROVED, False),
        ((9, 7, 3, 3), False, None, Change.IMPROVED, None),
        ((15, 8, 9, 12), True, False, Change.NONE, False),
        ((10, 0, 9, 0), True, True, Change.NONE, False),
        ((9, 8, 9, 7), True, True, Change.NONE, False),
        ((20, 15, 10, 7), True, False, Change.IMPROVED, False),
        ((20, 15, 4, 3), True, True, Change.IMPROVED, True),
        ((18, 16, 24, 16), True, False, Change.DETERIORATED, False),
        ((18, 12, 18, 16), True, False, Change.DETERIORATED, False),
        ((12, 9, 6, 5), True, True, Change.IMPROVED, True),
        ((11, 7, 5, 7), True, True, Change.IMPROVED, True),
        ((9, 7, 15, 7), False, None, Change.DETERIORATED, None),
        ((0, 8, 6, 5), True, True, Change.DETERIORATED, False),
    ],
    ids=lambda value: ",".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_a_golden_vector_comes_out(
    scores: Scores,
    caseness: bool,
    recovered: bool | None,
    change: Change,
    reliably_recovered: bool | None,
) -> None:
    assert of(scores) == judged((caseness, recovered, change, reliably_recovered))


@pytest.mark.parametrize(
    ("first", "last", "response", "remission"),
    [(20, 10, True, False), (20, 4, True, True), (12, 6, True, False), (11, 5, True, False)],
    ids=["20,15,10,7", "20,15,4,3", "12,9,6,5", "11,7,5,7"],
)
def test_the_response_and_remission_of_a_golden_vector(
    first: int, last: int, response: bool, remission: bool
) -> None:
    found = (measurement_care.response(PHQ9, first, last), measurement_care.remission(PHQ9, last))
    assert found == (response, remission)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param((14, None, 4, None), (True, None, Change.IMPROVED, None), id="GAD-7 never taken"),
        pytest.param((14, 9, 4, None), (True, None, Change.IMPROVED, None), id="GAD-7 only once"),
        pytest.param((9, None, 3, None), (None, None, Change.IMPROVED, None), id="caseness unknown"),
        pytest.param((14, None, 12, None), (True, False, Change.NONE, False), id="a case at the end"),
        pytest.param((14, 9, None, None), (True, None, None, None), id="notScorable: no pair"),
        pytest.param((None, None, None, None), (None, None, None, None), id="notScorable: no score"),
        pytest.param((None, 9, 4, 5), (True, True, Change.IMPROVED, True), id="PHQ-9 without first"),
    ],
)
def test_a_measure_without_a_score_leaves_unknown_what_depends_on_it(scores: Gappy, expected: Judged) -> None:
    assert of(scores) == judged(expected)


@pytest.mark.parametrize(
    ("scores", "change"),
    [
        pytest.param((16, 5, 10, 5), Change.IMPROVED, id="PHQ-9 falls by 6"),
        pytest.param((15, 5, 10, 5), Change.NONE, id="PHQ-9 falls by 5"),
        pytest.param((5, 9, 5, 5), Change.IMPROVED, id="GAD-7 falls by 4"),
        pytest.param((5, 8, 5, 5), Change.NONE, id="GAD-7 falls by 3"),
        pytest.param((10, 5, 16, 5), Change.DETERIORATED, id="PHQ-9 rises by 6"),
        pytest.param((5, 5, 5, 8), Change.NONE, id="GAD-7 rises by 3"),
        pytest.param((20, 5, 10, 9), Change.NONE, id="mixed: down and up"),
        pytest.param((10, 9, 16, 5), Change.NONE, id="mixed: up and down"),
    ],
)
def test_reliable_change_at_its_thresholds(scores: Scores, change: Change) -> None:
    assert of(scores).change is change


@pytest.mark.parametrize(
    ("ended", "attended", "expected"),
    [(True, 2, True), (True, 1, False), (False, 12, False)],
    ids=["two attended", "one attended", "not ended"],
)
def test_a_course_is_finished_when_it_ended_after_two_sessions(
    ended: bool, attended: int, expected: bool
) -> None:
    assert talking_therapies.finished(RULES.talking_therapies, ended=ended, attended=attended) is expected


def test_a_course_of_one_therapy_type_needs_two_sessions_of_it() -> None:
    received = talking_therapies.therapies_received(RULES.talking_therapies, ["ipt", "cbt", "ipt"])
    assert received == frozenset({"ipt"})


def test_first_by_the_first_session_and_last_by_discharge() -> None:
    forms = [form(17, 0), form(15, 7), form(8, 70), form(3, 90)]
    found = talking_therapies.pair(score_series(PHQ9, forms), date(2026, 1, 12), date(2026, 3, 16))
    assert found == Pair(rules=PHQ9, first=17, last=8)


def test_a_first_score_after_the_first_session_is_none() -> None:
    series = score_series(PHQ9, [form(15, 8), form(8, 70)])
    assert talking_therapies.pair(series, date(2026, 1, 12)) == Pair(rules=PHQ9, first=None, last=8)
    assert talking_therapies.pair(series) == Pair(rules=PHQ9, first=15, last=8)


def test_one_score_is_a_first_one_and_no_last() -> None:
    series = score_series(PHQ9, [form(15, 0), form(14, 0.1)])
    assert talking_therapies.pair(series) == Pair(rules=PHQ9, first=14, last=None)


def test_a_course_is_judged_by_the_measures_that_the_rules_name() -> None:
    series = {
        "PHQ9": score_series(PHQ9, [form(20), form(4, 70)]),
        "WSAS": score_series(
            RULES.measures["WSAS"], [form(20, instrument="WSAS"), form(40, 70, instrument="WSAS")]
        ),
    }
    assert talking_therapies.of_course(RULES, series) == judged((True, None, Change.IMPROVED, None))
    series["GAD7"] = score_series(GAD7, [form(9, instrument="GAD7"), form(7, 70, instrument="GAD7")])
    assert talking_therapies.of_course(RULES, series) == judged((True, True, Change.IMPROVED, True))


def maybe(highest: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, highest)


@given(st.tuples(maybe(27), maybe(21), maybe(27), maybe(21)))
def test_whatever_the_scores_the_outcome_agrees_with_itself(
    scores: Gappy,
) -> None:
    found = of(scores)
    assert found.recovered is None or found.caseness is True
    # Recovery asks for caseness alone: who was a case by one measure can get reliably worse on the other and
    # be no case at the end. Recovered is not reliably recovered.
    both = (found.recovered, found.change)
    assert found.reliably_recovered is (None if None in both else both == (True, Change.IMPROVED))


@given(st.tuples(st.integers(0, 27), st.integers(0, 21), st.integers(0, 27), st.integers(0, 21)))
def test_the_course_run_backwards_changes_the_other_way(scores: Scores) -> None:
    mirror = {
        Change.IMPROVED: Change.DETERIORATED,
        Change.DETERIORATED: Change.IMPROVED,
        Change.NONE: Change.NONE,
        None: None,
    }
    assert of((*scores[2:], *scores[:2])).change is mirror[of(scores).change]
