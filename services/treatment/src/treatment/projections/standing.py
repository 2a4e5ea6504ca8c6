"""Where a case stands: what the row of a case says in every read model that has one."""

from typing import assert_never

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
from treatment.projections.rows import Columns
from treatment.store.database import Transaction


def standing(payload: Payload | None) -> Columns:
    """The columns that an event changes: `state`, `began`, who is in charge, `protocol`, `phase`."""
    if isinstance(payload, PhaseEntered):
        return {"phase": payload.phase}
    if not isinstance(payload, LifeEvent):
        return {}
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
            # What it goes back to stands in its row: see `reopen`.
            return {}
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


def reopen(write: Transaction, table: str, case: Columns) -> None:
    """A therapy that began goes on; one that never did is opened again."""
    write.run(
        f"UPDATE {table} SET state = CASE WHEN began = 1 THEN 'active' ELSE 'opened' END "
        "WHERE tenant = :tenant AND case_id = :case_id",
        case,
    )


def _in_charge(who: CaseOpened | CaseTransferred) -> Columns:
    return {
        "therapist_id": who.therapist_id,
        "supervisor_id": who.supervisor_id,
        "team_id": who.team_id,
    }
