"""Jacobson-Truax and the smallest change that patients notice (domain reference 4.3 and 4.4)."""

from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.outcomes.courses import GAD7, PHQ9, RULES, real_series

from treatment.domain.outcomes.reliable_change import (
    ChangeClass,
    NoticedChange,
    Population,
    classify,
    classify_by_rules,
    clinical_cut_off,
    noticed_change,
    reliable_change_index,
    smallest_reliable_change,
    standard_error,
    standard_error_of_difference,
    whole_points,
)
from treatment.domain.outcomes.rules import Points


@pytest.mark.parametrize(
    ("sd", "reliability", "change"),
    [(10.5, 0.931, 7.645), (6.396, 0.931, 4.657), (5.5, 0.89, 5.056), (6.4, 0.89, 5.884), (4.5, 0.92, 3.528)],
    ids=str,
)
def test_the_checks_of_the_reference_come_out(sd: float, reliability: float, change: float) -> None:
    assert round(smallest_reliable_change(sd, reliability, RULES.reliable_z), 3) == change


def test_the_package_check_from_its_own_data() -> None:
    sd = stdev(scores[0] for scores in real_series().values() if scores[0] is not None)
    found = [
        round(figure, 3)
        for figure in (
            sd,
            standard_error(sd, 0.931),
            standard_error_of_difference(sd, 0.931),
            smallest_reliable_change(sd, 0.931, RULES.reliable_z),
        )
    ]
    assert found == [6.396, 1.680, 2.376, 4.657]


@pytest.mark.parametrize(
    ("change", "points"),
    [(5.20, 6), (3.528, 4), (4.0, 4)],
    ids=["PHQ-9 5.20", "GAD-7 3.53", "whole already"],
)
def test_a_reliable_change_is_rounded_up_to_whole_points(change: float, points: int) -> None:
    assert whole_points(change) == points


def test_the_index_is_the_change_in_standard_errors_of_the_difference() -> None:
    error = standard_error_of_difference(4.5, 0.92)
    assert reliable_change_index(14, 10, 4.5, 0.92) == -4 / error
    assert reliable_change_index(14, 10, 4.5, 1) is None


@given(st.integers(0, 27), st.integers(0, 27), st.floats(0.5, 12), st.floats(0, 0.99))
def test_beyond_the_index_of_1_96_is_beyond_the_smallest_change(
    first: int, last: int, sd: float, reliability: float
) -> None:
    index = reliable_change_index(first, last, sd, reliability)
    smallest = smallest_reliable_change(sd, reliability, RULES.reliable_z)
    assert index is not None
    assert (abs(index) > RULES.reliable_z + 1e-9) <= (abs(first - last) > smallest)
    assert (abs(first - last) > smallest + 1e-9) <= (abs(index) > RULES.reliable_z)


def test_a_rule_set_that_asks_for_more_confidence_asks_for_a_larger_change() -> None:
    found = [round(smallest_reliable_change(4.5, 0.92, z), 3) for z in (RULES.reliable_z, 2.576)]
    assert (RULES.reliable_z, found) == (1.96, [3.528, 4.637])


@pytest.mark.parametrize(("sd", "reliability"), [(-1, 0.9), (5, 1.1), (5, -0.1)], ids=str)
def test_what_no_measure_can_have_is_refused(sd: float, reliability: float) -> None:
    with pytest.raises(ValueError, match="reliability between 0 and 1"):
        standard_error(sd, reliability)


