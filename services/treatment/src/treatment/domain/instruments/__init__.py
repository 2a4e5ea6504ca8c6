"""Questionnaires: what a definition may say, and how a form is scored by it."""

from treatment.domain.instruments.codes import Codes
from treatment.domain.instruments.definition import (
    Band,
    Direction,
    Formula,
    Instrument,
    Items,
    RiskItem,
    Subscale,
    Syndrome,
    Thresholds,
    UnscoredItem,
)
from treatment.domain.instruments.result import Score
from treatment.domain.instruments.scoring import score

__all__ = [
    "Instrument",
    "Items",
    "UnscoredItem",
    "Formula",
    "Direction",
    "Subscale",
    "Band",
    "RiskItem",
    "Syndrome",
    "Thresholds",
    "Codes",
    "Score",
    "score",
]
