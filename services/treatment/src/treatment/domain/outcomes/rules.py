"""The thresholds by which outcomes are judged: a rule set is data, named by the digest of its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Points: TypeAlias = int | Decimal
"""A total: whole points, or an exact decimal for instruments whose score is a mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTrackRules:
    """When a course is on track, ahead or needs a review (domain reference 4.6); points of the instrument."""

    early_by_session: int
    early_percent: int
    early_points: Points
    """An early response is this many points and `early_percent`, …"""
    early_points_alone: Points
    """… or this many points, whatever the percentage."""
    bound_slope: float
    """Expected drop by session s: `bound_slope` x ln(1 + s)."""
    bound_z: float
    bound_sd: float
    """The upper bound lies `bound_z` x `bound_sd` above the expected score."""
    plateau_from_session: int
    plateau_sessions: int
    plateau_drop_below: Points
    plateau_while_at_least: Points
    deteriorating_points: Points
    deteriorating_step: Points
    deteriorating_step_sessions: int
    severe_at_least: Points
    severe_from_baseline: Points
    midpoint_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRules:
    """The thresholds of one instrument. A threshold that is absent is not judged, never guessed."""

    instrument: str
    lowest: Points
    highest: Points
    """A total outside the range is no total."""
    higher_is_worse: bool = True
    caseness: Points | None = None
    """A case at this score or worse."""
    reliable_change: Points | None = None
    sd: float | None = None
    """The standard deviation before treatment; with `reliability` the index of Jacobson and Truax is told."""
    reliability: float | None = None
    mcid: Points | None = None
    """The smallest change that patients notice, in points."""
    mcid_percent: Points | None = None
    """The same in percent of the first score, from a first score of `mcid_percent_from`."""
    mcid_percent_from: Points | None = None
    remission_below: Points | None = None
    response_percent: int | None = None
    response_from: Points | None = None
    """The lowest first score that can respond."""
    sudden_gain: Points | None = None
    """The first criterion of a sudden gain."""
    on_track: OnTrackRules | None = None

    def is_case(self, total: Points) -> bool | None:
        """Whether the score is that of a case; none where the instrument has no cut-off."""
        if self.caseness is None:
            return None
        return total >= self.caseness if self.higher_is_worse else total <= self.caseness

    def improvement(self, first: Points, last: Points) -> Points:
        """By how many points it got better; negative where it got worse."""
        return first - last if self.higher_is_worse else last - first


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkingTherapiesRules:
    """What the NHS Talking Therapies rules count with (domain reference 4.1)."""

    measures: tuple[str, ...]
    """The instruments of which caseness needs one, and recovery all."""
    finished_from_sessions: int
    recovery_target_percent: int
    wait_targets: Mapping[int, int]
    """Weeks of waiting to the percentage that is to be seen within them."""
    second_session_gap_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuddenGainRules:
    """The second and third criterion of a sudden gain (domain reference 4.5)."""

    percent: int
    critical: Mapping[int, float]
    """Two-tailed t by degrees of freedom: 4, 3 and 2."""
    from_baseline: bool = False
    """Whether the interval from session 1 to 2 counts, with the baseline before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpWindow:
    """Where a quality measure looks for the score that follows an index score (domain reference 4.2)."""

    code: str
    index_above: Points
    months: int
    from_day: int
    to_day: int
    """The window: `months` after the index score, and from that day `from_day` to `to_day`, both included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementRules:
    """What measurement-based care counts with (domain reference 4.2)."""

    instrument: str
    windows: Mapping[str, FollowUpWindow]
    index_days_before_encounter: int
    monitoring_months: int
    screen_follow_up_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRules:
    """What goal ratings are summarised with (domain reference 1.5)."""

    gas_rho: float
    """The expected correlation between goals."""
    gbo_reliable_change: Points


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRules:
    """A rule set: one version, named by the digest of its file."""

    code: str
    version: str
    sha256: str
    measures: Mapping[str, MeasureRules]
    talking_therapies: TalkingTherapiesRules
    sudden_gains: SuddenGainRules
    measurement: MeasurementRules
    goals: GoalRules
    reliable_z: float
    """The standard normal value beyond which a change is reliable."""

    @property
    def reference(self) -> str:
        """`<code>@<version>#<sha256>`: what an event names."""
        return f"{self.code}@{self.version}#{self.sha256}"
