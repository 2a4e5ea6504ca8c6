"""What a form asks of its case: to be scored, to be corrected, to be taken back, or nothing new. Pure."""

from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.commands import CorrectAssessment, Record, ScoreAssessment
from treatment.domain.decisions.measures import said, scored
from treatment.imports.form import ImportedForm, TakenBack, Unreadable

NEVER_STORED = "it was entered in error; no form is stored under it, so nothing was taken back"


def scoring(
    case: Case, form: ImportedForm, asked: ScoreAssessment, now: Moment
) -> ScoreAssessment | CorrectAssessment | None:
    """What to send for a form; None where it says nothing new. Raises `Unreadable`, or a refusal of `asked`.

    A file that was sent before adds nothing, also when what it says was corrected since.
    """
    entry = _stored(case, form.assessment_id)
    if entry is None:
        return asked
    told = scored(asked)
    if isinstance(entry.holds, AssessmentScored) and _same(told, entry.holds):
        return None
    earlier = _told_before(case, form.assessment_id)
    if entry.holds is None:
        if any(_same(told, one) for _, one in earlier):
            return None
        raise Unreadable(f"{form.named} was taken back before: send it under an id of its own")
    if form.standing == "said":
        if any(_same(told, one) for _, one in earlier):
            return None
        raise Unreadable(f"{form.named} is stored already with other content: {form.if_changed}")
    corrections = earlier[1:]
    if corrections and form.changed_at is not None and form.changed_at.at <= corrections[-1][0].at.at:
        # An older version, which came after a newer one.
        return None
    if form.changed_at is None and any(_same(told, one) for _, one in corrections):
        raise Unreadable(
            f"{form.named} was corrected since it said this, and it is not said which version is newer: "
            "correct the form in its case"
        )
    return CorrectAssessment(form=asked, reason="sourceCorrected", at=form.changed_at or now)


def taking_back(case: Case, form: TakenBack, now: Moment) -> Record | None:
    """What to send for a form that was entered in error; None where that is known. Raises `Unreadable`."""
    entry = _stored(case, form.assessment_id)
    if entry is None:
        raise Unreadable(NEVER_STORED)
    if entry.holds is None:
        return None
    correction = EntryCorrected(target=entry.event_id, kind="enteredInError", cause="entryMistake")
    return Record(entry=correction, at=form.changed_at or now)


def _stored(case: Case, assessment_id: str) -> HistoryEntry | None:
    """Where the form was stored: the newest place, should a form have been stored again."""
    for entry in reversed(case.history):
        if isinstance(entry.payload, AssessmentScored) and entry.payload.assessment_id == assessment_id:
            return entry
    return None


def _told_before(case: Case, assessment_id: str) -> list[tuple[HistoryEntry, AssessmentScored]]:
    """What was said of the form: first when it was stored, then by each correction."""
    told = []
    for entry in case.history:
        match entry.payload:
            case AssessmentScored() as form if form.assessment_id == assessment_id:
                told.append((entry, form))
            case AssessmentCorrected(corrected=form) if form.assessment_id == assessment_id:
                told.append((entry, form))
            case _:
                pass
    return told


def _same(one: AssessmentScored, other: AssessmentScored) -> bool:
    return said(one) == said(other)
