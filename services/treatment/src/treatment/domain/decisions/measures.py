"""Forms: scored by their instrument's definition; a positive risk item raises a flag in the same append."""

from casetrail_contracts import event_id
from casetrail_contracts.events.measure import AssessmentScored
from treatment.domain.case import Case
from treatment.domain.commands import ScoreAssessment
from treatment.domain.decisions.risk import risk_item_flag
from treatment.domain.facts import Fact
from treatment.domain.instruments import score
from treatment.domain.refusals import AlreadyRecorded


def score_assessment(case: Case, command: ScoreAssessment) -> list[Fact]:
    """Accepted in every state of the case. The sender's `assessmentId` is the identity of the form."""
    result = score(command.instrument, command.items, command.reported_total)
    scored = AssessmentScored(
        assessment_id=command.assessment_id,
        instrument=command.instrument.code,
        definition=command.instrument.reference,
        taken_at=command.taken_at,
        setting=command.setting,
        respondent=command.respondent,
        input_mode=command.input_mode,
        session_id=command.session_id,
        items=command.items,
        reported_total=command.reported_total,
        total=result.total,
        raw_prorated=result.raw_prorated,
        prorated=result.raw_prorated is not None,
        total_mismatch=result.total_mismatch,
        band=result.band,
        risk_item_answered=result.risk_item_answered,
        imported=command.imported,
    )
    known = case.assessments.get(command.assessment_id)
    if known == scored:
        return []
    if known is not None:
        raise AlreadyRecorded("assessment", command.assessment_id)
    facts = [Fact(payload=scored, at=command.taken_at)]
    if result.risk is not None:
        cause = event_id(case.case_id, case.version + 1)
        facts.append(risk_item_flag(case, scored, result.risk, cause))
    return facts
