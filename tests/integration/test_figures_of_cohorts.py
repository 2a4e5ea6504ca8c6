"""Cohorts of 5,000 beside the reference: drawn only. `make cohort` stores one and judges it alike."""

import pytest
from tests.unit.treatment.simulator.drawing import FIGURES, compared

from treatment.simulator.report import table

CASES = 5_000


@pytest.mark.parametrize(
    "name", [pytest.param(name, id=f"section 7, cohort {name}") for name in FIGURES.cohorts]
)
def test_a_cohort_of_5000_lies_within_sampling_error_of_the_reference(name: str) -> None:
    figures, comparisons = compared(name, CASES)
    print(*table(figures, comparisons), sep="\n")
    models = [one for one in comparisons if one.kind == "model"]
    own = FIGURES.cohorts[name]
    assert {one.figure.code for one in models} >= set(own.references) | {f"area_{area}" for area in own.areas}
    assert [one.figure for one in models if not one.within] == []
    # Whatever was observed and is not met says why.
    observed = [one for one in comparisons if one.kind == "observed" and not one.within]
    assert [one.figure.code for one in observed if not one.reference.why] == []
    assert {one.figure.code for one in comparisons if one.kind == "observed"} >= set(own.observed)
    # The hazards of dropout are for 16 sessions: there they meet the trials [S81].
    (dropout,) = [one for one in comparisons if one.figure.code == "dropout"]
    assert dropout.within is (name == "ipt-specialist")
