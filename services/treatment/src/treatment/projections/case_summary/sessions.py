"""Sessions that were held and missed, and forms, as they count now."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from casetrail_contracts.events.measure import Respondent, RiskItemAnswered
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.session import Attendance, Modality, Technique
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import (
    DecimalString,
    DefinitionRef,
    EventId,
    Instant,
    InstrumentCode,
    Moment,
    Reference,
    Term,
)
from treatment.domain.case import OTHER_KINDS, patient_was_there
from treatment.domain.phases import numbers
from treatment.domain.protocols import Protocol
from treatment.projections.case_summary.entry import Entry, fields, those_of


class Present(Contract):
    """In which role somebody was there."""

    role: str


class Appointed(Contract):
    """What is kept of an appointment: for what it was made."""

    appointment_id: Reference
    kind: str


class Session(Contract):
    """What is shown of a session that took place."""

    session_id: Reference
    started_at: Instant
    duration_minutes: int
    attendance: Attendance
    modality: Modality
    techniques: tuple[Technique, ...] = ()
    scheduled_at: Instant | None = None
    focus: Area | None = None
    topics: tuple[Term, ...] = ()
    alliance: int | None = None
    """How well patient and therapist work together, 10 the best."""
    supervision_needed: bool | None = None


class Held(Session):
    """What is kept of it, beside that."""

    appointment_id: Reference | None = None
    group_session_id: Reference | None = None
    attendees: tuple[Present, ...] = ()


class SessionEntry(Session):
    """A session that took place."""

    number: int | None
    """Its number in the protocol: by start among the treatment sessions, 0 before a group begins.

    Absent of a session that was no treatment: without the patient, or an assessment only.
    """
    event_id: EventId
    corrected_by: EventId | None


class Missed(Contract):
    """What is kept of a session that did not take place."""

    appointment_id: Reference
    scheduled_at: Instant
    attendance: Literal["2", "3", "4", "7"]


class MissedEntry(Missed):
    """A session that did not take place, with its NHS attendance code."""

    event_id: EventId
    corrected_by: EventId | None


class Scored(Contract):
    """What is kept of a form: no answers."""

    assessment_id: Reference
    instrument: InstrumentCode
    definition: DefinitionRef
    taken_at: Moment
    respondent: Respondent
    total: int | None = None
    mean: DecimalString | None = None
    """The score of an instrument that is scored by a mean."""
    band: str | None = None
    prorated: bool = False
    total_mismatch: bool = False
    risk_item_answered: RiskItemAnswered
    session_id: Reference | None = None


class AssessmentEntry(Scored):
    """A scored form as it counts now, without its answers."""

    event_id: EventId
    """The event that scored it first."""
    corrected_by: EventId | None


def score_of(form: Scored) -> int | Decimal | None:
    """The score that counts; None when too many items are missing."""
    return form.mean if form.total is None else form.total


def sessions(entries: Sequence[Entry], protocol: Protocol | None) -> tuple[SessionEntry, ...]:
    """By their start, whenever they were told; the newest word on each. Numbered as the domain does."""
    known = {held.session_id: (entry, held) for entry, held in those_of(entries, Held)}
    ranked = sorted(known.values(), key=lambda one: (one[1].started_at, one[1].session_id))
    numbered = _numbers(entries, [held for _, held in ranked], protocol)
    return tuple(
        SessionEntry.model_validate(
            {**fields(held), "number": numbered.get(held.session_id), **_told(entry)}, extra="ignore"
        )
        for entry, held in ranked
    )


def _numbers(entries: Sequence[Entry], ranked: Sequence[Held], protocol: Protocol | None) -> dict[str, int]:
    """The number of each treatment session; without the text of the protocol they count from 1."""
    others = {made.appointment_id for _, made in those_of(entries, Appointed) if made.kind in OTHER_KINDS}
    treatments = [
        held
        for held in ranked
        if patient_was_there({one.role for one in held.attendees}) and held.appointment_id not in others
    ]
    in_group = [held.modality is Modality.GROUP or held.group_session_id is not None for held in treatments]
    found = numbers(protocol, in_group) if protocol is not None else range(1, len(treatments) + 1)
    return {held.session_id: number for held, number in zip(treatments, found, strict=True)}


def missed_sessions(entries: Sequence[Entry]) -> tuple[MissedEntry, ...]:
    """By the time for which they were agreed."""
    known = {missed.appointment_id: (entry, missed) for entry, missed in those_of(entries, Missed)}
    ranked = sorted(known.values(), key=lambda one: (one[1].scheduled_at, one[1].appointment_id))
    return tuple(MissedEntry.model_validate({**fields(missed), **_told(entry)}) for entry, missed in ranked)


def assessments(entries: Sequence[Entry]) -> tuple[AssessmentEntry, ...]:
    """By the time at which they were taken; of one time, in the order in which they were told."""
    known = {form.assessment_id: (entry, form) for entry, form in those_of(entries, Scored)}
    ranked = sorted(known.values(), key=lambda one: (one[1].taken_at.at, one[0].event_id))
    return tuple(AssessmentEntry.model_validate({**fields(form), **_told(entry)}) for entry, form in ranked)


def last_score(forms: Sequence[AssessmentEntry]) -> AssessmentEntry | None:
    """The newest form that has a score, by the time at which it was taken."""
    return next((form for form in reversed(forms) if score_of(form) is not None), None)


def _told(entry: Entry) -> dict[str, object]:
    return {"event_id": entry.event_id, "corrected_by": entry.corrected_by}
