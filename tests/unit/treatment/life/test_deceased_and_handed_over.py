"""A closing as deceased stands until it is corrected; who is not named at a transfer stays in charge."""

import pytest
from tests.unit.treatment.course import Course
from tests.unit.treatment.given_when_then import AT, given, opened
from tests.unit.treatment.refusal import amended
from tests.unit.treatment.rich_case import ACTIVE

from casetrail_contracts import Payload
from casetrail_contracts.events.case import CaseClosed, CaseReopened, CaseTransferred, ClosureReason
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, OutcomeSummarised
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from treatment.api.bodies import body_of
from treatment.definitions.installed import shipped
from treatment.domain.commands import Record
from treatment.domain.refusals import (
    ClosedAsDeceased,
    ClosureNotPossible,
    FinalMeasuresMissing,
    NotCorrectable,
)

DECEASED = CaseClosed(reason=ClosureReason.DECEASED)
DROPPED_OUT = CaseClosed(reason=ClosureReason.DROPPED_OUT)
COMPLETED = CaseClosed(reason=ClosureReason.COMPLETED)
REOPENED = CaseReopened(reason="closedInError")
BODY = body_of("transfer", CaseTransferred, timed=True)


def closed(reason: CaseClosed, sessions: int = 2) -> Course:
    course = Course()
    for number in range(sessions):
        course.session(f"s-{number}", number)
    course.record(reason, 10)
    return course


def test_a_case_of_a_patient_who_died_is_not_opened_again() -> None:
    given(*ACTIVE, DECEASED).when(Record(entry=REOPENED, at=AT)).then_refused(ClosedAsDeceased())


def test_a_closing_is_amended_and_summed_up_anew_and_then_the_case_is_opened_again() -> None:
    course = closed(DECEASED)
    summary = course.event(OutcomeSummarised)
    told = course.amend(course.event(CaseClosed), Replacement(case_closed=DROPPED_OUT), 11)
    assert [one.fact for one in told if isinstance(one, DerivedFactWithdrawn)] == [summary]
    assert [one.end_code for one in told if isinstance(one, OutcomeSummarised)] == ["47"]
    assert course.case.closed_as is ClosureReason.DROPPED_OUT
    course.record(REOPENED, 12)
    assert course.case.closed_as is None


def test_a_closing_that_is_amended_to_completed_needs_what_completed_needs() -> None:
    course = closed(DROPPED_OUT)
    with pytest.raises(FinalMeasuresMissing):
        course.amend(course.event(CaseClosed), Replacement(case_closed=COMPLETED), 11)
    absent = COMPLETED.model_copy(update={"final_measures_absent": "declined"})
    told = course.amend(course.event(CaseClosed), Replacement(case_closed=absent), 11)
    rules = {one.rule for one in told if isinstance(one, ProtocolDeviationDetected)}
    assert rules >= {"sessionsBelowMin", "endingNotPrepared"}


def test_a_therapy_that_never_began_was_not_completed() -> None:
    case = given(opened, DROPPED_OUT)
    correction = amended(case.history.events[-1].envelope.id, case_closed=COMPLETED)
    refusal = ClosureNotPossible("closed", ClosureReason.COMPLETED)
    case.when(Record(entry=correction, at=AT)).then_refused(refusal)


def test_a_closing_from_before_a_reopening_is_not_amended() -> None:
    course = closed(DROPPED_OUT)
    course.record(REOPENED, 11)
    for more in (None, DROPPED_OUT):
        if more is not None:
            course.record(more, 12)
        with pytest.raises(NotCorrectable) as refused:
            course.amend(course.event(CaseClosed, 0), Replacement(case_closed=DECEASED), 13)
        assert refused.value == NotCorrectable("CaseClosed", "the case was opened again since")


@pytest.mark.parametrize(
    ("sent", "supervisor", "team"),
    [
        pytest.param({}, "s-1", "team-1", id="not named: as before"),
        pytest.param({"supervisorId": None}, None, "team-1", id="null: nobody"),
        pytest.param({"teamId": "team-2"}, "s-1", "team-2", id="another one"),
    ],
)
def test_a_transfer_keeps_whom_it_does_not_name(
    sent: dict[str, str | None], supervisor: str | None, team: str | None
) -> None:
    body = BODY.model_validate({"therapistId": "t-2", "reason": "staffChange", **sent})
    handed: Payload = CaseTransferred(
        therapist_id="t-2", supervisor_id=supervisor, team_id=team, reason="staffChange"
    )
    given(opened).when(body.command(AT, shipped())).then(handed)
