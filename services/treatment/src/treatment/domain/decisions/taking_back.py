"""Which entries are taken back as entered in error, and what is done instead where one is not."""

from casetrail_contracts import Payload
from casetrail_contracts.events import DerivedFact, RegisterEvent
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.care import (
    ReviewNeeded,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagRaised,
    RiskFlagResolved,
    RiskItemUnanswered,
)
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CaseOpened,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
)
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.erasure import (
    PersonalDataErased,
    PersonalDataErasureRefused,
    PersonalDataErasureRequested,
)
from casetrail_contracts.events.homework import HomeworkWithdrawn
from casetrail_contracts.events.inventory import LivingStatus
from casetrail_contracts.events.problem_area import Grief, RoleDispute
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned, ProtocolSwitched
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.folding import without
from treatment.domain.refusals import NotTakenBack

FOLLOWS = "correct the entry that it follows from: it is judged again then"
INSTEAD: dict[type[Payload], str] = {
    CaseOpened: "close the case, and request the erasure of what it holds of a wrong patient",
    CaseActivated: "pause or close the case",
    CasePaused: "resume the case",
    CaseResumed: "pause or close the case",
    CaseTransferred: "transfer the case to who is in charge",
    CaseClosed: "amend it with `replacement.caseClosed`, or reopen the case with the reason closedInError",
    CaseReopened: "close the case again",
    ProtocolAssigned: "switch to another protocol with `switch-protocol`",
    ProtocolSwitched: "switch to another protocol with `switch-protocol`",
    EntryCorrected: "record the entry again, or correct its target once more",
    AssessmentCorrected: "correct the form again with `correct-assessment`, or take the form itself back",
    PersonalDataErasureRequested: "refuse the request with `refuse-erasure`",
    PersonalDataErased: "what was erased stays so; open a new case where there is more to record",
    PersonalDataErasureRefused: "request the erasure again",
    RiskFlagRaised: "resolve the flag as falsePositive or duplicate with `resolve-risk`",
    RiskFlagAcknowledged: "resolve the flag with `resolve-risk` once its outcome is known",
    RiskFlagEscalated: "acknowledge the flag with `acknowledge-risk`",
    RiskFlagResolved: "record the risk as it is with `check-risk`: moderate and high raise a flag again",
    RiskItemUnanswered: FOLLOWS,
    ReviewNeeded: FOLLOWS,
}
"""What belongs to the life of the case, to a flag or to a rule; all that a clinician recorded does not."""


def check_taking_back(case: Case, target: HistoryEntry) -> None:
    """Raise `NotTakenBack`, which says what is done instead, unless the entry is a clinical one.

    Whom a problem area names stays in the inventory (invariant 2): the area is taken back or revised first.
    """
    payload = target.payload
    if payload is None:
        return
    instead = _instead(payload)
    if instead is None and (named := _left_without(case, target.event_id)):
        instead = f"revise or take back the problem area that names {min(named)} first; then this"
    if instead is not None:
        raise NotTakenBack(type(payload).__name__, instead)


def _instead(payload: Payload) -> str | None:
    if isinstance(payload, DerivedFact | RegisterEvent):
        return FOLLOWS
    if isinstance(payload, PhaseEntered) and not payload.set_by_hand:
        return FOLLOWS
    if isinstance(payload, HomeworkWithdrawn) and payload.reason == "caseClosed":
        return FOLLOWS
    return INSTEAD.get(type(payload))


def _left_without(case: Case, event_id: str) -> frozenset[str]:
    """The people whom a problem area would name in vain, and did not before."""
    return _named_in_vain(without(case, event_id)) - _named_in_vain(case)


def _named_in_vain(case: Case) -> frozenset[str]:
    found = set()
    for focus in case.focus.values():
        match focus:
            case Grief(deceased_person_id=person_id):
                person = case.people.get(person_id)
                if person is None or person.living_status is not LivingStatus.DECEASED:
                    found.add(person_id)
            case RoleDispute(other_party_id=person_id):
                person = case.people.get(person_id)
                if person is None or person.living_status is LivingStatus.DECEASED:
                    found.add(person_id)
            case _:
                pass
    return frozenset(found)
