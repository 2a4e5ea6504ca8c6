"""A cohort's figures beside those of the reference: how many standard errors apart, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from treatment.simulator.cohort import Figure
from treatment.simulator.parameters import Figures
from treatment.simulator.shapes import CohortFigures, Reference

BOUND = 3.0
"""So many standard errors are chance: of a hundred figures one in four hundred strays further."""
Kind = Literal["model", "observed"]
"""What the model itself must give, or what services and trials published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure beside one reference figure."""

    figure: Figure
    kind: Kind
    reference: Reference
    deviation: float
    """In standard errors of the figure and of the reference together; 0 inside of a range."""

    @property
    def within(self) -> bool:
        """Whether the difference is one that chance makes."""
        return abs(self.deviation) <= BOUND

    @property
    def target(self) -> str:
        """The reference figure as it was printed."""
        known = self.reference
        if known.value is not None:
            return f"{known.value:.{known.decimals}f}"
        return f"{known.least} to {known.most}"


def compare(figures: Sequence[Figure], parameters: Figures, cohort: str) -> tuple[Comparison, ...]:
    """Every figure beside every reference figure that it has; a figure may have one of each kind."""
    own = parameters.cohorts[cohort]
    models = {**derived(parameters, own), **own.references}
    observed = {**parameters.observed, **own.observed}
    return tuple(
        comparison
        for figure in figures
        for comparison in (*_of(figure, "model", models), *_of(figure, "observed", observed))
    )


def derived(parameters: Figures, cohort: CohortFigures) -> dict[str, Reference]:
    """Figures that a cohort must have because it is drawn by them."""
    shares = {
        "medication_at_start": parameters.work.medication_at_start,
        "homework": parameters.work.homework,
        "homework_done": parameters.work.homework_done,
        "homework_partly": parameters.work.homework_partly,
        "missing_phq9": parameters.quality.missing,
        "cancelled_by_patient": parameters.attendance.cancelled_by_patient,
        "cancelled_by_provider": parameters.attendance.cancelled_by_provider,
        "late_but_seen": parameters.attendance.late_but_seen,
        "late_not_seen": parameters.attendance.late_not_seen,
        **{f"area_{area}": share for area, share in cohort.areas.items()},
    }
    return {
        code: Reference(value=share, decimals=3, is_exact=True, source="MODEL")
        for code, share in shares.items()
    }


def _of(figure: Figure, kind: Kind, references: Mapping[str, Reference]) -> Iterator[Comparison]:
    known = references.get(figure.code)
    if known is not None:
        yield Comparison(figure=figure, kind=kind, reference=known, deviation=_deviation(figure, known))


def _deviation(figure: Figure, known: Reference) -> float:
    expected = known.value
    if expected is None:
        expected = min(max(figure.value, known.least or 0.0), known.most or 0.0)
    error = _error(figure, expected, known)
    return (figure.value - expected) / error if error else 0.0


def _error(figure: Figure, expected: float, known: Reference) -> float:
    """Of the figure, and of the one that was printed: it was rounded, and is of so many itself."""
    rounded = 0.0 if known.is_exact or known.value is None else 10.0**-known.decimals / sqrt(12)
    own = figure.error_around(expected)
    others = own * sqrt(figure.count / known.count) if known.count else 0.0
    return sqrt(own**2 + others**2 + rounded**2)
