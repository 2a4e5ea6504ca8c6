"""A mistyped id stands between no clinician and an urgent flag; what the case does not have is left out."""

import pytest
from tests.unit.treatment.given_when_then import AT, CASE
from tests.unit.treatment.refusal import NOBODY, UNKNOWN, amended, in_error
from tests.unit.treatment.rich_case import FLAG, RICH, RICH_CASE, number

from casetrail_contracts import event_id
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import CrisisReferralMade, RiskChecked, RiskFlagRaised, RiskLevel
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.session import SessionHeld
from treatment.domain.commands import Record

SESSION = number(SessionHeld)
NEXT = event_id(CASE, len(RICH) + 1)


def check(*flag_ids: str, level: str = "high") -> RiskChecked:
    return RiskChecked.model_validate({"asked": True, "level": level, "flag_ids": flag_ids})


def referral(*evidence: str) -> CrisisReferralMade:
    return CrisisReferralMade(referred_to="emergencyDepartment", evidence=evidence)


def test_a_check_with_a_wrong_flag_is_stored_without_it_and_raises_its_flag() -> None:
    asked = RICH_CASE.when(Record(entry=check(UNKNOWN, FLAG), at=AT))
    asked.then(check(FLAG))
    assert [one.level for one in asked.derived if isinstance(one, RiskFlagRaised)] == [RiskLevel.URGENT]


def test_a_referral_keeps_the_evidence_that_the_case_has_and_that_counts() -> None:
    case = RICH_CASE.also(in_error(SESSION))
    sent = Record(entry=referral(NOBODY, SESSION, event_id(CASE, 12)), at=AT)
    case.when(sent).then(referral(event_id(CASE, 12)))


@pytest.mark.parametrize(
    ("was", "sent", "stored"),
    [
        pytest.param(
            check(level="low"),
            amended(NEXT, risk_checked=check(UNKNOWN, FLAG)),
            amended(NEXT, risk_checked=check(FLAG)),
            id="check-risk",
        ),
        pytest.param(
            referral(),
            amended(NEXT, crisis_referral_made=referral(NOBODY, SESSION)),
            amended(NEXT, crisis_referral_made=referral(SESSION)),
            id="refer-crisis",
        ),
    ],
)
def test_a_correction_is_stopped_by_none_either(
    was: RiskChecked | CrisisReferralMade, sent: EntryCorrected, stored: EntryCorrected
) -> None:
    RICH_CASE.also(was).when(Record(entry=sent, at=AT)).then(stored)


def test_a_mood_is_rated_before_its_session_is_recorded_as_a_check_is() -> None:
    for entry in (MoodRated(at=AT, average=5, session_id="s-9"), RiskChecked(asked=False, session_id="s-9")):
        RICH_CASE.when(Record(entry=entry, at=AT)).then(entry)
