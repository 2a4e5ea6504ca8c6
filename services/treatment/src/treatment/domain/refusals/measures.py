"""Refusals of forms. Each says that no alert was raised: a sender must know (domain reference 5)."""

from dataclasses import dataclass

from treatment.domain.refusals.refusal import Refusal


@dataclass(slots=True)
class NothingToScore(Refusal):
    """Neither an answered item nor a total was sent."""

    instrument: str


@dataclass(slots=True)
class ItemsNotAccepted(Refusal):
    """This instrument is stored by its total only."""

    instrument: str


@dataclass(slots=True)
class WrongItemCount(Refusal):
    """The form has another number of items."""

    instrument: str
    expected: int
    sent: int


@dataclass(slots=True)
class ItemOutOfRange(Refusal):
    """An answer is outside the instrument's range."""

    instrument: str
    item: int
    lowest: int
    highest: int


@dataclass(slots=True)
class TotalOutOfRange(Refusal):
    """A total is outside the instrument's range."""

    instrument: str
    lowest: int
    highest: int


@dataclass(slots=True)
class WrongKindOfTotal(Refusal):
    """The instrument is scored by a mean and a total was sent, or the reverse."""

    instrument: str
    field: str
    """The field in which its score belongs."""


@dataclass(slots=True)
class AnswerModeUnclear(Refusal):
    """The instrument's answers can be meant in other ways than the one that was said, or none was said."""

    instrument: str
    modes: tuple[str, ...]


@dataclass(slots=True)
class ItemAlwaysApplies(Refusal):
    """An item that applies to everybody cannot be left out as not applicable."""

    instrument: str
    item: int


@dataclass(slots=True)
class AnsweredThoughNotApplicable(Refusal):
    """An item is said not to apply, and has an answer."""

    instrument: str
    item: int
