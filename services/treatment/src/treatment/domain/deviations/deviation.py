"""A deviation, and the rule set that decides how grave each one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from casetrail_contracts.events.protocol import DeviationRule

Severity = Literal["info", "minor", "major", "critical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One departure from the protocol."""

    rule: DeviationRule
    severity: Severity
    key: str
    """What it is about, such as `measureMissed/PHQ9/s-7`. The same departure has the same key, whenever it
    is looked for, so that it is told once."""
    evidence: tuple[str, ...] = ()
    """The events that show it, newest last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationRules:
    """One version of the rule set, named by the digest of its file."""

    code: str
    version: str
    sha256: str
    severities: Mapping[DeviationRule, Severity]
    """Every rule has one."""
    settling: frozenset[DeviationRule]
    """What these look for may be entered after the session: they wait until it is settled, that is until
    the next session is held, the case is closed, or `settled_after_days` have passed."""
    settled_after_days: int
    overrun_sessions: int
    """So many sessions beyond the plan of a phase overrun it."""
    misses_in_a_row: int
    misses_severity: Severity
    """Of the last of so many measures missed in a row."""
    unreviewed_severity: Severity
    """Of a positive risk item that nobody reviewed (invariant 14)."""
    review_within_sessions: int
    """So soon after a not-on-track signal a review is due."""
    short_percent: int
    """Below this part of the shortest length a session is too short."""

    @property
    def reference(self) -> str:
        """`<code>@<version>#<sha256>`: what an event names."""
        return f"{self.code}@{self.version}#{self.sha256}"
