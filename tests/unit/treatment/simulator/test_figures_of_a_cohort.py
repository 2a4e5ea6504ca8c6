import pytest
from tests.unit.treatment.simulator.drawing import FIGURES, compared

from treatment.simulator.cohort import Figure, cohort_figures
from treatment.simulator.reference import BOUND, Comparison, compare
from treatment.simulator.report import table, told
from treatment.simulator.shapes import Reference


def test_each_figure_is_told_with_all_its_references() -> None:
    figures, comparisons = compared("nhs-like", 200)
    rows = told(figures, comparisons)
    assert [row["figure"] for row in rows] == [figure.code for figure in figures]
    references = [row["references"] for row in rows]
    assert sum(len(one) for one in references if isinstance(one, list)) == len(comparisons)


@pytest.mark.parametrize(
    ("reference", "deviation"),
    [
        pytest.param(Reference(value=0.4, is_exact=True, source="x"), 2.0, id="exact"),
        pytest.param(Reference(value=0.4, is_exact=True, count=100, source="x"), 2**0.5, id="of 100 itself"),
        pytest.param(Reference(least=0.3, most=0.6, source="x"), 0.0, id="inside the range"),
        pytest.param(Reference(least=0.3, most=0.45, source="x"), 1.0, id="above the range"),
        pytest.param(Reference(least=0.6, most=0.7, source="x"), -2.0, id="below the range"),
    ],
)
def test_a_deviation_is_counted_in_standard_errors(reference: Reference, deviation: float) -> None:
    figure = Figure(code="dna", value=0.5, error=0.05, count=100)
    figures = FIGURES.model_copy(update={"observed": {"dna": reference}})
    (found,) = compare([figure], figures, "nhs-like")
    assert found.deviation == pytest.approx(deviation)


def test_a_share_of_none_strays_as_far_as_the_reference_lets_it() -> None:
    none = Figure(code="dna", value=0.0, error=0.0, count=100, is_share=True)
    figures = FIGURES.model_copy(
        update={"observed": {"dna": Reference(value=0.2, is_exact=True, source="x")}}
    )
    (found,) = compare([none], figures, "nhs-like")
    assert found.deviation == pytest.approx(-5.0)
    assert not found.within


@pytest.mark.parametrize(
    ("why", "lines"),
    [
        pytest.param(
            "the model is another one",
            [
                "What was observed differs from the model where the model itself differs:",
                "  dna: the model is another one",
            ],
            id="by design",
        ),
        pytest.param(
            "",
            ["What was observed is met by the model, and missed here by chance:", "  dna: of 100 only"],
            id="by chance",
        ),
    ],
)
def test_an_observed_figure_that_is_missed_says_why(why: str, lines: list[str]) -> None:
    figure = Figure(code="dna", value=0.5, error=0.05, count=100)
    reference = Reference(value=0.2, is_exact=True, source="x", why=why)
    comparison = Comparison(figure=figure, kind="observed", reference=reference, deviation=6.0)
    assert list(table([figure], [comparison]))[-2:] == lines


def test_a_specialist_cohort_has_the_figures_of_the_reference() -> None:
    """Section 7, cohort_ipt_specialist, check: written out, since the file is what it is drawn by."""
    checks = {
        "phq9_start_mean": 17.7,
        "phq9_start_sd": 4.6,
        "phq9_end_mean": 11.7,
        "phq9_end_sd": 7.2,
        "response": 0.40,
        "remission": 0.18,
        "recovery": 0.39,
        "phq9_change_mean": 17.7 - 11.7,
    }
    figures = {figure.code: figure for figure in compared("ipt-specialist", 400)[0]}
    apart = {
        code: (figures[code].value - value) / figures[code].error_around(value)
        for code, value in checks.items()
    }
    assert {code: errors for code, errors in apart.items() if abs(errors) > BOUND} == {}


def test_a_figure_of_nothing_is_left_out() -> None:
    assert cohort_figures([]) == ()
