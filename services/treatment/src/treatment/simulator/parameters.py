"""What courses are drawn by: the figures of domain reference 7, from their file."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from pydantic import model_validator

from treatment.definitions.reading import Part, read_toml
from treatment.simulator.shapes import (
    AttendanceFigures,
    CalendarFigures,
    CohortFigures,
    DropoutFigures,
    Ending,
    ItemFigures,
    PathFigures,
    QualityFigures,
    Reference,
    WorkFigures,
)


class Figures(Part):
    """The whole file."""

    path: PathFigures
    classes: Mapping[str, Ending]
    items: ItemFigures
    attendance: AttendanceFigures
    dropout: DropoutFigures
    calendar: CalendarFigures
    work: WorkFigures
    quality: QualityFigures
    cohorts: Mapping[str, CohortFigures]
    observed: Mapping[str, Reference]

    @model_validator(mode="after")
    def _classes_are_known(self) -> Self:
        for name, cohort in self.cohorts.items():
            if unknown := sorted(set(cohort.classes) - set(self.classes)):
                raise ValueError(f"cohort {name} has a class that is not defined: {unknown[0]}")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The figures, and the digest of their file: other figures make another cohort."""

    figures: Figures
    sha256: str


def read_parameters(name: str, content: bytes) -> Parameters:
    """The parameters from the bytes of their file. Raises `DefinitionFaulty`."""
    return Parameters(figures=read_toml(name, content, Figures), sha256=hashlib.sha256(content).hexdigest())


def shipped_parameters() -> Parameters:
    """The figures that ship with Casetrail."""
    file = files("treatment.simulator") / "parameters.toml"
    return read_parameters(file.name, file.read_bytes())
