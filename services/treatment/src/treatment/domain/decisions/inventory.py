"""The interpersonal inventory: whole, or person by person."""

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from casetrail_contracts.events.inventory import (
    InventoryCompleted,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
    LivingStatus,
)
from casetrail_contracts.events.problem_area import Grief
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.decisions.evidence import was_recorded
from treatment.domain.facts import Fact
from treatment.domain.refusals import (
    GriefNeedsADeath,
    InventoryIncomplete,
    PersonRepeated,
    PersonStillNeeded,
    PersonUnknown,
    SomebodyIsPresent,
)

InventoryEntry: TypeAlias = (
    InventoryRecorded
    | InventoryPersonAdded
    | InventoryPersonRevised
    | InventoryPersonMoved
    | InventoryCompleted
)


def record(case: Case, entry: InventoryEntry, at: Moment) -> list[Fact]:
    """The facts of an entry about the people who matter."""
    match entry:
        case InventoryRecorded():
            return _whole(case, entry, at)
        case InventoryPersonAdded():
            return _added(case, entry, at)
        case InventoryPersonRevised():
            _known(case, entry.person_id, "personId")
            if entry.change is not None and entry.change.living_status is not None:
                _check_mourned(case, entry.person_id, entry.change.living_status)
            return [Fact(payload=entry, at=at)]
        case InventoryPersonMoved():
            _known(case, entry.person_id, "personId")
            person = case.people[entry.person_id]
            placed = (person.closeness_ring, person.closeness_desired)
            wanted = (entry.closeness_ring, entry.closeness_desired or person.closeness_desired)
            return [] if wanted == placed else [Fact(payload=entry, at=at)]
        case InventoryCompleted():
            temporal = {name: person.temporal for name, person in case.people.items()}
            _check_present(temporal, nobody=entry.no_significant_others)
            return [] if case.inventory_complete else [Fact(payload=entry, at=at)]
        case _:
            assert_never(entry)


def _whole(case: Case, inventory: InventoryRecorded, at: Moment) -> list[Fact]:
    """Needs one present person, or the word that there is nobody."""
    seen: set[str] = set()
    for person in inventory.people:
        if person.person_id in seen:
            raise PersonRepeated(person.person_id)
        seen.add(person.person_id)
    if missing := sorted(case.people_in_focus - seen):
        raise PersonStillNeeded(missing[0])
    for person in inventory.people:
        _check_mourned(case, person.person_id, person.living_status)
    temporal = {person.person_id: person.temporal for person in inventory.people}
    _check_present(temporal, nobody=inventory.no_significant_others)
    return [Fact(payload=inventory, at=at)]


def _check_present(temporal: Mapping[str, str], *, nobody: bool) -> None:
    """Somebody is present, or it is said that there is nobody: one of the two."""
    present = [person_id for person_id, when in temporal.items() if when == "present"]
    if present and nobody:
        raise SomebodyIsPresent(present[0])
    if not present and not nobody:
        raise InventoryIncomplete


def _added(case: Case, entry: InventoryPersonAdded, at: Moment) -> list[Fact]:
    if entry.person.person_id in case.people:
        if was_recorded(case, entry):
            return []
        raise PersonRepeated(entry.person.person_id)
    if entry.texts is not None and entry.texts.person_id != entry.person.person_id:
        raise PersonUnknown(entry.texts.person_id, "texts.personId")
    return [Fact(payload=entry, at=at)]


def _check_mourned(case: Case, person_id: str, status: LivingStatus) -> None:
    """Whom the grief is about has died (invariant 2): the problem area is revised first."""
    mourned = {focus.deceased_person_id for focus in case.focus.values() if isinstance(focus, Grief)}
    if person_id in mourned and status is not LivingStatus.DECEASED:
        raise GriefNeedsADeath(person_id)


def _known(case: Case, person_id: str, field: str) -> None:
    if person_id not in case.people:
        raise PersonUnknown(person_id, field)
