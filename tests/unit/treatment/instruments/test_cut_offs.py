"""Scores exactly on every cut-off, and one beside it (domain reference 3.1 to 3.10, 8.3)."""

from decimal import Decimal

import pytest

from treatment.definitions import shipped_instruments
from treatment.definitions.outcome_rules import shipped_outcome_rules
from treatment.domain.instruments import Score, score

INSTRUMENTS = shipped_instruments()
RULES = shipped_outcome_rules()


@pytest.mark.parametrize(
    ("code", "below", "above", "bands"),
    [
        pytest.param("PHQ9", 4, 5, ("minimal", "mild"), id="3.1 PHQ-9 4/5"),
        pytest.param("PHQ9", 9, 10, ("mild", "moderate"), id="3.1 PHQ-9 9/10"),
        pytest.param("PHQ9", 14, 15, ("moderate", "moderatelySevere"), id="3.1 PHQ-9 14/15"),
        pytest.param("PHQ9", 19, 20, ("moderatelySevere", "severe"), id="3.1 PHQ-9 19/20"),
        pytest.param("PHQ9A", 19, 20, ("moderatelySevere", "severe"), id="3.1 PHQ-9A 19/20"),
        pytest.param("PHQ8", 9, 10, ("mild", "moderate"), id="3.2 PHQ-8 9/10"),
        pytest.param("PHQ2", 2, 3, ("negative", "positive"), id="3.2 PHQ-2 2/3"),
        pytest.param("GAD7", 4, 5, ("minimal", "mild"), id="3.3 GAD-7 4/5"),
        pytest.param("GAD7", 9, 10, ("mild", "moderate"), id="3.3 GAD-7 9/10"),
        pytest.param("GAD7", 14, 15, ("moderate", "severe"), id="3.3 GAD-7 14/15"),
        pytest.param("WSAS", 9, 10, ("subclinical", "significant"), id="3.4 WSAS 9/10"),
        pytest.param("WSAS", 20, 21, ("significant", "moderatelySevere"), id="3.4 WSAS 20/21"),
        pytest.param("WHO5", 7, 8, ("veryLow", "low"), id="3.5 WHO-5 7/8: 28 and 32 %"),
        pytest.param("WHO5", 12, 13, ("low", "adequate"), id="3.5 WHO-5 12/13"),
        pytest.param("EPDS", 9, 10, ("unlikely", "possible"), id="3.6 EPDS 9/10"),
        pytest.param("EPDS", 12, 13, ("possible", "likely"), id="3.6 EPDS 12/13"),
        pytest.param("QIDS16", 5, 6, ("none", "mild"), id="3.10 QIDS 5/6"),
        pytest.param("QIDS16", 10, 11, ("mild", "moderate"), id="3.10 QIDS 10/11"),
        pytest.param("QIDS16", 15, 16, ("moderate", "severe"), id="3.10 QIDS 15/16"),
        pytest.param("QIDS16", 20, 21, ("severe", "verySevere"), id="3.10 QIDS 20/21"),
    ],
)
def test_a_band_ends_where_the_next_begins(code: str, below: int, above: int, bands: tuple[str, str]) -> None:
    instrument = INSTRUMENTS.get(code)
    assert (score(instrument, None, below).band, score(instrument, None, above).band) == bands


@pytest.mark.parametrize(
    ("code", "no_case", "case"),
    [
        pytest.param("PHQ9", 9, 10, id="3.1 PHQ-9"),
        pytest.param("PHQ8", 9, 10, id="3.2 PHQ-8"),
        pytest.param("PHQ2", 2, 3, id="3.2 PHQ-2"),
        pytest.param("GAD7", 7, 8, id="3.3 GAD-7"),
        pytest.param("WSAS", 9, 10, id="3.4 WSAS"),
        pytest.param("WHO5", 13, 12, id="3.5 WHO-5, higher is better"),
        pytest.param("EPDS", 12, 13, id="3.6 EPDS, likely"),
        pytest.param("CESD", 15, 16, id="3.7 CES-D"),
        pytest.param("CESDR", 16, 17, id="3.7 CESD-R"),
        pytest.param("CORE10", 10, 11, id="3.10 CORE-10"),
    ],
)
def test_caseness_begins_at_its_figure(code: str, no_case: int, case: int) -> None:
    rules = RULES.measures[code]
    assert (rules.is_case(no_case), rules.is_case(case)) == (False, True)
    assert INSTRUMENTS.get(code).thresholds.caseness == case


def test_without_a_threshold_nobody_is_called_a_case() -> None:
    assert RULES.measures["BDI"].is_case(63) is None


@pytest.mark.parametrize(
    ("mean", "band"),
    [
        pytest.param("1", "low", id="the lowest"),
        pytest.param("2.9", "low", id="below 3, as printed"),
        pytest.param("2.917", "low", id="below 3, between the printed bands"),
        pytest.param("3", "moderate", id="3"),
        pytest.param("5", "moderate", id="5"),
        pytest.param("5.083", "high", id="above 5, between the printed bands"),
        pytest.param("7", "high", id="the highest"),
    ],
)
def test_mspss_means_fall_between_bands(mean: str, band: str) -> None:
    assert score(INSTRUMENTS.get("MSPSS"), None, reported_mean=Decimal(mean)) == Score(
        mean=Decimal(mean), band=band
    )


@pytest.mark.parametrize(
    ("items", "band"),
    [
        pytest.param((3,) * 11 + (2,), "low", id="35 of 12: 2.917"),
        pytest.param((3,) * 12, "moderate", id="36 of 12: 3"),
        pytest.param((5,) * 12, "moderate", id="60 of 12: 5"),
        pytest.param((5,) * 11 + (6,), "high", id="61 of 12: 5.083"),
    ],
)
def test_mspss_bands_are_those_of_the_exact_mean(items: tuple[int, ...], band: str) -> None:
    assert score(INSTRUMENTS.get("MSPSS"), items).band == band
