"""Where a case stands: what the row of a case says in every read model that has one."""

from typing import assert_never, get_args

from casetrail_contracts import Payload
from casetrail_contracts.events import LifeEvent
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CaseOpened,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
)
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn, SuitabilityAdvised
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.erasure import (
    PersonalDataErased,
    PersonalDataErasureRefused,
    PersonalDataErasureRequested,
)
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned, ProtocolSwitched
from treatment.projections.records import Record
from treatment.projections.rows import Columns

LIFE: frozenset[type[Payload]] = frozenset(get_args(LifeEvent))


class OpenedTwice(ValueError):
    """The history opens a case that is open already: it is not the history of one case."""


def standing(row: Columns | None, record: Record) -> Columns | None:
    """The row after the event; None of a case that was not opened.

    It says `state`, `began`, who is in charge, `protocol`, `phase`, when the case was opened and when
    something happened last, and up to which event this holds.
    """
    if record.kind is CaseOpened:
        if row is not None:
            raise OpenedTwice("the case is open already")
        row = _blank(record)
    if row is None:
        return None
    return {
        **row,
        **_changes(row, record),
        "last_event_at": max(str(row["last_event_at"]), record.at),
        "version": record.sequence,
        "position": record.position,
    }


def _blank(record: Record) -> Columns:
    tenant, case_id = record.case
    return {
        "tenant": tenant,
        "case_id": case_id,
        "began": 0,
        "opened_at": record.at,
        "last_event_at": record.at,
        "protocol": None,
        "phase": None,
    }


def _changes(row: Columns, record: Record) -> Columns:
    if record.kind is PhaseEntered:
        return {"phase": record.read(PhaseEntered).phase}
    if record.kind is None or record.kind not in LIFE:
        return {}
    payload = record.read(record.kind)
    return _of_life(row, payload) if isinstance(payload, LifeEvent) else {}


def _of_life(row: Columns, payload: LifeEvent) -> Columns:
    match payload:
        case CaseOpened():
            return {"state": "opened", **_in_charge(payload)}
        case CaseTransferred():
            return _in_charge(payload)
        case CaseActivated():
            return {"state": "active", "began": 1}
        case CaseResumed():
            return {"state": "active"}
        case CaseReopened():
            # A therapy that began goes on; one that never did is opened again.
            return {"state": "active" if row["began"] else "opened"}
        case CasePaused():
            return {"state": "paused"}
        case CaseClosed():
            return {"state": "closed"}
        case ProtocolAssigned() | ProtocolSwitched():
            return {"protocol": payload.definition}
        case ConsentRecorded() | ConsentWithdrawn() | SuitabilityAdvised() | EntryCorrected():
            return {}
        case PersonalDataErasureRequested() | PersonalDataErased() | PersonalDataErasureRefused():
            return {}
        case _:
            assert_never(payload)


def _in_charge(who: CaseOpened | CaseTransferred) -> Columns:
    return {
        "therapist_id": who.therapist_id,
        "supervisor_id": who.supervisor_id,
        "team_id": who.team_id,
    }
