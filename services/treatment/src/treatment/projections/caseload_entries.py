"""Counts treatment sessions, finds the newest score, focus and open signals of a case for the caseload."""

from typing import assert_never

from casetrail_contracts import Payload
from casetrail_contracts.events import DerivedFact, MeasureEvent, SessionEvent
from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.assessment import AssessmentCorrected, AssessmentScheduled, MoodRated
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    DeteriorationDetected,
    NotOnTrackSignalled,
    OutcomeSummarised,
    RecurrenceSuspected,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
    RemissionReached,
    SuddenGainDetected,
    SuddenGainReversed,
)
from casetrail_contracts.events.problem_area import ProblemAreaRevised, ProblemAreaSelected
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolDeviationDetected
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.scalars import instant_text
from treatment.domain.case import OTHER_KINDS, patient_was_there
from treatment.projections.caseload_query import LastScore
from treatment.projections.rows import Columns, put, update
from treatment.store.database import Row, Transaction

TABLE = "caseload_entry"
_OF_CASE = "WHERE tenant = :tenant AND case_id = :case_id"


def count(write: Transaction, case: Columns, event_id: str, payload: Payload) -> Columns:
    """The columns that change: sessions attended and missed, the newest score, the focus, open signals."""
    if isinstance(payload, SessionEvent | MeasureEvent):
        changed = _session_or_form(write, case, event_id, payload)
    elif isinstance(payload, DerivedFact):
        changed = _derived(write, case, event_id, payload)
    elif isinstance(payload, EntryCorrected):
        changed = _correct(write, case, payload)
    else:
        focused = _focus(write, case, event_id, payload)
        changed = _review_signals(write, case, event_id, payload) or focused
    return _counted(write, case) if changed else {}


def _session_or_form(
    write: Transaction, case: Columns, event_id: str, payload: SessionEvent | MeasureEvent
) -> bool:
    match payload:
        case AppointmentScheduled() if payload.kind not in OTHER_KINDS:
            return False
        case AppointmentScheduled() | SessionHeld() | SessionMissed() | AssessmentScored():
            put(write, TABLE, {**case, "event_id": event_id}, _entry(payload))
            return True
        case AssessmentCorrected(corrected=form):
            # A form is known by the sender's id: the chain of its corrections need not be followed.
            update(write, TABLE, {**case, "kind": "score", "own_id": form.assessment_id}, _entry(form))
            return True
        case AppointmentRescheduled() | AppointmentCancelled():
            return False
        case PhaseEntered() | FollowUpRecorded() | AssessmentScheduled() | MoodRated():
            return False
        case _:
            assert_never(payload)


def _derived(write: Transaction, case: Columns, event_id: str, payload: DerivedFact) -> bool:
    match payload:
        case NotOnTrackSignalled():
            put(write, TABLE, {**case, "event_id": event_id}, _entry(payload))
            return True
        case DerivedFactWithdrawn():
            _remove(write, case, payload.fact)
            return True
        case ReliableImprovementReached() | ReliableDeteriorationReached() | RemissionReached():
            return False
        case DeteriorationDetected() | RecurrenceSuspected() | SuddenGainDetected() | SuddenGainReversed():
            return False
        case OutcomeSummarised() | ProtocolDeviationDetected():
            return False
        case _:
            assert_never(payload)


def _correct(write: Transaction, case: Columns, correction: EntryCorrected) -> bool:
    """An entry of another kind has no row here, and is not changed."""
    entry = correction.replacement.entry if correction.replacement else None
    if entry is None:
        _remove(write, case, correction.target)
        return True
    if isinstance(entry, SessionHeld | SessionMissed):
        update(write, TABLE, {**case, "event_id": correction.target}, _entry(entry))
        return True
    return False


