"""Sessions that were held and missed, and forms, as they count now."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from casetrail_contracts.events.measure import Respondent, RiskItemAnswered
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
)
from treatment.projections.case_summary.entry import Entry, fields, those_of


class Held(Contract):
    """What is kept of a session that took place."""

    session_id: Reference
    started_at: Instant
    duration_minutes: int
    attendance: Attendance
    modality: Modality
    techniques: tuple[Technique, ...] = ()


class SessionEntry(Held):
    """A session; `number` is its rank by start among the sessions that were attended."""

    number: int
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


def sessions(entries: Sequence[Entry]) -> tuple[SessionEntry, ...]:
    """By their start, whenever they were told; the newest word on each."""
    known = {held.session_id: (entry, held) for entry, held in those_of(entries, Held)}
    ranked = sorted(known.values(), key=lambda one: (one[1].started_at, one[1].session_id))
    return tuple(
        SessionEntry.model_validate({**fields(held), "number": number, **_told(entry)})
        for number, (entry, held) in enumerate(ranked, start=1)
    )


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
