"""Refusals about the case itself: whether it is there, and what its state allows."""

from dataclasses import dataclass

from casetrail_contracts.events.case import ClosureReason
from treatment.domain.refusals.refusal import Refusal


@dataclass(slots=True)
class CaseUnknown(Refusal):
    """There is no such case, or the caller may not know that there is."""


@dataclass(slots=True)
class NotInThisState(Refusal):
    """The case is in a state that does not allow the command."""

    state: str
    command: str


@dataclass(slots=True)
class NotReady(Refusal):
    """The therapy cannot begin: something that it needs is missing."""

    missing: tuple[str, ...]


@dataclass(slots=True)
class ClosureNotPossible(Refusal):
    """This closure reason needs an active case."""

    state: str
    reason: ClosureReason


@dataclass(slots=True)
class ClosedAsDeceased(Refusal):
    """The case was closed because the patient died; if that is wrong, the closing is corrected first."""


@dataclass(slots=True)
class UrgentRiskOpen(Refusal):
    """An urgent risk flag is open; closing needs an override with a reason."""

    flags: int


@dataclass(slots=True)
class FinalMeasuresMissing(Refusal):
    """A completed course needs a final score, or the reason why there is none."""
