"""DIT ends after 16 sessions, unless a supervisor extended it before (invariant 10)."""

import pytest
from tests.builders import because
from tests.unit.treatment.course import DEVIATIONS, Course, day
from tests.unit.treatment.given_when_then import INSTALLED

from casetrail_contracts import Payload
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.formulation import ContractAgreed
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import AssignProtocol, SwitchProtocol
from treatment.domain.refusals import NeedsRole

DIT = INSTALLED.protocol("DIT-16")
LONG = ContractAgreed(sessions=30, cadence_days=7, absence_rule="rescheduled")
ASSIGN = AssignProtocol(protocol=DIT, at=Moment(day(1)))
SWITCH = SwitchProtocol(protocol=DIT, because=because(), at=Moment(day(1)))
REFUSED = NeedsRole("supervisor", "extending a course by DIT-16")


def exceeded(payloads: list[Payload]) -> list[ProtocolDeviationDetected]:
    told = [one for one in payloads if isinstance(one, ProtocolDeviationDetected)]
    return [one for one in told if one.rule == "sessionsExceeded"]


def weekly(course: Course, first: int, last: int) -> list[list[ProtocolDeviationDetected]]:
    return [exceeded(course.session(f"s-{number}", 7 * (number - 1))) for number in range(first, last + 1)]


@pytest.mark.parametrize(
    ("protocol", "command"), [(None, ASSIGN), ("IPT-16", SWITCH)], ids=["assigned", "switched"]
)
def test_invariant_10_a_longer_contract_of_before_needs_the_supervisor(
    protocol: str | None, command: AssignProtocol | SwitchProtocol
) -> None:
    course = Course(protocol)
    course.record(LONG)
    with pytest.raises(NeedsRole) as refused:
        course.do(command, day(1, 1), Role.THERAPIST)
    assert refused.value == REFUSED
    course.do(command, day(1, 1), Role.SUPERVISOR)
    assert course.case.protocol == DIT.reference


def test_invariant_10_the_first_session_beyond_the_end_is_told_when_it_is_held() -> None:
    course = Course("DIT-16")
    told = weekly(course, 1, 19)
    deviation = ProtocolDeviationDetected(
        key="sessionsExceeded/DIT-16",
        rule="sessionsExceeded",
        severity="major",
        definition=DIT.reference,
        rules=DEVIATIONS,
        evidence=(course.event(SessionHeld, 16),),
    )
    assert told == [[]] * 16 + [[deviation], [], []]
    closing = CaseClosed(reason=ClosureReason.COMPLETED, final_measures_absent="declined")
    assert exceeded(course.record(closing, 130)) == []


def test_a_session_that_was_never_held_takes_it_back() -> None:
    course = Course("DIT-16")
    weekly(course, 1, 17)
    told = course.case.derived["sessionsExceeded/DIT-16"]
    withdrawn = course.take_back(course.event(SessionHeld), 113)
    assert told in [one.fact for one in withdrawn if isinstance(one, DerivedFactWithdrawn)]


def test_what_a_supervisor_extended_goes_on_to_its_new_end() -> None:
    course = Course("DIT-16")
    weekly(course, 1, 16)
    reason = because().model_copy(update={"review_on": day(140).date()})
    extended = TacticAdapted(because=reason, kind="extendSessions", trigger="supervision", sessions=18)
    course.record(extended, 106, Role.SUPERVISOR)
    assert [len(told) for told in weekly(course, 17, 19)] == [0, 0, 1]


def test_another_protocol_may_exceed_its_sessions_until_it_is_completed() -> None:
    assert weekly(Course("IPT-B"), 1, 11) == [[]] * 11
