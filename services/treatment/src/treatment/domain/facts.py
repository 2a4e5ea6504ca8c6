"""What deciding yields: facts, not yet stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from casetrail_contracts import Payload
from casetrail_contracts.scalars import Moment
from treatment.domain.refusals import InTheFuture

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clock of a sender may run ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A payload, when it happened, and the event that caused it, if another event did."""

    payload: Payload
    at: Moment
    caused_by: str | None = None


def not_in_the_future(at: Moment, now: datetime, field: str) -> None:
    """Refuse what is said to have happened more than five minutes from now."""
    if at.at > now + CLOCK_TOLERANCE:
        raise InTheFuture(field)
