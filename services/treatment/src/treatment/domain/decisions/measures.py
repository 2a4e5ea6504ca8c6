"""Forms, scored by their instrument's definition. What a risk item causes is policy's business."""

from casetrail_contracts.events.measure import AssessmentScored
from treatment.domain.case import Case
from treatment.domain.commands import ScoreAssessment
from treatment.domain.facts import Fact
from treatment.domain.instruments import Score, score
from treatment.domain.refusals import AlreadyRecorded


def score_assessment(case: Case, command: ScoreAssessment) -> list[Fact]:
    """Accepted in every state of the case. The sender's `assessmentId` is the identity of the form."""
    form = scored(command)
    known = case.assessments.get(command.assessment_id)
    if known == form:
        return []
    if known is not None:
        raise AlreadyRecorded("assessment", command.assessment_id)
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
