"""Opening and closing a case."""

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.case import ClosureReason
from treatment.domain.case import Case, Status
from treatment.domain.commands import CloseCase, OpenCase
from treatment.domain.facts import Fact
from treatment.domain.refusals import AlreadyRecorded, ClosureNotPossible, UrgentRiskOpen


def open_case(case: Case, command: OpenCase) -> list[Fact]:
    """The first fact of a case."""
    if case.status is not Status.UNOPENED:
        raise AlreadyRecorded("case", case.case_id)
    return [Fact(payload=command.case, at=command.at)]


def close_case(case: Case, command: CloseCase) -> list[Fact]:
    """`completed` needs an active case (catalogue, States); an open urgent flag needs an override."""
    closure = command.closure
    if case.status is Status.OPENED and closure.reason is ClosureReason.COMPLETED:
        raise ClosureNotPossible(case.status, closure.reason)
    urgent = sum(level is RiskLevel.URGENT for level in case.open_flags.values())
    if urgent and closure.open_risk_override is None:
        raise UrgentRiskOpen(urgent)
    return [Fact(payload=closure, at=command.at)]
