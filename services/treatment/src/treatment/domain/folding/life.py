"""Folding the life of a case: its state, who is in charge, consent, advice, protocol."""

from dataclasses import replace
from typing import assert_never

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
from casetrail_contracts.events.protocol import ProtocolAssigned, ProtocolSwitched
from treatment.domain.case import Case, Status


def apply(case: Case, payload: LifeEvent, event_id: str) -> Case:
    """The case after this fact."""
    match payload:
        case CaseOpened():
            return replace(_in_charge(case, payload), status=Status.OPENED)
        case CaseTransferred():
            return _in_charge(case, payload)
        case CaseActivated():
            return replace(case, status=Status.ACTIVE, began=True)
        case CaseResumed():
            return replace(case, status=Status.ACTIVE)
        case CaseReopened():
            # A therapy that never began is opened again, and begins by `activate`.
            status = Status.ACTIVE if case.began else Status.OPENED
            return replace(case, status=status, closed_as=None)
        case CasePaused():
            return replace(case, status=Status.PAUSED)
        case CaseClosed():
            return replace(case, status=Status.CLOSED, closed_as=payload.reason)
        case ConsentRecorded():
            return replace(case, consents={**case.consents, (payload.scope, payload.person_id): payload})
        case ConsentWithdrawn():
            key = (payload.scope, payload.person_id)
            left = {known: consent for known, consent in case.consents.items() if known != key}
            return replace(case, consents=left)
        case SuitabilityAdvised():
            return replace(case, suitability=payload)
        case ProtocolAssigned() | ProtocolSwitched():
            return replace(case, protocol=payload.definition)
        case PersonalDataErasureRequested():
            return replace(case, erasures={**case.erasures, event_id: payload})
        case PersonalDataErased() | PersonalDataErasureRefused():
            return _decided(case, payload)
        case EntryCorrected():
            # It acts on its target, where the history is put together.
            return case
        case _:
            assert_never(payload)


def _decided(case: Case, decision: PersonalDataErased | PersonalDataErasureRefused) -> Case:
    erased = {decision.person_id} if isinstance(decision, PersonalDataErased) else set()
    left = {key: request for key, request in case.erasures.items() if key != decision.request}
    return replace(case, erasures=left, erased=case.erased | erased)


def _in_charge(case: Case, who: CaseOpened | CaseTransferred) -> Case:
    return replace(case, therapist_id=who.therapist_id, supervisor_id=who.supervisor_id, team_id=who.team_id)
