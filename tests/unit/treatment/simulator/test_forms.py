from math import sqrt
from statistics import fmean

import pytest
from tests.unit.treatment.simulator.drawing import FIGURES, INSTRUMENTS, chance, with_quality

from treatment.domain.instruments import score
from treatment.domain.refusals import ItemOutOfRange
from treatment.simulator.drawn import Form, Mishap, Scores
from treatment.simulator.forms import forms
from treatment.simulator.scores import GAD, PHQ

CLEAN = with_quality(partial=0.0, late=0.0, duplicate=0.0, corrected=0.0, out_of_range=0.0)
DRAWS = 3_000
MANY = 20_000


@pytest.mark.parametrize("total", range(28))
def test_answers_add_up_to_the_total(total: int) -> None:
    gad = min(total, 21)
    phq, other = forms(chance(total), CLEAN, Scores(phq=total, gad=gad), 0.0)
    assert score(INSTRUMENTS[PHQ], phq.items).total == total
    assert score(INSTRUMENTS[GAD], other.items).total == gad


@pytest.mark.parametrize(
    ("total", "share"),
    [
        pytest.param(total, share, id=f"section 7, item 9: total {total}")
        for total, share in [(10, 0.13), (15, 0.30), (20, 0.55)]
    ],
)
def test_item_9_is_as_likely_as_the_total_says(total: int, share: float) -> None:
    draws = chance(9)
    answers = [
        forms(draws, CLEAN, Scores(phq=total, gad=5), draws.gauss(0, 1))[0].items[8] or 0
        for _ in range(DRAWS)
    ]
    assert fmean(answer > 0 for answer in answers) == pytest.approx(share, abs=0.03)
    positive = [answer for answer in answers if answer]
    assert fmean(answer == 1 for answer in positive) == pytest.approx(0.70, abs=0.07)


@pytest.fixture(scope="module")
def many() -> list[Form]:
    """Forms that were drawn by the shipped figures."""
    draws, scores = chance(7), Scores(phq=15, gad=12)
    return [form for _ in range(MANY) for form in forms(draws, FIGURES, scores, 0.0)]


@pytest.mark.parametrize(
    ("mishap", "share"),
    [
        pytest.param(Mishap.LATE, 0.005, id="section 7, noise: 0.5 % late entry > 7 days"),
        pytest.param(Mishap.DUPLICATE, 0.003, id="section 7, noise: 0.3 % duplicate submit"),
        pytest.param(Mishap.CORRECTED, 0.002, id="section 7, noise: 0.2 % later correction"),
        pytest.param(Mishap.OUT_OF_RANGE, 0.001, id="section 7, noise: 0.1 % out-of-range"),
    ],
)
def test_a_mishap_happens_to_as_many_forms_as_said(many: list[Form], mishap: Mishap, share: float) -> None:
    error = sqrt(share * (1 - share) / len(many))
    assert fmean(form.mishap is mishap for form in many) == pytest.approx(share, abs=3 * error)


def test_a_form_is_partly_completed_as_often_as_said(many: list[Form]) -> None:
    # Section 7, noise: 1 % lack 0 to 3 answers, so that a quarter of them lacks none.
    share = 0.01 * 3 / 4
    error = sqrt(share * (1 - share) / len(many))
    assert fmean(None in form.items for form in many) == pytest.approx(share, abs=3 * error)


@pytest.mark.parametrize(
    ("mishap", "share"),
    [
        pytest.param(Mishap.LATE, "late", id="late"),
        pytest.param(Mishap.DUPLICATE, "duplicate", id="twice"),
        pytest.param(Mishap.CORRECTED, "corrected", id="corrected"),
        pytest.param(Mishap.OUT_OF_RANGE, "out_of_range", id="out of range"),
    ],
)
def test_what_goes_wrong_with_a_form_is_what_is_said(mishap: Mishap, share: str) -> None:
    figures = with_quality(
        **{"late": 0.0, "duplicate": 0.0, "corrected": 0.0, "out_of_range": 0.0, share: 1.0}
    )
    phq, gad = forms(chance(1), figures, Scores(phq=15, gad=12), 0.0)
    assert (phq.mishap, gad.mishap) == (mishap, mishap)
    assert (phq.days > 7) is (mishap is Mishap.LATE)
    assert (phq.entered not in {(), phq.items}) is (mishap in {Mishap.CORRECTED, Mishap.OUT_OF_RANGE})


def test_a_form_out_of_range_is_one_that_is_refused() -> None:
    phq, _ = forms(chance(1), with_quality(out_of_range=0.99), Scores(phq=15, gad=12), 0.0)
    with pytest.raises(ItemOutOfRange):
        score(INSTRUMENTS[PHQ], phq.entered)


def test_a_partly_completed_form_lacks_up_to_three_answers() -> None:
    draws, figures = chance(3), with_quality(partial=1.0)
    missing = {forms(draws, figures, Scores(phq=15, gad=12), 0.0)[0].items.count(None) for _ in range(200)}
    assert missing == {0, 1, 2, 3}
