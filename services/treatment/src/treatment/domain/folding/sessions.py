"""Folding sessions: held, missed, to come; and the phase."""

from dataclasses import replace
from typing import assert_never

from casetrail_contracts.events import SessionEvent
from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.events.session import SessionHeld
from treatment.domain.case import OTHER_KINDS, Case
from treatment.domain.folding.artifacts import recorded


def apply(case: Case, payload: SessionEvent) -> Case:
    """The case after this fact."""
    match payload:
        case AppointmentScheduled():
            return _scheduled(case, payload)
        case AppointmentRescheduled():
            return case
        case AppointmentCancelled():
            return replace(case, appointments=case.appointments - {payload.appointment_id})
        case SessionHeld():
            return _held(case, payload)
        case SessionMissed():
            return replace(
                case,
                missed={**case.missed, payload.appointment_id: payload},
                appointments=case.appointments - {payload.appointment_id},
            )
        case FollowUpRecorded():
            return replace(case, follow_ups=case.follow_ups | {payload.follow_up_id})
        case PhaseEntered():
            return replace(case, phase=payload.phase, phase_by_hand=payload.set_by_hand)
        case _:
            assert_never(payload)


def _scheduled(case: Case, scheduled: AppointmentScheduled) -> Case:
    other = {scheduled.appointment_id} if scheduled.kind in OTHER_KINDS else set()
    # Told after it came: it is not to come any more.
    coming = {scheduled.appointment_id} - case.past_appointments.keys()
    return replace(
        case,
        appointments=case.appointments | coming,
        other_appointments=case.other_appointments | other,
    )


def _held(case: Case, held: SessionHeld) -> Case:
    known = replace(
        case,
        sessions={**case.sessions, held.session_id: held},
        appointments=case.appointments - ({held.appointment_id} if held.appointment_id else set()),
    )
    return recorded(known, "closenessCircle") if "closenessCircle" in held.techniques else known
