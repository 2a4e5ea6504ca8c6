"""The figures of a cohort beside the reference, as a table and as JSON."""

from collections.abc import Iterator, Sequence

from treatment.simulator.cohort import Figure
from treatment.simulator.reference import BOUND, Comparison, Kind

PLACES = 3


def table(figures: Sequence[Figure], comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Lines of text: each figure with both kinds of reference, and how many standard errors lie between."""
    yield f"{'figure':<28}{'value':>8}{'of':>8}  {'model':>8}{'off':>7}  {'observed':>13}{'off':>7}  source"
    for figure in figures:
        model, observed = (_find(comparisons, figure, kind) for kind in ("model", "observed"))
        line = (
            f"{figure.code:<28}{figure.value:>8.3f}{figure.count:>8}"
            f"  {_target(model):>8}{_off(model):>7}  {_target(observed):>13}{_off(observed):>7}"
            f"  {_source(model, observed)}"
        )
        yield line.rstrip()
    yield ""
    yield from _summary(comparisons)


def told(figures: Sequence[Figure], comparisons: Sequence[Comparison]) -> list[dict[str, object]]:
    """The same as JSON values."""
    return [
        {
            "figure": figure.code,
            "value": round(figure.value, PLACES + 1),
            "standardError": round(figure.error, PLACES + 1),
            "count": figure.count,
            "references": [
                {
                    "kind": one.kind,
                    "reference": one.target,
                    "source": one.reference.source,
                    "deviation": round(one.deviation, PLACES),
                    "within": one.within,
                    "why": one.reference.why,
                }
                for one in comparisons
                if one.figure.code == figure.code
            ],
        }
        for figure in figures
    ]


def _summary(comparisons: Sequence[Comparison]) -> Iterator[str]:
    models = [one for one in comparisons if one.kind == "model"]
    inside = sum(one.within for one in models)
    yield (
        f"{inside} of {len(models)} figures of the model lie within sampling error "
        f"({BOUND:g} standard errors); `off` counts standard errors, ! is beyond."
    )
    apart = [one for one in comparisons if not one.within]
    by_design = [one for one in apart if one.kind == "observed" and one.reference.why]
    by_chance = [one for one in apart if one.kind == "observed" and not one.reference.why]
    if by_design:
        yield "What was observed differs from the model where the model itself differs:"
        yield from (f"  {one.figure.code}: {one.reference.why}" for one in by_design)
    if by_chance:
        yield "What was observed is met by the model, and missed here by chance:"
        yield from (f"  {one.figure.code}: of {one.figure.count} only" for one in by_chance)


def _find(comparisons: Sequence[Comparison], figure: Figure, kind: Kind) -> Comparison | None:
    return next((one for one in comparisons if one.figure.code == figure.code and one.kind == kind), None)


def _target(one: Comparison | None) -> str:
    return "" if one is None else one.target


def _off(one: Comparison | None) -> str:
    return "" if one is None else f"{one.deviation:+.1f}{' ' if one.within else '!'}"


def _source(*comparisons: Comparison | None) -> str:
    return ", ".join(one.reference.source for one in comparisons if one is not None)
