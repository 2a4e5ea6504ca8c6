"""A cohort to draw from, as small or as faulty as a test wants it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from random import Random

from treatment.definitions.installed import shipped
from treatment.simulator.cohort import Figure, cohort_figures
from treatment.simulator.draw import Cohort, draw_course
from treatment.simulator.parameters import Figures, shipped_parameters
from treatment.simulator.reference import Comparison, compare
from treatment.simulator.results import course_result

INSTALLED = shipped()
PARAMETERS = shipped_parameters()
FIGURES = PARAMETERS.figures
RULES = INSTALLED.definitions.outcomes
INSTRUMENTS = INSTALLED.instruments.by_code


def cohort(
    name: str = "nhs-like", mix: Mapping[str, float] | None = None, figures: Figures = FIGURES
) -> Cohort:
    """The shipped cohort of this name, with another mix of protocols or other figures."""
    chosen = mix or FIGURES.cohorts[name].protocols
    return Cohort(
        seed=1,
        name=name,
        first_day=date(2024, 1, 1),
        mix=chosen,
        protocols={code: INSTALLED.protocol(code) for code in chosen},
        figures=figures,
        rules=RULES,
    )


def of_seed(seed: int) -> Cohort:
    """The shipped cohort by another seed."""
    return replace(cohort(), seed=seed)


def with_quality(**shares: float) -> Figures:
    """The shipped figures with other shares of mishaps."""
    return FIGURES.model_copy(update={"quality": FIGURES.quality.model_copy(update=shares)})


def chance(seed: int) -> Random:
    """Chance that is the same in every run."""
    return Random(seed)  # noqa: S311 (a simulation, no secret)


def compared(name: str, cases: int) -> tuple[tuple[Figure, ...], tuple[Comparison, ...]]:
    """The figures of a cohort that was drawn, and the reference figures beside them."""
    drawn_by = cohort(name)
    results = [
        course_result(draw_course(drawn_by, number), RULES, INSTRUMENTS) for number in range(1, cases + 1)
    ]
    figures = cohort_figures(results)
    return figures, compare(figures, FIGURES, name)
