from statistics import fmean

import pytest
from tests.unit.treatment.simulator.drawing import FIGURES, INSTRUMENTS, chance, with_quality

from treatment.domain.instruments import score
from treatment.domain.refusals import ItemOutOfRange
from treatment.simulator.drawn import Mishap, Scores
from treatment.simulator.forms import forms
from treatment.simulator.scores import GAD, PHQ

CLEAN = with_quality(partial=0.0, late=0.0, duplicate=0.0, corrected=0.0, out_of_range=0.0)
DRAWS = 3_000


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


@pytest.mark.parametrize(
    ("mishap", "share"),
    [
        pytest.param(Mishap.LATE, "late", id="section 7, noise: late entry > 7 days"),
        pytest.param(Mishap.DUPLICATE, "duplicate", id="section 7, noise: duplicate submit"),
        pytest.param(Mishap.CORRECTED, "corrected", id="section 7, noise: later correction"),
        pytest.param(Mishap.OUT_OF_RANGE, "out_of_range", id="section 7, noise: out-of-range"),
    ],
)
def test_what_goes_wrong_with_a_form_goes_wrong_as_often_as_said(mishap: Mishap, share: str) -> None:
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


def test_the_shipped_shares_of_mishaps_are_those_of_the_reference() -> None:
    quality = FIGURES.quality
    shares = (quality.missing, quality.partial, quality.late, quality.duplicate, quality.corrected)
    assert (*shares, quality.out_of_range) == (0.03, 0.01, 0.005, 0.003, 0.002, 0.001)
