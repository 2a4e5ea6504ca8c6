"""A cohort and what was stored of it: figures beside the reference, outcomes in the store as drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from treatment.simulator.cohort import Figure, cohort_figures
from treatment.simulator.draw import Cohort
from treatment.simulator.reference import Comparison, compare
from treatment.simulator.report import table, told
from treatment.simulator.results import CourseResult, is_told_alike
from treatment.simulator.run import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a cohort came to."""

    drawn: int
    stored: int
    """How many courses; 0 where nothing was to be stored."""
    events: int
    refused: int
    """Forms out of range."""
    alike: int
    """Stored courses of which the system sums up the outcome that was drawn."""
    figures: tuple[Figure, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def within(self) -> bool:
        """Whether all figures of the model lie within sampling error, and all that was stored is alike."""
        models = [one.within for one in self.comparisons if one.kind == "model"]
        return all(models) and self.alike == self.stored

    def lines(self) -> Iterator[str]:
        """As text."""
        yield f"{self.drawn} courses drawn" + (
            f", stored as {self.events} events; {self.refused} forms out of range were refused"
            if self.stored
            else ""
        )
        if self.stored:
            yield f"{self.alike} of {self.stored} have the outcome in the store that was drawn"
        yield from table(self.figures, self.comparisons)

    def told(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "drawn": self.drawn,
            "stored": self.stored,
            "events": self.events,
            "refusedForms": self.refused,
            "sameOutcome": self.alike,
            "figures": told(self.figures, self.comparisons),
        }


def judge(results: Sequence[CourseResult], cohort: Cohort, stored: Sequence[Told]) -> Judged:
    """Judge a cohort by its results, in the order in which their courses were stored, if they were."""
    figures = cohort_figures(results)
    return Judged(
        drawn=len(results),
        stored=len(stored),
        events=sum(one.events for one in stored),
        refused=sum(one.refused for one in stored),
        alike=sum(is_told_alike(result, one.summary) for result, one in zip(results, stored, strict=False)),
        figures=figures,
        comparisons=compare(figures, cohort.figures, cohort.name),
    )
