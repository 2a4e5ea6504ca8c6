"""The interpersonal inventory in numbers: who is in it stays in the events."""

from collections.abc import Collection, Iterable

from casetrail_contracts.events.inventory import LinkToOnset, LivingStatus
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Reference
from treatment.projections.case_summary.entry import Entry, changes

IN_CONFLICT = ("moderate", "high")


class ConflictLevel(Contract):
    """How much two people disagree."""

    level: str


class PersonCodes(Contract):
    """What the numbers need to know of a person."""

    person_id: Reference
    temporal: str
    living_status: LivingStatus
    closeness_ring: int
    conflict: ConflictLevel | None = None
    link_to_onset: LinkToOnset


class Inventory(Contract):
    """What is kept of a whole inventory."""

    people: tuple[PersonCodes, ...] = ()
    no_significant_others: bool = False


class PersonAdded(Contract):
    """What is kept of one more person."""

    person: PersonCodes


class PersonChange(Contract):
    """What changed about a person; what is absent stays as it was."""

    person_id: Reference
    temporal: str | None = None
    living_status: LivingStatus | None = None
    conflict: ConflictLevel | None = None
    link_to_onset: LinkToOnset | None = None


class PersonRevised(Contract):
    """What is kept of a revision."""

    change: PersonChange | None = None


class PersonMoved(Contract):
    """What is kept of a move to another ring."""

    person_id: Reference
    closeness_ring: int


class Completed(Contract):
    """What is kept of the word that the inventory is whole."""

    no_significant_others: bool = False


class InventoryCounts(Contract):
    """The inventory in numbers, as it was revised last."""

    people: int
    past: int
    deceased: int
    innermost: int
    in_conflict: int
    precipitants: int
    no_significant_others: bool
    complete: bool
    """It was recorded whole, or said to be whole."""


def inventory(entries: Iterable[Entry]) -> InventoryCounts | None:
    """None before the first person was named."""
    people: dict[str, PersonCodes] = {}
    begun, complete, nobody = False, False, False
    for entry in entries:
        match entry.part:
            case Inventory() as whole:
                people = {person.person_id: person for person in whole.people}
                begun, complete, nobody = True, True, whole.no_significant_others
            case PersonAdded(person=person):
                people[person.person_id] = person
                begun = True
            case PersonRevised(change=change) if change is not None:
                _change(people, change.person_id, change)
            case PersonMoved() as moved:
                _change(people, moved.person_id, moved)
            case Completed() as completed:
                begun, complete, nobody = True, True, completed.no_significant_others
            case _:
                pass
    return _counts(people.values(), nobody=nobody, complete=complete) if begun else None


def _change(people: dict[str, PersonCodes], person_id: str, change: Contract) -> None:
    if person_id in people:
        people[person_id] = people[person_id].model_copy(update=changes(change))


def _counts(people: Collection[PersonCodes], *, nobody: bool, complete: bool) -> InventoryCounts:
    return InventoryCounts(
        people=len(people),
        past=sum(person.temporal == "past" for person in people),
        deceased=sum(person.living_status is LivingStatus.DECEASED for person in people),
        innermost=sum(person.closeness_ring == 1 for person in people),
        in_conflict=sum(
            person.conflict is not None and person.conflict.level in IN_CONFLICT for person in people
        ),
        precipitants=sum(person.link_to_onset is LinkToOnset.PRECIPITANT for person in people),
        no_significant_others=nobody,
        complete=complete,
    )
