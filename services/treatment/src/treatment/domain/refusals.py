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


@dataclass(slots=True)
class NotFound(Refusal):
    """The case has nothing of this kind with this id."""

    kind: str
    identity: str
    field: str


@dataclass(slots=True)
class AlreadyEnded(Refusal):
    """It came to its end before: what is named cannot be changed any more."""

    kind: str
    identity: str


@dataclass(slots=True)
class NotReady(Refusal):
    """The therapy cannot begin: something that it needs is missing."""

    missing: tuple[str, ...]


@dataclass(slots=True)
class NeedsRole(Refusal):
    """This change is another role's to make."""

    role: str
    what: str


@dataclass(slots=True)
class NeedsAnother(Refusal):
    """Who asked for it cannot approve or refuse it as well."""

    what: str


@dataclass(slots=True)
class FinalMeasuresMissing(Refusal):
    """A completed course needs a final score, or the reason why there is none."""


@dataclass(slots=True)
class ProtocolChoosesOtherwise(Refusal):
    """The protocol does not work with one of the four problem areas."""

    protocol: str
    focus: str


@dataclass(slots=True)
class NoProblemArea(Refusal):
    """There is no problem area of this rank to change, or it is not a role dispute."""

    rank: str
    needed: str


@dataclass(slots=True)
class PhaseUnknown(Refusal):
    """The protocol has no such phase."""

    phase: str
    known: tuple[str, ...]


@dataclass(slots=True)
class ReasonMissing(Refusal):
    """This is recorded only with a reason."""

    what: str


@dataclass(slots=True)
class ProtocolMissing(Refusal):
    """The course follows no protocol yet."""


@dataclass(slots=True)
class ProtocolUnknown(Refusal):
    """No definition of this protocol is installed."""

    protocol: str
    known: tuple[str, ...]


@dataclass(slots=True)
class NotCorrectable(Refusal):
    """An entry of this kind is not corrected in this way."""

    kind: str
    reason: str


@dataclass(slots=True)
class WrongScale(Refusal):
    """The goal is rated on the other scale."""

    goal_id: str
    measurement: str


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


@dataclass(slots=True)
class WrongKindOfTotal(Refusal):
    """The instrument is scored by a mean and a total was sent, or the reverse."""

    instrument: str
    field: str
    """The field in which its score belongs."""