def test_cut_off_c_lies_between_the_two_populations() -> None:
    clinical, normal = Population(mean=17, sd=5), Population(mean=3, sd=3)
    assert clinical_cut_off(clinical=clinical, normal=normal) == (3 * 17 + 5 * 3) / 8
    alike = Population(mean=3, sd=5)
    assert clinical_cut_off(clinical=clinical, normal=alike) == 10
    with pytest.raises(ValueError, match="without any spread"):
        clinical_cut_off(clinical=Population(mean=17, sd=0), normal=Population(mean=3, sd=0))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param(16, 9, ChangeClass.RECOVERED, id="reliable and crossed"),
        pytest.param(16, 10, ChangeClass.IMPROVED, id="reliable, still at the cut-off"),
        pytest.param(9, 3, ChangeClass.IMPROVED, id="reliable, below the cut-off before"),
        pytest.param(10, 4, ChangeClass.RECOVERED, id="reliable, from the cut-off"),
        pytest.param(14, 9, ChangeClass.UNCHANGED, id="crossed, not reliable"),
        pytest.param(10, 15, ChangeClass.UNCHANGED, id="worse by 5"),
        pytest.param(10, 16, ChangeClass.DETERIORATED, id="worse by 6"),
    ],
)
def test_the_four_classes_of_phq9(first: int, last: int, expected: ChangeClass) -> None:
    assert classify_by_rules(PHQ9, first, last) is expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [(13, ChangeClass.UNCHANGED), (12, ChangeClass.IMPROVED), (9, ChangeClass.RECOVERED)],
)
def test_3_4_wsas_whose_reliability_is_a_range_is_judged_by_8_points_and_has_no_index(
    last: int, expected: ChangeClass
) -> None:
    wsas = RULES.measures["WSAS"]
    assert (wsas.sd, wsas.reliability) == (None, None)
    assert classify_by_rules(wsas, 20, last) is expected


def test_the_classes_can_use_computed_figures() -> None:
    reliable = smallest_reliable_change(5.5, 0.89, RULES.reliable_z)
    assert classify(PHQ9, 16, 11, reliable=reliable, cut_off=11.5) is ChangeClass.UNCHANGED
    assert classify(PHQ9, 16, 10, reliable=reliable, cut_off=11.5) is ChangeClass.RECOVERED


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(8, 16, ChangeClass.RECOVERED), (13, 21, ChangeClass.IMPROVED), (16, 8, ChangeClass.DETERIORATED)],
    ids=str,
)
def test_where_higher_is_better_everything_is_mirrored(first: int, last: int, expected: ChangeClass) -> None:
    who5 = RULES.measures["WHO5"]
    assert (who5.is_case(12), who5.is_case(13)) == (True, False)
    assert classify(who5, first, last, reliable=5, cut_off=13) is expected


def test_without_thresholds_there_is_no_class() -> None:
    assert classify_by_rules(RULES.measures["BDI"], 40, 10) is None


@pytest.mark.parametrize(
    ("instrument", "first", "last", "expected"),
    [
        ("PHQ9", 14, 9, NoticedChange(by_points=True, by_percent=True)),
        ("PHQ9", 20, 16, NoticedChange(by_points=False, by_percent=True)),
        ("PHQ9", 20, 17, NoticedChange(by_points=False, by_percent=False)),
        ("PHQ9", 10, 8, NoticedChange(by_points=False, by_percent=True)),
        ("PHQ9", 9, 4, NoticedChange(by_points=True, by_percent=None)),
        ("GAD7", 15, 11, NoticedChange(by_points=None, by_percent=False)),
        ("GAD7", 15, 10, NoticedChange(by_points=None, by_percent=True)),
        ("BDI2", 20, 15, NoticedChange(by_points=None, by_percent=True)),
        ("WSAS", 20, 12, NoticedChange(by_points=True, by_percent=None)),
        ("WHO5", 10, 13, NoticedChange(by_points=True, by_percent=None)),
        ("WHO5", 10, 12, NoticedChange(by_points=False, by_percent=None)),
        ("PHQ9", 10, 20, NoticedChange(by_points=False, by_percent=False)),
    ],
    ids=[
        "PHQ-9 5 points",
        "PHQ-9 20%",
        "PHQ-9 15%",
        "PHQ-9 20% from the moderate band",
        "PHQ-9 milder: no percentage",
        "GAD-7 26.7%",
        "GAD-7 33%",
        "BDI-II 25%",
        "WSAS 8 points",
        "WHO-5 12 of 100 points",
        "WHO-5 8 of 100 points",
        "worse",
    ],
)
def test_what_patients_notice(instrument: str, first: Points, last: Points, expected: NoticedChange) -> None:
    assert noticed_change(RULES.measures[instrument], first, last) == expected


@given(st.integers(0, 21), st.integers(0, 21))
def test_the_class_agrees_with_its_mirror(first: int, last: int) -> None:
    there, back = classify_by_rules(GAD7, first, last), classify_by_rules(GAD7, last, first)
    better = {ChangeClass.RECOVERED, ChangeClass.IMPROVED}
    assert (there in better) == (back is ChangeClass.DETERIORATED)
