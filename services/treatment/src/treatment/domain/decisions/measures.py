"""Forms, scored by their instrument's definition. What a risk item causes is policy's business."""

from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.measure import AssessmentScored
from treatment.domain.case import Case
from treatment.domain.commands import ScoreAssessment
from treatment.domain.decisions.evidence import taken_back_by
from treatment.domain.facts import Fact
from treatment.domain.instruments import Score, score
from treatment.domain.refusals import AlreadyRecorded, TakenBackBefore


def score_assessment(case: Case, command: ScoreAssessment) -> list[Fact]:
    """Accepted in every state of the case. The sender's `assessmentId` is the identity of the form.

    A sender who repeats what was taken back as entered in error does not bring it in again.
    """
    form = scored(command)
    known = case.assessments.get(command.assessment_id)
    if known == form:
        return []
    if known is not None:
        raise AlreadyRecorded("assessment", command.assessment_id)
    if (stored := _stored_before(case, form)) is not None:
        raise TakenBackBefore("form", command.assessment_id, taken_back_by(case, stored))
    return [Fact(payload=form, at=command.taken_at)]


def scored(command: ScoreAssessment) -> AssessmentScored:
    """The form with its score, or a refusal of what no such form can hold."""
    result = score(
        command.instrument,
        command.items,
        command.reported_total,
        reported_mean=command.reported_mean,
        answer_mode=command.answer_mode,
        not_applicable=frozenset(command.not_applicable),
    )
    return _told(command, result)


def said(form: AssessmentScored) -> tuple[object, ...]:
    """What the sender said. By which text of a definition it was scored is not theirs to say."""
    return (
        form.instrument,
        form.taken_at,
        form.items,
        form.not_applicable,
        form.answer_mode,
        form.reported_total,
        form.reported_mean,
    )


def _stored_before(case: Case, form: AssessmentScored) -> str | None:
    """The event of a form that said the same under this id, whether at first or by a correction."""
    stored = None
    for entry in case.history:
        match entry.payload:
            case AssessmentScored(assessment_id=form.assessment_id) as told:
                stored = entry.event_id
            case AssessmentCorrected(corrected=told) if told.assessment_id == form.assessment_id:
                pass
            case _:
                continue
        if said(told) == said(form):
            return stored
    return None


def _told(command: ScoreAssessment, result: Score) -> AssessmentScored:
    return AssessmentScored(
        assessment_id=command.assessment_id,
        instrument=command.instrument.code,
        definition=command.instrument.reference,
        taken_at=command.taken_at,
        setting=command.setting,
        respondent=command.respondent,
        input_mode=command.input_mode,
        session_id=command.session_id,
        items=command.items,
        not_applicable=tuple(sorted(set(command.not_applicable))),
        reported_total=command.reported_total,
        reported_mean=command.reported_mean,
        imported=command.imported,
        **result._asdict(),
    )
