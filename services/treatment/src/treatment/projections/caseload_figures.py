"""Counts treatment sessions, finds the newest score, focus and open signals of a case for the caseload."""

from collections.abc import Mapping
from typing import Literal, Required, TypeAlias, TypedDict

from casetrail_contracts import Payload
from casetrail_contracts.events.appointments import AppointmentScheduled, SessionMissed
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, NotOnTrackSignalled
from casetrail_contracts.events.problem_area import ProblemAreaRevised, ProblemAreaSelected
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import decimal_text, instant_text
from treatment.domain.case import OTHER_KINDS, patient_was_there
from treatment.projections.case_summary.adaptations import Tactic
from treatment.projections.case_summary.derived import Fact
from treatment.projections.case_summary.focus import Focused
from treatment.projections.case_summary.kept import ADAPTING, part_of, part_of_payload, reason_of
from treatment.projections.case_summary.sessions import Appointed, Held, Missed, Scored
from treatment.projections.caseload_query import LastScore
from treatment.projections.records import Record
from treatment.projections.rows import Columns


class Told(TypedDict, total=False):
    """What counts of one event, as JSON."""

    kind: Required[
        Literal["held", "withoutPatient", "otherAppointment", "missed", "score", "signal", "focus", "review"]
    ]
    own: str
    """The id of the session, appointment or form; of a focus, the area."""
    appointment: str | None
    at: str
    """When a form was taken, where its score does not say it to the microsecond."""
    score: dict[str, str | int]
    """Of a form that has one, and without what is absent of it."""
    reviews: list[str]
    """The signals that an adaptation answered."""


Entries: TypeAlias = Mapping[str, Told]
"""By the number of the event that told each, ten digits, in the order in which they were told."""

_ABSENT = {"total": None, "mean": None, "band": None}
COUNTED: frozenset[type[Payload]] = ADAPTING | {
    AppointmentScheduled,
    SessionHeld,
    SessionMissed,
    AssessmentScored,
    NotOnTrackSignalled,
    ProblemAreaSelected,
    ProblemAreaRevised,
}


def count(entries: Entries, record: Record) -> Entries:
    """What counts after the event. A correction acts on the entry that it corrects."""
    if record.kind is EntryCorrected:
        return _correct(entries, record)
    if record.kind is AssessmentCorrected:
        return _rescore(entries, record.read(AssessmentCorrected))
    if record.kind is DerivedFactWithdrawn:
        return _without(entries, _number(record.read(DerivedFactWithdrawn).fact, record))
    if record.kind not in COUNTED:
        return entries
    part = part_of(record)
    told = _told(part) if part else None
    signals = _reviewed(entries, record, part)
    if signals:
        told = {**(told or {"kind": "review"}), "reviews": signals}
    return {**entries, _number(record.event_id, record): told} if told else entries


def figures(entries: Entries) -> Columns:
    """The columns that are counted: sessions attended and missed, newest score, focus, open signals."""
    told = entries.values()
    others = {one["own"] for one in told if one["kind"] == "otherAppointment"}
    areas = [one["own"] for one in told if one["kind"] == "focus"]
    signals = {name for name, one in entries.items() if one["kind"] == "signal"}
    reviewed = {name for one in told for name in one.get("reviews", ())}
    held = {one["own"] for one in told if one["kind"] == "held" and one.get("appointment") not in others}
    return {
        "session_count": len(held),
        "missed_count": len({one["own"] for one in told if one["kind"] == "missed"}),
        "last_score": _newest_score(entries),
        "on_track": int(signals <= reviewed),
        "problem_area": areas[-1] if areas else None,
    }


def _newest_score(entries: Entries) -> str | None:
    """The latest by the time it was taken: an old form that is told late is not it."""
    scores = [one for one in entries.values() if one.get("score")]
    if not scores:
        return None
    # Of one time, the one that was told last.
    newest = max(reversed(scores), key=lambda one: one.get("at") or str(one["score"]["takenAt"]))
    return LastScore.model_validate({**_ABSENT, **newest["score"]}).model_dump_json()


def _number(event_id: str, record: Record) -> str:
    """Which event of the case that is: with whole ids, half of what is kept would be that of the case."""
    case_id, _, number = event_id.rpartition("-")
    return number if case_id == record.case[1] else event_id


def _correct(entries: Entries, record: Record) -> Entries:
    """An entry of another kind is not counted here, and is not changed."""
    correction = record.read(EntryCorrected)
    target = _number(correction.target, record)
    entry = correction.replacement.entry if correction.replacement else None
    if entry is None:
        return _without(entries, target)
    if isinstance(entry, SessionHeld | SessionMissed) and target in entries:
        part = part_of_payload(entry)
        told = _told(part) if part else None
        return {**entries, target: told} if told else entries
    return entries


def _rescore(entries: Entries, correction: AssessmentCorrected) -> Entries:
    """A form is known by the sender's id: the chain of its corrections need not be followed."""
    form = part_of_payload(correction.corrected)
    told = _told(form) if form else None
    if told is None:
        return entries
    return {
        name: told if one["kind"] == "score" and one["own"] == told["own"] else one
        for name, one in entries.items()
    }


def _without(entries: Entries, number: str) -> Entries:
    return {name: one for name, one in entries.items() if name != number}


def _reviewed(entries: Entries, record: Record, part: Contract | None) -> list[str]:
    """An adaptation reviews the signals that it names, or all of them when one triggered it."""
    reason = reason_of(record)
    if reason is None:
        return []
    signals = [name for name, one in entries.items() if one["kind"] == "signal"]
    if isinstance(part, Tactic) and part.trigger in ("notOnTrack", "supervision"):
        return signals
    named = {_number(event_id, record) for event_id in reason.evidence}
    return [name for name in signals if name in named]


def _told(part: Contract) -> Told | None:
    match part:
        case Appointed() if part.kind in OTHER_KINDS:
            return {"kind": "otherAppointment", "own": part.appointment_id}
        case Held():
            with_patient = patient_was_there({attendee.role for attendee in part.attendees})
            return {
                "kind": "held" if with_patient else "withoutPatient",
                "own": part.session_id,
                "appointment": part.appointment_id,
            }
        case Missed():
            return {"kind": "missed", "own": part.appointment_id}
        case Scored():
            return _scored(part)
        case Fact():
            return {"kind": "signal"}
        case Focused(rank="primary"):
            return {"kind": "focus", "own": part.focus.area.value}
        case _:
            return None


def _scored(form: Scored) -> Told:
    told: Told = {"kind": "score", "own": form.assessment_id}
    if form.total is None and form.mean is None:
        return told
    score = {"instrument": form.instrument, "total": form.total, "band": form.band}
    told["score"] = {name: value for name, value in score.items() if value is not None}
    told["score"]["takenAt"] = str(form.taken_at)
    if form.mean is not None:
        told["score"]["mean"] = decimal_text(form.mean)
    if form.taken_at.precision is not None:
        told["at"] = instant_text(form.taken_at.at)
    return told