def _focus(write: Transaction, case: Columns, event_id: str, payload: Payload) -> bool:
    match payload:
        case ProblemAreaSelected(rank="primary") | ProblemAreaRevised(rank="primary"):
            area = {"kind": "focus", "own_id": payload.focus.area.value, "at": ""}
            put(write, TABLE, {**case, "event_id": event_id}, area)
            return True
        case _:
            return False


def _review_signals(write: Transaction, case: Columns, event_id: str, payload: Payload) -> bool:
    """An adaptation reviews the signals that it names, or all of them when one triggered it."""
    because = getattr(payload, "because", None)
    if not isinstance(because, Because):
        return False
    reviewed = because.evidence
    if isinstance(payload, TacticAdapted) and payload.trigger in ("notOnTrack", "supervision"):
        rows = write.run(f"SELECT event_id FROM caseload_entry {_OF_CASE} AND kind = 'signal'", case)
        reviewed = tuple(row["event_id"] for row in rows)
    for signal in dict.fromkeys(reviewed):
        write.run(
            "INSERT INTO caseload_review (tenant, case_id, event_id, signal) "
            "VALUES (:tenant, :case_id, :event_id, :signal) ON CONFLICT DO NOTHING",
            {**case, "event_id": event_id, "signal": signal},
        )
    return True


def _remove(write: Transaction, case: Columns, event_id: str) -> None:
    for table in (TABLE, "caseload_review"):
        write.run(f"DELETE FROM {table} {_OF_CASE} AND event_id = :event_id", {**case, "event_id": event_id})


def _entry(
    payload: AppointmentScheduled | SessionHeld | SessionMissed | AssessmentScored | NotOnTrackSignalled,
) -> Columns:
    match payload:
        case AppointmentScheduled():
            at = instant_text(payload.starts_at)
            return {"kind": "otherAppointment", "own_id": payload.appointment_id, "at": at}
        case SessionHeld():
            return _held(payload)
        case SessionMissed():
            at = instant_text(payload.scheduled_at)
            return {"kind": "missed", "own_id": payload.appointment_id, "at": at}
        case AssessmentScored():
            at = instant_text(payload.taken_at.at)
            return {"kind": "score", "own_id": payload.assessment_id, "at": at, "score": _score(payload)}
        case NotOnTrackSignalled():
            return {"kind": "signal", "own_id": payload.instrument, "at": ""}


def _held(session: SessionHeld) -> Columns:
    with_patient = patient_was_there({attendee.role for attendee in session.attendees})
    return {
        "kind": "held" if with_patient else "withoutPatient",
        "own_id": session.session_id,
        "at": instant_text(session.started_at),
        "appointment_id": session.appointment_id,
    }


def _score(form: AssessmentScored) -> str | None:
    if form.total is None and form.mean is None:
        return None
    return LastScore(
        instrument=form.instrument,
        total=form.total,
        mean=form.mean,
        band=form.band,
        taken_at=form.taken_at,
    ).model_dump_json()


def _counted(write: Transaction, case: Columns) -> Columns:
    """The newest score is the latest by the time it was taken: an old form that is told late is not it."""
    rows = write.run(f"SELECT * FROM caseload_entry {_OF_CASE} ORDER BY at, event_id", case)
    scores = [row["score"] for row in rows if row["score"] is not None]
    others = {row["own_id"] for row in rows if row["kind"] == "otherAppointment"}
    treatments = [row for row in rows if row["appointment_id"] not in others]
    areas = [row["own_id"] for row in rows if row["kind"] == "focus"]
    reviewed = {row["signal"] for row in write.run(f"SELECT signal FROM caseload_review {_OF_CASE}", case)}
    signals = {row["event_id"] for row in rows if row["kind"] == "signal"}
    return {
        "session_count": _different(treatments, "held"),
        "missed_count": _different(rows, "missed"),
        "last_score": scores[-1] if scores else None,
        "on_track": int(signals <= reviewed),
        "problem_area": areas[-1] if areas else None,
    }


def _different(rows: list[Row], kind: str) -> int:
    return len({row["own_id"] for row in rows if row["kind"] == kind})
