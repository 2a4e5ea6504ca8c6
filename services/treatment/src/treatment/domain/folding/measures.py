"""Folding forms: by the sender's id, as they count now."""

from dataclasses import replace
from typing import assert_never

from casetrail_contracts.events import MeasureEvent
from casetrail_contracts.events.assessment import AssessmentCorrected, AssessmentScheduled, MoodRated
from casetrail_contracts.events.measure import AssessmentScored
from treatment.domain.case import Case


def apply(case: Case, payload: MeasureEvent) -> Case:
    """The case after this fact."""
    match payload:
        case AssessmentScored():
            return replace(case, assessments={**case.assessments, payload.assessment_id: payload})
        case AssessmentCorrected() | AssessmentScheduled() | MoodRated():
            # A correction acts on its target, where the history is put together.
            return case
        case _:
            assert_never(payload)
