"""Folding the initial phase: the inventory, the formulation and the focus."""

from dataclasses import replace
from typing import assert_never

from casetrail_contracts.events import FormulationEvent
from casetrail_contracts.events.formulation import (
    ContractAgreed,
    DiagnosisRecorded,
    FormulationAgreed,
    FormulationKind,
    SickRoleGiven,
    TimelineRecorded,
)
from casetrail_contracts.events.inventory import (
    InventoryCompleted,
    InventoryPerson,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
)
from casetrail_contracts.events.problem_area import (
    DisputeStageChanged,
    ProblemAreaRevised,
    ProblemAreaSelected,
    RoleDispute,
)
from treatment.domain.case import Case, Person
from treatment.domain.folding.artifacts import recorded

ARTIFACT_OF: dict[FormulationKind, str] = {
    "problemArea": "formulation",
    "ipaf": "ipaf",
    "metacognitiveSchema": "schemaFormulation",
    "socialRhythm": "socialRhythm",
}


def apply(case: Case, payload: FormulationEvent) -> Case:
    """The case after this fact."""
    match payload:
        case DiagnosisRecorded():
            return recorded(case, "diagnosis")
        case SickRoleGiven():
            return recorded(case, "sickRole")
        case TimelineRecorded():
            return recorded(case, "timeline")
        case FormulationAgreed():
            return recorded(case, ARTIFACT_OF[payload.kind])
        case ContractAgreed():
            return recorded(replace(case, contract=payload, planned_sessions=payload.sessions), "contract")
        case ProblemAreaSelected() | ProblemAreaRevised():
            return recorded(replace(case, focus={**case.focus, payload.rank: payload.focus}), "problemArea")
        case DisputeStageChanged():
            return _stage(case, payload)
        case _:
            return _inventory(case, payload)


def _stage(case: Case, payload: DisputeStageChanged) -> Case:
    focus = case.focus.get(payload.rank)
    if not isinstance(focus, RoleDispute):
        return case
    moved = focus.model_copy(update={"stage": payload.stage})
    return replace(case, focus={**case.focus, payload.rank: moved})


def _inventory(
    case: Case,
    payload: InventoryRecorded
    | InventoryPersonAdded
    | InventoryPersonRevised
    | InventoryPersonMoved
    | InventoryCompleted,
) -> Case:
    match payload:
        case InventoryRecorded():
            people = {person.person_id: _person(person) for person in payload.people}
            return recorded(replace(case, people=people, inventory_complete=True), "inventory")
        case InventoryPersonAdded():
            added = {payload.person.person_id: _person(payload.person)}
            return replace(case, people={**case.people, **added})
        case InventoryPersonRevised():
            return _revised(case, payload)
        case InventoryPersonMoved():
            person = case.people.get(payload.person_id)
            if person is None:
                return case
            moved = replace(
                person,
                closeness_ring=payload.closeness_ring,
                closeness_desired=payload.closeness_desired or person.closeness_desired,
            )
            return replace(case, people={**case.people, payload.person_id: moved})
        case InventoryCompleted():
            return recorded(replace(case, inventory_complete=True), "inventory")
        case _:
            assert_never(payload)


def _revised(case: Case, payload: InventoryPersonRevised) -> Case:
    person, change = case.people.get(payload.person_id), payload.change
    if person is None or change is None:
        return case
    revised = replace(
        person,
        relationship=change.relationship or person.relationship,
        living_status=change.living_status or person.living_status,
        temporal=change.temporal or person.temporal,
        closeness_desired=change.closeness_desired or person.closeness_desired,
        safety_concern=person.safety_concern if change.safety_concern is None else change.safety_concern,
    )
    return replace(case, people={**case.people, payload.person_id: revised})


def _person(person: InventoryPerson) -> Person:
    return Person(
        relationship=person.relationship,
        living_status=person.living_status,
        temporal=person.temporal,
        closeness_ring=person.closeness_ring,
        closeness_desired=person.closeness_desired,
        safety_concern=person.safety_concern,
    )
