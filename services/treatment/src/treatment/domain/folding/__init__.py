"""Folding: from the events of a case to its state. It accepts every event ever stored and never refuses."""

from collections.abc import Iterable
from dataclasses import replace

from casetrail_contracts import Event, Payload
from casetrail_contracts.events import (
    CareEvent,
    DerivedFact,
    FormulationEvent,
    LifeEvent,
    MeasureEvent,
    PlanEvent,
    SessionEvent,
)
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.folding import care, derived, formulation, life, measures, plan, sessions


def fold(case_id: str, events: Iterable[Event]) -> Case:
    """The case after these events, which are all of its first ones, in order."""
    return fold_on(Case(case_id=case_id), events)


def fold_on(case: Case, events: Iterable[Event]) -> Case:
    """The case after these events too, which follow its newest one, in order."""
    for event in events:
        case = evolve(case, event)
    return case


def evolve(case: Case, event: Event) -> Case:
    """Apply a stored event. Must accept every event ever stored, so it never refuses."""
    at = Moment(event.envelope.time, event.envelope.timeprecision)
    entry = HistoryEntry(
        event_id=event.envelope.id,
        at=at,
        payload=event.payload,
        holds=event.payload,
        actor=event.envelope.authid,
    )
    return replace(extend(case, entry), version=event.sequence, last_hash=event.hash)


def extend(case: Case, entry: HistoryEntry) -> Case:
    """The case with one more entry, whether it is stored already or about to be."""
    history = (*case.history, entry)
    corrected = _corrected(history, entry.payload)
    if corrected is None:
        known = replace(case, history=history, version=case.version + 1)
        return known if entry.holds is None else _apply(known, entry)
    # What was corrected may have led to anything: the state is folded anew from what holds.
    return refold(case.case_id, corrected)


def refold(case_id: str, history: Iterable[HistoryEntry]) -> Case:
    """The case of these entries by what holds of each. What corrects another is applied already."""
    case = Case(case_id=case_id)
    for entry in history:
        known = replace(case, history=(*case.history, entry), version=case.version + 1)
        case = known if entry.holds is None else _apply(known, entry)
    return case


def without(case: Case, event_id: str) -> Case:
    """The case as it would be had this entry never been made. It is a case to be read: nothing is stored."""
    return refold(case.case_id, _with(case.history, event_id, None) or case.history)


def _corrected(history: tuple[HistoryEntry, ...], payload: Payload | None) -> tuple[HistoryEntry, ...] | None:
    """The history with the target of a correction replaced; None when nothing is corrected."""
    match payload:
        case AssessmentCorrected():
            return _with(history, payload.corrects, payload.corrected)
        case EntryCorrected():
            entry = payload.replacement.entry if payload.replacement else None
            return _with(history, payload.target, entry)
        case DerivedFactWithdrawn():
            return _with(history, payload.fact, None)
        case _:
            return None


def _with(
    history: tuple[HistoryEntry, ...], target: str, holds: Payload | None
) -> tuple[HistoryEntry, ...] | None:
    """A correction of a form that was corrected before reaches the form itself."""
    for number, entry in enumerate(history):
        if entry.event_id != target:
            continue
        if isinstance(entry.payload, AssessmentCorrected):
            return _with(history, entry.payload.corrects, holds)
        return (*history[:number], replace(entry, holds=holds), *history[number + 1 :])
    return None


def _apply(case: Case, entry: HistoryEntry) -> Case:
    payload = entry.holds
    if isinstance(payload, LifeEvent):
        return life.apply(case, payload, entry.event_id)
    if isinstance(payload, FormulationEvent):
        return formulation.apply(case, payload)
    if isinstance(payload, SessionEvent):
        return sessions.apply(case, payload)
    if isinstance(payload, PlanEvent):
        return plan.apply(case, payload)
    if isinstance(payload, MeasureEvent):
        return measures.apply(case, payload)
    if isinstance(payload, CareEvent):
        return care.apply(case, payload, entry.event_id)
    if isinstance(payload, DerivedFact):
        return derived.apply(case, payload, entry.event_id)
    return case
