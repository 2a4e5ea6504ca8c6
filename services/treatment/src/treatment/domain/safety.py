"""The figures of the safety rules that a service may set for itself."""

from dataclasses import dataclass
from datetime import timedelta


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
    review_within: timedelta
    """How soon what needs a review is to be looked at."""

    @property
    def reference(self) -> str:
        """`<code>@<version>#<sha256>`: what an event names."""
        return f"{self.code}@{self.version}#{self.sha256}"
