"""What deciding yields: facts, not yet stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from casetrail_contracts import Payload
from casetrail_contracts.scalars import Moment
from treatment.domain.refusals import InTheFuture

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clock of a sender may run ahead of ours."""
EARLIEST_ZONE = timedelta(hours=14)
"""A day begins so long before it does in UTC where it begins first, in the Line Islands (UTC+14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A payload, when it happened, and the event that caused it, if another event did."""

    payload: Payload
    at: Moment
    caused_by: str | None = None


def not_in_the_future(at: Moment, now: datetime, field: str) -> None:
    """Refuse what is more than five minutes from now, and a date that has begun nowhere on earth yet.

    A date comes without its zone: what was filled in this morning in Sydney is of tomorrow in UTC.
    """
    if at.at > now + (CLOCK_TOLERANCE if at.precision is None else EARLIEST_ZONE):
        raise InTheFuture(field)
