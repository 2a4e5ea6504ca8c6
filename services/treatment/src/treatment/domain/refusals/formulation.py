"""Refusals about the people of the inventory and what the therapy works on."""

from dataclasses import dataclass

from treatment.domain.refusals.refusal import Refusal


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
class SomebodyIsPresent(Refusal):
    """It is said that there is nobody, and this person is present."""

    person_id: str


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
class NoProblemArea(Refusal):
    """There is no problem area of this rank to change, or it is not a role dispute."""

    rank: str
    needed: str


@dataclass(slots=True)
class ProtocolChoosesOtherwise(Refusal):
    """The protocol does not work with one of the four problem areas."""

    protocol: str
    focus: str
