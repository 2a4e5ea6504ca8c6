"""The invariants of domain reference 8.2 about closing, states and time, by their number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.builders import sealed
from tests.unit.treatment.course import Course, day
from tests.unit.treatment.given_when_then import AT, circumstances, form, held
from tests.unit.treatment.rich_case import FLAG, RICH_CASE
from tests.unit.treatment.samples import SAMPLES

from casetrail_contracts.events.care import RiskFlagRaised, RiskFlagResolved, RiskLevel, RiskOutcome
from casetrail_contracts.events.case import CaseActivated, CaseClosed, CasePaused, CaseReopened, ClosureReason
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.events.outcome import ReliableImprovementReached
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, Status
from treatment.domain.commands import Record
from treatment.domain.decisions.states import needs_no_version
from treatment.domain.folding.happened import as_happened
from treatment.domain.refusals import UrgentRiskOpen

DROPPED_OUT = CaseClosed(reason=ClosureReason.DROPPED_OUT)
ACTIVE = RICH_CASE.also(CaseActivated())
STATES = {
    "opened": RICH_CASE,
    "active": ACTIVE,
    "paused": ACTIVE.also(CasePaused(reason="illness")),
    "closed": ACTIVE.also(DROPPED_OUT),
    "reopened": ACTIVE.also(DROPPED_OUT, CaseReopened(reason="relapse")),
}
NEVER_REFUSED = (
    "score-assessment",
    "check-risk",
    "acknowledge-risk",
    "escalate-risk",
    "resolve-risk",
    "correct-assessment",
    "correct-entry",
)


def urgent() -> RiskFlagRaised:
    return RiskFlagRaised(
        flag_id=FLAG,
        level=RiskLevel.URGENT,
        rule="riskItem",
        evidence=(RICH_CASE.history.events[0].envelope.id,),
        setting="remote",
        therapist_id="t-1",
    )


@pytest.mark.parametrize("reason", ClosureReason)
def test_invariant_8_an_open_urgent_flag_blocks_closing_without_an_override(reason: ClosureReason) -> None:
    closing = CaseClosed(
        reason=reason,
        final_measures_absent="notOffered" if reason is ClosureReason.COMPLETED else None,
    )
    case = ACTIVE.also(urgent())
    case.when(Record(entry=closing, at=AT)).then_refused(UrgentRiskOpen(1))
    overridden = closing.model_copy(update={"open_risk_override": sealed("override")})
    case.when(Record(entry=overridden, at=AT)).then(overridden)
    resolved = RiskFlagResolved(flag_id=FLAG, outcome=RiskOutcome.SAFETY_PLAN_CREATED)
    case.also(resolved).when(Record(entry=closing, at=AT)).then(closing)


@pytest.mark.parametrize("name", NEVER_REFUSED)
@pytest.mark.parametrize("state", STATES)
def test_invariant_11_no_state_refuses_risk_forms_and_corrections(state: str, name: str) -> None:
    sample = SAMPLES[name]
    facts = STATES[state].when(sample.command, circumstances(now=sample.now)).facts
    assert facts[0].payload == sample.event
    assert needs_no_version(sample.command)


def sessions(case: Case) -> list[str]:
    return list(case.sessions)


def test_invariant_13_what_was_told_late_stands_where_it_happened() -> None:
    course = Course()
    course.session("s-2", 7)
    course.session("s-1", 0)
    assert sessions(course.case) == ["s-2", "s-1"]
    assert sessions(as_happened(course.case, day(7))) == ["s-1", "s-2"]
    assert sessions(as_happened(course.case, day(6))) == ["s-1"]


def test_invariant_13_the_moment_itself_belongs_to_it() -> None:
    course = Course()
    course.session("s-1", 7)
    just_before = day(7) - timedelta(microseconds=1)
    assert sessions(as_happened(course.case, day(7))) == ["s-1"]
    assert sessions(as_happened(course.case, just_before)) == []


def test_invariant_13_at_one_moment_what_was_told_first_comes_first() -> None:
    course = Course()
    for name in ("s-20", "s-10"):
        course.session(name, 3)
    assert sessions(as_happened(course.case, day(3))) == ["s-20", "s-10"]


def test_invariant_13_a_correction_counts_at_its_target_although_it_came_later() -> None:
    course = Course()
    course.weekly(16, 10)
    course.correct("a-2", 16, 7, now=30)
    seen = as_happened(course.case, day(8))
    assert seen.assessments["a-2"].total == 16
    assert not any("ReliableImprovement" in key for key in seen.derived)
    assert not any(isinstance(entry.payload, EntryCorrected) for entry in seen.history)


def test_invariant_13_what_was_entered_in_error_never_happened() -> None:
    course = Course()
    course.session("s-1", 0)
    course.session("s-2", 7)
    course.take_back(course.event(SessionHeld, 0), 20)
    assert sessions(as_happened(course.case, day(8))) == ["s-2"]


def test_invariant_13_what_was_amended_happened_when_the_amended_entry_says() -> None:
    course = Course()
    course.session("s-1", 0)
    moved = Replacement(session_held=held("s-1", started_at=day(5)))
    course.amend(course.event(SessionHeld), moved, 20)
    assert sessions(as_happened(course.case, day(4))) == []
    assert as_happened(course.case, day(5)).sessions["s-1"].started_at == day(5)


def test_invariant_13_a_derived_fact_stands_with_its_cause() -> None:
    course = Course()
    course.weekly(16, 10)
    assert any(isinstance(told, ReliableImprovementReached) for _, told in course.told)
    assert as_happened(course.case, day(6)).derived.keys() <= course.case.derived.keys()
    assert "ReliableImprovementReached/PHQ9" not in as_happened(course.case, day(6)).derived
    assert "ReliableImprovementReached/PHQ9" in as_happened(course.case, day(7)).derived


def test_invariant_13_the_state_is_that_of_the_moment() -> None:
    course = Course()
    course.record(DROPPED_OUT, 10)
    course.record(CaseReopened(reason="relapse"), 20)
    found = [as_happened(course.case, day(on)).status for on in (-1, 5, 15, 25)]
    assert found == [Status.UNOPENED, Status.ACTIVE, Status.CLOSED, Status.ACTIVE]


def test_invariant_13_a_time_of_which_only_the_month_is_known_is_its_first_instant() -> None:
    course = Course()
    course.form(replace(form((1,) * 9), taken_at=Moment.parse("2026-03")), day(20))
    first = datetime(2026, 3, 1, tzinfo=UTC)
    assert set(as_happened(course.case, first).assessments) == {"a-1"}
    assert as_happened(course.case, first - timedelta(microseconds=1)).assessments == {}


def test_invariant_13_by_today_it_is_the_case_as_it_is_known() -> None:
    course = Course()
    course.weekly(16, 10, 9)
    course.correct("a-2", 12, 7, now=22)
    seen = as_happened(course.case, day(400))
    assert {entry.event_id for entry in seen.history} == {entry.event_id for entry in course.case.history}
    assert (seen.sessions, seen.derived) == (course.case.sessions, course.case.derived)
