"""The terms on which a course went on: when it rested, by which protocol, how far apart its sessions were."""

from collections.abc import Iterator
from datetime import date

from casetrail_contracts.events.case import CasePaused, CaseResumed
from casetrail_contracts.events.formulation import ContractAgreed
from casetrail_contracts.events.protocol import ProtocolAssigned, ProtocolSwitched
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.case import Case
from treatment.domain.deviations import Agreed, Pause, Planned
from treatment.domain.policy.walking import walk


def pauses(case: Case) -> Iterator[Pause]:
    """When the therapy rested, in days."""
    began = None
    for entry, payload, _ in walk(case):
        match payload:
            case CasePaused():
                began = entry.at.at.date()
            case CaseResumed() if began is not None:
                yield Pause(began_on=began, ended_on=entry.at.at.date())
                began = None
            case _:
                pass
    if began is not None:
        yield Pause(began_on=began)


def protocol_since(case: Case) -> int:
    """How many sessions had been attended when the protocol that holds now was chosen."""
    since = 0
    for _, payload, attended in walk(case):
        if isinstance(payload, ProtocolAssigned | ProtocolSwitched):
            since = attended
    return since


def agreed(case: Case) -> tuple[Agreed, ...]:
    """As the contract says, and as tactics changed it since: each from its own day on.

    A change that names the session from which it holds begins with that session, once it was held.
    """
    found = []
    for entry, payload, _ in walk(case):
        if isinstance(payload, ContractAgreed):
            found.append(Agreed(since=entry.at.at.date(), days=payload.cadence_days))
        if isinstance(payload, TacticAdapted) and payload.cadence_days is not None:
            since = _effective(case, entry.at.at.date(), payload.effective_from_session_id)
            if since is not None:
                found.append(Agreed(since=since, days=payload.cadence_days))
    return tuple(sorted(found, key=lambda one: one.since))


def planned(case: Case) -> Iterator[Planned]:
    """How many sessions, as the contract says and as tactics changed it."""
    for _, payload, attended in walk(case):
        if isinstance(payload, ContractAgreed | TacticAdapted) and payload.sessions is not None:
            yield Planned(after_session=attended, sessions=payload.sessions)


def _effective(case: Case, decided_on: date, session_id: str | None) -> date | None:
    if session_id is None:
        return decided_on
    session = case.sessions.get(session_id)
    return None if session is None else session.started_at.date()
