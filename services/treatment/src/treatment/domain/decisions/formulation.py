"""The interpersonal inventory, and the problem area that becomes the focus."""

from typing import assert_never

from casetrail_contracts import event_id
from casetrail_contracts.events.formulation import (
    Focus,
    Grief,
    InterpersonalDeficits,
    LivingStatus,
    RoleDispute,
    RoleTransition,
)
from treatment.domain.case import Case
from treatment.domain.commands import RecordInventory, SelectProblemArea
from treatment.domain.decisions.risk import safety_concern_flag
from treatment.domain.facts import Fact
from treatment.domain.refusals import (
    DisputeNeedsTheLiving,
    GriefNeedsADeath,
    InventoryIncomplete,
    PersonRepeated,
    PersonStillNeeded,
    PersonUnknown,
    ProblemAreaTaken,
)


def record_inventory(case: Case, command: RecordInventory) -> list[Fact]:
    """Needs one present person, or the word that there is nobody. A safety concern raises a review."""
    inventory = command.inventory
    seen: set[str] = set()
    for person in inventory.people:
        if person.person_id in seen:
            raise PersonRepeated(person.person_id)
        seen.add(person.person_id)
    if missing := sorted(case.people_in_focus - seen):
        raise PersonStillNeeded(missing[0])
    present = any(person.temporal == "present" for person in inventory.people)
    if not present and not inventory.no_significant_others:
        raise InventoryIncomplete
    facts = [Fact(payload=inventory, at=command.at)]
    if any(person.safety_concern for person in inventory.people):
        cause = event_id(case.case_id, case.version + 1)
        facts.append(safety_concern_flag(case, cause, command.at))
    return facts


def select_problem_area(case: Case, command: SelectProblemArea) -> list[Fact]:
    """One primary and at most one secondary area; choosing the same one again says nothing new."""
    selection = command.selection
    _check_focus(case, selection.focus)
    chosen = case.focus.get(selection.rank)
    if chosen is not None:
        if _coded(chosen) == _coded(selection.focus):
            return []
        raise ProblemAreaTaken(selection.rank)
    if selection.rank == "secondary" and "primary" not in case.focus:
        raise ProblemAreaTaken("secondary before primary")
    return [Fact(payload=selection, at=command.at)]


def _check_focus(case: Case, focus: Focus) -> None:
    match focus:
        case Grief():
            if (
                _living_status(case, focus.deceased_person_id, "deceasedPersonId")
                is not LivingStatus.DECEASED
            ):
                raise GriefNeedsADeath(focus.deceased_person_id)
        case RoleDispute():
            if _living_status(case, focus.other_party_id, "otherPartyId") is LivingStatus.DECEASED:
                raise DisputeNeedsTheLiving(focus.other_party_id)
        case InterpersonalDeficits():
            for person_id in focus.past_relationships_reviewed:
                _living_status(case, person_id, "pastRelationshipsReviewed")
        case RoleTransition():
            pass
        case _:
            assert_never(focus)


def _living_status(case: Case, person_id: str, field: str) -> LivingStatus:
    try:
        return case.people[person_id]
    except KeyError:
        raise PersonUnknown(person_id, field) from None


def _coded(focus: Focus) -> dict[str, object]:
    """The codes of a focus, without its personal texts: those are sealed in the state."""
    return focus.model_dump(
        exclude={"circumstances", "expectations_mine", "expectations_theirs", "issue", "old_role", "new_role"}
    )
