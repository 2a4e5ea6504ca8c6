"""Why a command is refused: facts, which the edge puts into words. A refusal stores nothing."""

from dataclasses import dataclass

from casetrail_contracts.events.case import ClosureReason

# Not frozen: the interpreter sets the traceback of an exception that passes a context manager.


class Refusal(Exception):
    """The command cannot be carried out. Subclasses carry the facts."""


@dataclass(slots=True)
class CaseUnknown(Refusal):
    """There is no such case, or the caller may not know that there is."""


@dataclass(slots=True)
class NotInThisState(Refusal):
    """The case is in a state that does not allow the command."""

    state: str
    command: str


@dataclass(slots=True)
class ClosureNotPossible(Refusal):
    """This closure reason needs an active case."""

    state: str
    reason: ClosureReason


@dataclass(slots=True)
class UrgentRiskOpen(Refusal):
    """An urgent risk flag is open; closing needs an override with a reason."""

    flags: int


@dataclass(slots=True)
class PersonUnknown(Refusal):
    """The inventory has no such person."""

    person_id: str
    field: str


@dataclass(slots=True)
class PersonRepeated(Refusal):
    """Two people of one inventory share an id."""

    person_id: str


@dataclass(slots=True)
class PersonStillNeeded(Refusal):
    """The new inventory leaves out a person whom the problem area names."""

    person_id: str


@dataclass(slots=True)
class InventoryIncomplete(Refusal):
    """Nobody present is named, and it is not said that there is nobody."""


@dataclass(slots=True)
class GriefNeedsADeath(Refusal):
    """Grief needs a person of the inventory who has died; any other loss is a role transition."""

    person_id: str


@dataclass(slots=True)
class DisputeNeedsTheLiving(Refusal):
    """A role dispute needs a party who lives."""

    person_id: str


@dataclass(slots=True)
class ProblemAreaTaken(Refusal):
    """There is one primary problem area and at most one secondary one."""

    rank: str


@dataclass(slots=True)
class AlreadyRecorded(Refusal):
    """The sender's id was used before for something else."""

    kind: str
    identity: str


@dataclass(slots=True)
class InTheFuture(Refusal):
    """An event cannot have happened more than five minutes from now."""

    field: str


@dataclass(slots=True)
class GoalUnknown(Refusal):
    """There is no such goal."""

    goal_id: str


@dataclass(slots=True)
class GoalEnded(Refusal):
    """The goal came to its end before."""

    goal_id: str


@dataclass(slots=True)
class GoalRepeated(Refusal):
    """The goal's id is taken, or is named twice in one revision."""

    goal_id: str


@dataclass(slots=True)
class EvidenceUnknown(Refusal):
    """The evidence is not an event of this case."""

    event_id: str


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
class NothingToScore(Refusal):
    """Neither an answered item nor a total was sent."""

    instrument: str


@dataclass(slots=True)
class InstrumentUnknown(Refusal):
    """No definition of this instrument is installed."""

    instrument: str
    known: tuple[str, ...]
