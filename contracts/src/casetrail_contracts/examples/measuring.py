"""A form was entered wrongly: corrected, it shows that things got worse."""

from datetime import date
from decimal import Decimal

from casetrail_contracts.events.assessment import AssessmentCorrected, AssessmentScheduled
from casetrail_contracts.events.care import ReviewNeeded, RiskItemUnanswered
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import (
    DeteriorationDetected,
    NotOnTrackSignalled,
    ReliableDeteriorationReached,
)
from casetrail_contracts.examples.story import PHQ9, SAFETY, Story, at, definition

RULES = definition("OUTCOMES")


def tell(story: Story) -> None:
    """The correction, and what policy derives from it in the same append: risk first."""
    scheduled = AssessmentScheduled(
        instrument="PHQ9", due_on=date(2026, 5, 11), setting="remote", session_id="s-3"
    )
    story.tell(scheduled, at(63, 55))
    corrected = AssessmentCorrected(
        corrects=story.id_of(AssessmentScored), reason="entryMistake", corrected=_form()
    )
    story.tell(corrected, at(65))
    evidence = (story.id_of(AssessmentScored), story.id_of(AssessmentCorrected))
    unanswered = RiskItemUnanswered(
        assessment_id="a-3",
        definition=PHQ9,
        known="no",
        evidence=evidence[1:],
        therapist_id="therapist-1",
        rules=SAFETY,
    )
    story.derive(unanswered, AssessmentCorrected)
    _worse(story, evidence)


def _form() -> AssessmentScored:
    """The last item is missing: with 8 of 9 answered the total is prorated, 23 x 9 / 8 = 25.875."""
    return AssessmentScored(
        assessment_id="a-3",
        instrument="PHQ9",
        definition=PHQ9,
        taken_at=at(14),
        setting="inSession",
        respondent="patient",
        input_mode="paper",
        session_id="s-3",
        items=(3, 3, 3, 3, 2, 3, 3, 3, None),
        reported_total=23,
        total=26,
        raw_prorated=Decimal("25.875"),
        prorated=True,
        total_mismatch=True,
        band="severe",
        risk_item_answered="no",
    )


def _worse(story: Story, evidence: tuple[str, ...]) -> None:
    worse = ReliableDeteriorationReached(
        instrument="PHQ9", rules=RULES, evidence=evidence, baseline=16, current=26
    )
    story.derive(worse, AssessmentCorrected)
    much_worse = DeteriorationDetected(
        instrument="PHQ9", rules=RULES, evidence=evidence, baseline=16, current=26
    )
    story.derive(much_worse, AssessmentCorrected)
    review = ReviewNeeded(
        rule="deterioration",
        about=evidence[-1],
        due_at=at(72).at,
        therapist_id="therapist-1",
        supervisor_id="supervisor-1",
        rules=SAFETY,
    )
    story.derive(review, AssessmentCorrected)
    signal = NotOnTrackSignalled(
        instrument="PHQ9",
        rules=RULES,
        evidence=evidence,
        baseline=16,
        current=26,
        rule="deteriorating",
        session=1,
    )
    story.derive(signal, AssessmentCorrected)
