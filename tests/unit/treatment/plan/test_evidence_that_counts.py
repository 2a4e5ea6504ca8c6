"""Evidence is an event of the case that counts: what was entered in error or withdrawn is none."""

import pytest
from tests.unit.treatment.course import Course
from tests.unit.treatment.given_when_then import AT, CASE, because
from tests.unit.treatment.refusal import in_error
from tests.unit.treatment.rich_case import FLAG, RICH, RICH_CASE, number

from casetrail_contracts import event_id
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.care import RiskFlagResolved, RiskOutcome
from casetrail_contracts.events.case import CaseActivated
from casetrail_contracts.events.consent import SuitabilityAdvised
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, ReliableImprovementReached
from casetrail_contracts.events.plan import GoalRated
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.commands import Entry, Record
from treatment.domain.refusals import EvidenceTakenBack

SESSION = number(SessionHeld)
CORRECTION = event_id(CASE, len(RICH) + 1)
CORRECTED = RICH_CASE.also(in_error(SESSION))


def tactic(evidence: str) -> TacticAdapted:
    return TacticAdapted(because=because(evidence), kind="stepUp", trigger="scoreTrend")


@pytest.mark.parametrize(
    "entry",
    [
        tactic(SESSION),
        GoalRated(goal_id="g-1", measurement="GBO", rating=4, evidence=(SESSION,)),
        RiskFlagResolved(flag_id=FLAG, outcome=RiskOutcome.DUPLICATE, evidence=(SESSION,)),
        SuitabilityAdvised(outcome="suitable", combination="iptAlone", advised_by="d-1", evidence=(SESSION,)),
        CaseActivated(evidence=(SESSION,)),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_an_entry_in_error_is_no_evidence_and_the_refusal_names_the_correction(entry: Entry) -> None:
    CORRECTED.when(Record(entry=entry, at=AT)).then_refused(EvidenceTakenBack(SESSION, CORRECTION))


def test_the_correction_itself_is_evidence() -> None:
    CORRECTED.when(Record(entry=tactic(CORRECTION), at=AT)).then(tactic(CORRECTION))


def test_a_fact_that_was_withdrawn_is_no_evidence() -> None:
    course = Course()
    course.weekly(16, 10)
    fact = course.event(ReliableImprovementReached)
    course.record(tactic(fact), 7)
    course.correct("a-2", 16, 7, now=8)
    withdrawal = next(
        event_id
        for event_id, told in course.told
        if isinstance(told, DerivedFactWithdrawn) and told.fact == fact
    )
    with pytest.raises(EvidenceTakenBack) as refused:
        course.record(tactic(fact), 9)
    assert refused.value == EvidenceTakenBack(fact, withdrawal)


def test_the_correction_of_a_form_that_was_taken_back_is_no_evidence() -> None:
    course = Course()
    course.score("a-1", 12, 0)
    course.correct("a-1", 14, 0, now=1)
    correction, form = course.event(AssessmentCorrected), course.event(AssessmentScored)
    course.record(tactic(correction), 2)
    course.take_back(form, 3)
    with pytest.raises(EvidenceTakenBack) as refused:
        course.record(tactic(correction), 4)
    assert refused.value == EvidenceTakenBack(form, course.event(EntryCorrected))
