"""The terms of a course: since when it was waited for, when it rested, by which protocol, how far apart."""

from collections.abc import Iterator
from datetime import date

from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
)
from casetrail_contracts.events.case import CaseActivated, CaseClosed, CasePaused, CaseReopened, CaseResumed
from casetrail_contracts.events.formulation import ContractAgreed
from casetrail_contracts.events.protocol import ProtocolAssigned, ProtocolSwitched
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.case import Case
from treatment.domain.deviations import Agreed, Pause, Planned, Wait
from treatment.domain.policy.walking import attended_by, session_starts, walk, walk_as_happened


def pauses(case: Case) -> Iterator[Pause]:
    """When the therapy rested, in days, no longer than expected: who does not come back then is missed."""
    began, until = None, None
    for entry, payload, _ in walk_as_happened(case):
        match payload:
            case CasePaused():
                began, until = entry.at.at.date(), payload.expected_until
            case CaseResumed() if began is not None:
                ended = entry.at.at.date()
                yield Pause(began_on=began, ended_on=ended if until is None else min(ended, until))
                began = None
            case _:
                pass
    if began is not None:
        yield Pause(began_on=began, ended_on=until)


def protocol_since(case: Case) -> int:
    """How many sessions had been attended when the protocol that holds now was chosen.

    The first protocol judges also what took place before it was assigned, but is told later: a course that is
    entered as a whole, from its beginning.
    """
    since, starts = 0, session_starts(case)
    for entry, payload, told in walk(case):
        if isinstance(payload, ProtocolAssigned):
            since = min(told, attended_by(starts, entry.at))
        if isinstance(payload, ProtocolSwitched):
            since = attended_by(starts, entry.at)
    return since


def waits(case: Case) -> Iterator[Wait]:
    """Since when a first session was waited for: from the activation, or the appointment that was agreed.

    One that was given up, or moved, is waited for no longer than until that was said.
    """
    activated, begun = False, None
    planned: dict[str, tuple[date, str]] = {}
    newest: tuple[date, str] | None = None
    for entry, payload, _ in walk_as_happened(case):
        match payload:
            case CaseActivated():
                activated, begun = True, (entry.at.at.date(), entry.event_id)
            case CaseReopened() if activated:
                begun = entry.at.at.date(), entry.event_id
            case CaseClosed():
                begun = None
                planned.clear()
            case AppointmentScheduled() | AppointmentRescheduled():
                planned[payload.appointment_id] = payload.starts_at.date(), entry.event_id
            case AppointmentCancelled():
                planned.pop(payload.appointment_id, None)
            case _:
                continue
        now = max((begun, *planned.values())) if begun is not None else None
        if newest is not None and now != newest:
            yield Wait(event_id=newest[1], since=newest[0], until=entry.at.at.date())
        newest = now
    if newest is not None:
        yield Wait(event_id=newest[1], since=newest[0])


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
