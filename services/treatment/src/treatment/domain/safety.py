"""The figures of the safety rules that a service may set for itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SATURDAY = 5
"""As `datetime.weekday` counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyRules:
    """One version of a rule set, named by the digest of its file."""

    code: str
    version: str
    sha256: str
    late_entry: timedelta
    """Recorded so much later than it happened, an entry is late: timers start when it was recorded."""
    review_grace: timedelta
    """So long after the day of a review that was promised, it is overdue."""
    follow_up_grace: timedelta
    """So long after the day on which maintenance contact was due, it was missed."""
    longest_review: timedelta
    """So long after a decision its review is due at the latest, should its session not come."""
    review_within_working_days: int
    """How soon what needs a review is to be looked at."""

    @property
    def reference(self) -> str:
        """`<code>@<version>#<sha256>`: what an event names."""
        return f"{self.code}@{self.version}#{self.sha256}"

    def review_due(self, now: datetime) -> datetime:
        """By when what needs a review now is to be looked at: the same hour, so many working days later.

        Working days are Monday to Friday in UTC; the holidays of a service are not known here.
        """
        due, left = now, self.review_within_working_days
        while left:
            due += timedelta(days=1)
            left -= due.weekday() < SATURDAY
        return due
