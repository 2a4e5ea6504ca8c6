"""What a benchmark yields: repeated measurements of one thing, and the limit that it should keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity."""

    name: str
    unit: str
    runs: tuple[float, ...]
    at_most: float | None = None
    at_least: float | None = None
    """With neither limit: measured to be known, not to be kept to."""

    @property
    def kept(self) -> bool:
        """Whether the median is within the limits."""
        middle = median(self.runs)
        return (self.at_most is None or middle <= self.at_most) and (
            self.at_least is None or middle >= self.at_least
        )

    def as_json(self) -> dict[str, object]:
        """The figure for the results file."""
        runs = [round(run, 3) for run in self.runs]
        return {
            "unit": self.unit,
            "median": round(median(self.runs), 3),
            "runs": runs,
            "at_most": self.at_most,
            "at_least": self.at_least,
        }

    def as_row(self) -> tuple[str, str, str, str, str]:
        """The figure for the table."""
        limits = [f"at most {self.at_most:g}"] if self.at_most is not None else []
        limits += [f"at least {self.at_least:g}"] if self.at_least is not None else []
        limit = f"{', '.join(limits)} {self.unit}" if limits else ""
        kept = "" if not limits else "yes" if self.kept else "NO"
        return self.name, f"{median(self.runs):.2f} {self.unit}", str(len(self.runs)), limit, kept


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One measurement and why it is taken."""

    name: str
    why: str
    measure: Callable[[], Sequence[Figure]]
    asked_for_only: bool = False
    """It takes long, so it is run when it is named."""
