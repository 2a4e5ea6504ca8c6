"""Corrections: a new event says what counts now; the old one stays and is seen."""

from casetrail_contracts import Payload
from casetrail_contracts.events.appointments import FollowUpRecorded, SessionMissed
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.medication import MedicationRecorded
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import CorrectAssessment
from treatment.domain.decisions.closing import standing_closing
from treatment.domain.decisions.evidence import says_the_same, was_recorded
from treatment.domain.decisions.measures import scored
from treatment.domain.decisions.replacements import check_replacement, with_what_counts
from treatment.domain.decisions.taking_back import check_taking_back
from treatment.domain.facts import Fact
from treatment.domain.refusals import NotCorrectable, NotFound


def correct_assessment(case: Case, command: CorrectAssessment) -> list[Fact]:
    """The form is named by the sender's id; the correction names the event that it corrects."""
    form = command.form
    known = case.assessments.get(form.assessment_id)
    original = _scored_by(case, form.assessment_id)
    if known is None or original is None:
        raise NotFound("form", form.assessment_id, "assessmentId")
    corrected = scored(form)
    if corrected == known:
        return []
    payload = AssessmentCorrected(corrects=original.event_id, reason=command.reason, corrected=corrected)
    return [Fact(payload=payload, at=command.at)]


def correct_entry(case: Case, entry: EntryCorrected, at: Moment, circumstances: Circumstances) -> list[Fact]:
    """A replacement is of the kind of its target; a target that no longer counts is not corrected again."""
    target = case.entry(entry.target)
    if target is None or target.payload is None:
        raise NotFound("event", entry.target, "target")
    if target.holds is None:
        if was_recorded(case, entry):
            return []
        raise NotCorrectable(_name(target.payload), "it was entered in error or withdrawn before")
    if entry.replacement is None:
        check_taking_back(case, target)
        return [Fact(payload=entry, at=at)]
    entry = entry.model_copy(update={"replacement": with_what_counts(case, entry.replacement)})
    replacement = entry.replacement.entry if entry.replacement is not None else None
    if replacement is None or type(replacement) is not type(target.holds):
        raise NotCorrectable(_name(target.payload), "the replacement is of another kind")
    if _identity(replacement) != _identity(target.holds):
        raise NotCorrectable(_name(target.payload), "the replacement names another id")
    if says_the_same(replacement, target.holds):
        return []
    if isinstance(replacement, CaseClosed) and target is not standing_closing(case):
        raise NotCorrectable(_name(target.payload), "the case was opened again since")
    check_replacement(case, replacement, circumstances)
    return [Fact(payload=entry, at=at)]


def _scored_by(case: Case, assessment_id: str) -> HistoryEntry | None:
    for entry in case.history:
        form = entry.holds
        if isinstance(form, AssessmentScored) and form.assessment_id == assessment_id:
            return entry
    return None


def _identity(entry: Payload) -> str | None:
    """The sender's own id of an entry, where it has one; a session that it only belongs to is none."""
    match entry:
        case SessionHeld():
            return entry.session_id
        case SessionMissed():
            return entry.appointment_id
        case FollowUpRecorded():
            return entry.follow_up_id
        case HomeworkAssigned() | HomeworkReviewed():
            return entry.homework_id
        case MedicationRecorded():
            return entry.entry_id
        case _:
            return None


def _name(payload: Payload) -> str:
    return type(payload).__name__
