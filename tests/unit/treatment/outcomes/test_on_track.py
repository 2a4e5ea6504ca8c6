"""Whether a course is on track: every rule of domain reference 4.6 at its edges."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.outcomes.courses import PHQ9, RULES, form, weekly

from treatment.domain.outcomes.on_track import (
    SIGNALS,
    OnTrackCode,
    Progress,
    rules_that_fire,
    signal,
    upper_bound,
)
from treatment.domain.outcomes.rules import OnTrackRules
from treatment.domain.outcomes.series import score_series

EARLY = OnTrackCode.EARLY_RESPONSE
NO_EARLY = OnTrackCode.NO_EARLY_RESPONSE
NOT_ON_TRACK = OnTrackCode.NOT_ON_TRACK
PLATEAU = OnTrackCode.PLATEAU
DETERIORATING = OnTrackCode.DETERIORATING
MIDPOINT = OnTrackCode.MIDPOINT_REVIEW
IMPROVED = OnTrackCode.RELIABLE_IMPROVEMENT_REACHED
WORSE = OnTrackCode.RELIABLE_DETERIORATION_REACHED
REMISSION = OnTrackCode.REMISSION_REACHED
Scores = Sequence[int | None]


def fired(scores: Scores, attended: int | None = None, planned: int | None = None) -> frozenset[OnTrackCode]:
    """What fires after these scores: the baseline, then one for each session."""
    sessions = len(scores) - 1 if attended is None else attended
    return rules_that_fire(Progress(series=weekly(scores), attended=sessions, planned=planned))


@pytest.mark.parametrize(
    ("rule", "scores", "fires"),
    [
        pytest.param(EARLY, [15, 12], True, id="earlyResponse: 20% and 3 points"),
        pytest.param(EARLY, [10, 8], False, id="earlyResponse: 20%, 2 points"),
        pytest.param(EARLY, [16, 13], False, id="earlyResponse: 3 points, 19%"),
        pytest.param(EARLY, [27, 27, 27, 27, 21], True, id="earlyResponse: 6 points"),
        pytest.param(EARLY, [15, 15, 15, 15, 15, 9], False, id="earlyResponse: only at session 5"),
        pytest.param(EARLY, [15, 12, 15, 15, 15], True, id="earlyResponse: stays when it is lost"),
        pytest.param(NO_EARLY, [15, 15, 15, 15, 13], True, id="noEarlyResponse: 13% at session 4"),
        pytest.param(NO_EARLY, [15, 15, 15, 15, 12], False, id="noEarlyResponse: 20% at session 4"),
        pytest.param(NO_EARLY, [15, 15, 15, 15], False, id="noEarlyResponse: session 4 not done"),
        pytest.param(NO_EARLY, [15, 15, 15, 14, None], True, id="noEarlyResponse: by the newest score"),
        pytest.param(NO_EARLY, [15, 15, 15, 15, 14, 5], True, id="noEarlyResponse: stays what it was"),
        pytest.param(NO_EARLY, [15, 12, 15, 15, 15], True, id="noEarlyResponse: an early gain lost again"),
        pytest.param(NO_EARLY, [15, None, None, None, None, 15], False, id="noEarlyResponse: no score"),
        pytest.param(NOT_ON_TRACK, [15, 15, 15, 15, 18], True, id="notOnTrack: above 17.7 at session 4"),
        pytest.param(NOT_ON_TRACK, [15, 15, 15, 15, 17], False, id="notOnTrack: below 17.7 at session 4"),
        pytest.param(NOT_ON_TRACK, [12] * 16, False, id="notOnTrack: no change at session 15"),
        pytest.param(NOT_ON_TRACK, [12] * 17, True, id="notOnTrack: no change at session 16"),
        pytest.param(PLATEAU, [15, 14, 13, 13, 13, 13, 12], True, id="plateau: 1 point in 4 sessions"),
        pytest.param(PLATEAU, [15, 14, 13, 13, 13, 13, 11], False, id="plateau: 2 points in 4 sessions"),
        pytest.param(PLATEAU, [15, 14, 13, 11, 13, 13, 13], False, id="plateau: 2 points for a while"),
        pytest.param(PLATEAU, [15, 14, 13, 13, 13, 13], False, id="plateau: only 5 sessions"),
        pytest.param(PLATEAU, [15, 14, 10, 10, 10, 10, 10], True, id="plateau: still at 10"),
        pytest.param(PLATEAU, [15, 14, 10, 10, 10, 10, 9], False, id="plateau: below 10"),
        pytest.param(PLATEAU, [15, 14, None, 14, 14, 14, 14], True, id="plateau: by the score before"),
        pytest.param(PLATEAU, [15, 14, 13, None, None, None, None], False, id="plateau: no score"),
        pytest.param(DETERIORATING, [12, 13, 14, 15, 18], True, id="deteriorating: 6 above baseline"),
        pytest.param(DETERIORATING, [12, 13, 14, 15, 17], False, id="deteriorating: 5 above baseline"),
        pytest.param(DETERIORATING, [20, 12, 14, 17], True, id="deteriorating: +5 over two sessions"),
        pytest.param(DETERIORATING, [20, 17, 12, 17], True, id="deteriorating: +5 from one to the next"),
        pytest.param(DETERIORATING, [20, 12, 14, 16], False, id="deteriorating: +4 over two sessions"),
        pytest.param(DETERIORATING, [20, 12, 14, 15, 17], False, id="deteriorating: +5 over three"),
        pytest.param(DETERIORATING, [20, 23, 25], True, id="deteriorating: 25 from a baseline of 20"),
        pytest.param(DETERIORATING, [20, 22, 24], False, id="deteriorating: 24 from a baseline of 20"),
        pytest.param(DETERIORATING, [26, 25, 25], True, id="deteriorating: 25 from 26"),
        pytest.param(IMPROVED, [15, 9], True, id="reliableImprovementReached: 6 points"),
        pytest.param(IMPROVED, [15, 10], False, id="reliableImprovementReached: 5 points"),
        pytest.param(WORSE, [10, 16], True, id="reliable deterioration: 6 points"),
        pytest.param(WORSE, [10, 15], False, id="reliable deterioration: 5 points"),
        pytest.param(REMISSION, [15, 4, 4], True, id="remissionReached: below 5 twice"),
        pytest.param(REMISSION, [15, 4, None, 4], True, id="remissionReached: consecutive assessments"),
        pytest.param(REMISSION, [15, 4, 5], False, id="remissionReached: 5 is not below 5"),
        pytest.param(REMISSION, [15, 15, 4], False, id="remissionReached: once"),
    ],
)
def test_a_rule_at_its_edge(rule: OnTrackCode, scores: Scores, fires: bool) -> None:
    assert (rule in fired(scores)) is fires


@pytest.mark.parametrize(
    ("planned", "scores", "fires"),
    [
        pytest.param(8, [16, 14, 12, 10, 9], True, id="half of 8, 44%"),
        pytest.param(8, [16, 14, 12, 10, 8], False, id="half of 8, 50%"),
        pytest.param(8, [16, 14, 12, 10], False, id="half of 8 not reached"),
        pytest.param(7, [16, 14, 12, 10], False, id="half of 7 is session 4"),
        pytest.param(16, [20, 20, 20, 20, 20, 20, 20, 20, 11], True, id="week 8 of 16"),
        pytest.param(8, [16, 14, 12, 10, 9, 5], True, id="stays what it was"),
        pytest.param(8, [16, 14, 12, 10, None], True, id="by the newest score"),
        pytest.param(8, [16, None, None, None, None, 9], False, id="no score"),
        pytest.param(None, [16, 16, 16, 16, 16], False, id="no plan"),
    ],
)
def test_the_midpoint_review_at_its_edge(planned: int | None, scores: Scores, fires: bool) -> None:
    assert (MIDPOINT in fired(scores, planned=planned)) is fires


def on_track_rules() -> OnTrackRules:
    assert PHQ9.on_track is not None
    return PHQ9.on_track


def test_the_upper_bound_is_that_of_the_reference() -> None:
    found = [round(upper_bound(on_track_rules(), 15, session), 2) for session in (0, 4, 8, 16)]
    assert found == [21.4, 17.7, 16.35, 14.88]


def test_a_score_belongs_to_its_session_even_when_later_ones_have_none() -> None:
    # 17 is above the bound of session 8, and below that of session 4.
    assert NOT_ON_TRACK not in fired([15, 15, 15, 15, 17], attended=8)


def test_a_form_between_sessions_counts_as_the_current_score() -> None:
    forms = [form(12, 0, session=0), form(12, 7, session=1), form(12, 14, session=2), form(17, 18)]
    found = rules_that_fire(Progress(series=score_series(PHQ9, forms), attended=2))
    assert DETERIORATING in found


def test_a_form_for_the_session_to_come_counts_as_its_score() -> None:
    # Filled in before session 4: an early response already, and no verdict on session 4 yet.
    assert fired([15, 15, 15, 15, 9], attended=3) == {EARLY, IMPROVED}
    assert fired([15, 15, 15, 15, 15], attended=3) == frozenset()


def test_a_gain_that_holds_fires_no_signal() -> None:
    assert fired([15, 13, 12, 10, 9, 7, 6, 4, 4], planned=16) == {EARLY, IMPROVED, REMISSION}


def test_a_course_without_change_fires_what_looks_for_change() -> None:
    assert fired([15] * 9, planned=16) == {NO_EARLY, PLATEAU, MIDPOINT}


@pytest.mark.parametrize("scores", [[], [15]], ids=["no score", "one score"])
def test_without_a_second_score_nothing_fires(scores: Scores) -> None:
    assert fired(scores, attended=8, planned=16) == frozenset()


def test_an_instrument_without_rules_about_sessions_has_its_milestones() -> None:
    def of(instrument: str, scores: Scores) -> frozenset[OnTrackCode]:
        return rules_that_fire(Progress(series=weekly(scores, instrument), attended=len(scores) - 1))

    assert of("GAD7", [15, 15, 15, 15, 11]) == {IMPROVED}
    assert of("GAD7", [11, 15]) == {WORSE}
    assert of("BDI", [40, 10]) == frozenset()
    assert of("CORE10", [20, 14]) == {IMPROVED}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({NO_EARLY, PLATEAU, DETERIORATING, NOT_ON_TRACK, MIDPOINT}, DETERIORATING),
        ({NO_EARLY, PLATEAU, NOT_ON_TRACK, MIDPOINT}, NOT_ON_TRACK),
        ({NO_EARLY, PLATEAU, MIDPOINT}, NO_EARLY),
        ({PLATEAU, MIDPOINT}, PLATEAU),
        ({MIDPOINT}, MIDPOINT),
        ({EARLY, IMPROVED, WORSE, REMISSION}, None),
        (set(), None),
    ],
    ids=["deteriorating", "notOnTrack", "noEarlyResponse", "plateau", "midpointReview", "milestones", "none"],
)
def test_the_most_pressing_rule_signals(found: set[OnTrackCode], expected: OnTrackCode | None) -> None:
    assert signal(frozenset(found), is_open=False) is expected


def test_a_case_has_one_open_signal() -> None:
    assert signal(frozenset(SIGNALS), is_open=True) is None


def test_what_was_reviewed_does_not_signal_again() -> None:
    found = frozenset({NO_EARLY, PLATEAU})
    assert signal(found, is_open=False, reviewed=frozenset({NO_EARLY})) is PLATEAU
    assert signal(found, is_open=False, reviewed=found) is None


courses = st.lists(st.none() | st.integers(0, 27), min_size=2, max_size=17)


@given(courses, st.integers(2, 20))
def test_no_course_is_reliably_better_and_worse(scores: list[int | None], planned: int) -> None:
    found = fired(scores, planned=planned)
    assert not {IMPROVED, WORSE} <= found
    assert not {IMPROVED, NOT_ON_TRACK} <= found


@given(courses, st.integers(2, 20), st.integers(1, 7))
def test_a_signal_stays_when_the_form_is_taken_on_another_day_of_the_week(
    scores: list[int | None], planned: int, later: int
) -> None:
    taken = [
        form(score, 7 * week + later, session=week) for week, score in enumerate(scores) if score is not None
    ]
    attended = len(scores) - 1
    moved = Progress(series=score_series(PHQ9, taken), attended=attended, planned=planned)
    assert rules_that_fire(moved) == fired(scores, planned=planned)


def test_the_rules_are_configured_for_phq9_and_its_form_for_adolescents() -> None:
    assert [code for code, one in RULES.measures.items() if one.on_track] == ["PHQ9", "PHQ9A"]
