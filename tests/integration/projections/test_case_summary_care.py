"""Risk flags, adaptations with their reasons, and the outcome in the summary of a case."""

from datetime import date, timedelta

import pytest
from tests.builders import (
    START,
    because,
    definition,
    flagged,
    goals_set,
    not_on_track,
    withdrawn,
)
from tests.integration.projections.one_case import nth, summary

from casetrail_contracts import Payload
from casetrail_contracts.events.adaptation import ReasonCode
from casetrail_contracts.events.care import (
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagResolved,
    RiskLevel,
    RiskOutcome,
)
from casetrail_contracts.events.case import CaseClosed, CaseReopened, ClosureReason
from casetrail_contracts.events.formulation import ContractAgreed
from casetrail_contracts.events.outcome import OutcomeSummarised
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.projections.case_summary.adaptations import Adaptation
from treatment.projections.case_summary.derived import OutcomeEntry
from treatment.projections.case_summary.risk import FlagEntry
from treatment.store.database import Database

FLAG = flagged(1, nth(1))
ESCALATED = RiskFlagEscalated(flag_id=FLAG.flag_id, step=3)
HISTORY = flagged(1, nth(2), RiskLevel.REVIEW).model_copy(update={"historical": True})
ACKNOWLEDGED = RiskFlagAcknowledged(flag_id=FLAG.flag_id, acknowledged_by="supervisor-1")
RESOLVED = RiskFlagResolved(flag_id=FLAG.flag_id, outcome=RiskOutcome.REFERRED_CRISIS)


def flag(**columns: object) -> FlagEntry:
    """The flag of these tests, as it was raised, but for these."""
    raised: dict[str, object] = {
        "flag_id": FLAG.flag_id,
        "level": RiskLevel.URGENT,
        "rule": "riskItem",
        "raised_at": START + timedelta(days=1),
        "evidence": (nth(1),),
    }
    return FlagEntry.model_validate({**raised, **columns})


SEEN = {"acknowledged_by": "supervisor-1", "acknowledged_at": START + timedelta(days=2)}


@pytest.mark.parametrize(
    ("payloads", "expected"),
    [
        pytest.param((), flag(), id="raised"),
        pytest.param((ACKNOWLEDGED,), flag(**SEEN), id="acknowledged"),
        pytest.param((ESCALATED,), flag(step=3), id="escalated"),
        pytest.param(
            (ACKNOWLEDGED, RESOLVED),
            flag(**SEEN, outcome=RiskOutcome.REFERRED_CRISIS, resolved_at=START + timedelta(days=3)),
            id="resolved",
        ),
        pytest.param(
            (flagged(1, nth(2), RiskLevel.REVIEW),), flag(evidence=(nth(1), nth(2))), id="more evidence"
        ),
        pytest.param(
            (ACKNOWLEDGED, ESCALATED, flagged(1, nth(2), RiskLevel.REVIEW)),
            flag(evidence=(nth(1), nth(2))),
            id="more evidence, which nobody has seen",
        ),
        pytest.param(
            (ACKNOWLEDGED, ESCALATED, HISTORY),
            flag(**SEEN, step=3, evidence=(nth(1), nth(2))),
            id="more evidence, from imported history",
        ),
        pytest.param(
            (ACKNOWLEDGED, RESOLVED, flagged(1, nth(2), RiskLevel.REVIEW)),
            flag(level=RiskLevel.REVIEW, evidence=(nth(2),), raised_at=START + timedelta(days=4)),
            id="raised anew",
        ),
    ],
)
def test_a_flag_shows_what_was_done_about_it(
    database: Database, payloads: tuple[Payload, ...], expected: FlagEntry
) -> None:
    found = summary(database, FLAG, *payloads)
    shown = (found.open_flags, found.resolved_flags)
    assert shown == (((expected,), ()) if expected.outcome is None else ((), (expected,)))


def test_an_adaptation_says_why_and_answers_the_signal_that_it_names(database: Database) -> None:
    reason = because(nth(2), reason=ReasonCode.LACK_OF_PROGRESS)
    tactic = TacticAdapted(because=reason, kind="changeCadence", trigger="scoreTrend", cadence_days=7)
    found = summary(database, not_on_track(nth(1)), goals_set(["g-1"], because()), tactic)
    assert [fact.reviewed_by for fact in found.outcome_facts] == [nth(4)]
    assert found.adaptations[1] == Adaptation(
        event_id=nth(4),
        type="tactic_adapted",
        adapted_at=START + timedelta(days=3),
        reason_code=ReasonCode.LACK_OF_PROGRESS,
        evidence=(nth(2),),
        decided_by="therapist-1",
        review_on=date(2026, 4, 1),
        tactic="changeCadence",
        trigger="scoreTrend",
    )
    assert found.last_revision == found.adaptations[0]


def test_a_contract_that_changes_what_was_agreed_is_an_adaptation_and_the_first_one_is_none(
    database: Database,
) -> None:
    reason = because(nth(1))
    first = ContractAgreed(sessions=16, cadence_days=7, absence_rule="rescheduled")
    changed = first.model_copy(update={"sessions": 12, "because": reason})
    (adaptation,) = summary(database, first, changed).adaptations
    assert adaptation == Adaptation(
        event_id=nth(3),
        type="contract_agreed",
        adapted_at=START + timedelta(days=2),
        reason_code=reason.reason_code,
        evidence=(nth(1),),
        decided_by="therapist-1",
        review_on=date(2026, 4, 1),
        tactic=None,
        trigger=None,
    )


def outcome_of(sessions: int) -> OutcomeSummarised:
    return OutcomeSummarised(
        rules=definition("OUTCOMES"), end_code="46", attended_sessions=sessions, finished_course=True
    )


def shown(event_id: str, told: OutcomeSummarised) -> OutcomeEntry:
    return OutcomeEntry.model_validate({**dict(told), "event_id": event_id})


CLOSED = CaseClosed(reason=ClosureReason.COMPLETED)


@pytest.mark.parametrize(
    ("payloads", "expected"),
    [
        pytest.param((CLOSED, outcome_of(8)), shown(nth(3), outcome_of(8)), id="closed"),
        pytest.param(
            (CLOSED, outcome_of(8), withdrawn(nth(3), nth(1)), outcome_of(9)),
            shown(nth(5), outcome_of(9)),
            id="computed anew",
        ),
        pytest.param((CLOSED, outcome_of(8), CaseReopened(reason="relapse")), None, id="reopened"),
    ],
)
def test_a_closed_case_shows_its_newest_outcome(
    database: Database, payloads: tuple[Payload, ...], expected: OutcomeEntry | None
) -> None:
    assert summary(database, *payloads).outcome == expected
