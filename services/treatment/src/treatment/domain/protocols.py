"""What a protocol prescribes: its length, phases, rhythm, measures and what it asks to be recorded."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.protocol import DeviationRule

Modality = Literal["individual", "group", "blended"]
FocusKind = Literal["problemArea", "formulation", "none"]
"""Whether the therapy chooses one of the four areas, agrees a formulation of its own, or neither."""
PhaseKind = Literal["preparation", "initial", "middle", "ending", "maintenance"]
"""What a phase is for, whatever a school calls it: the rules go by the kind, people read the code."""
Artifact = Literal[
    "diagnosis",
    "sickRole",
    "safetyPlan",
    "timeline",
    "inventory",
    "closenessCircle",
    "formulation",
    "ipaf",
    "schemaFormulation",
    "socialRhythm",
    "problemArea",
    "contract",
    "goals",
    "endingReview",
    "relapsePlan",
    "goodbyeLetterDraft",
    "goodbyeLetterFinal",
    "finalMeasures",
    "maintenanceDecision",
]
"""What a course records once; `goals` means one goal at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of something: the fewest and the most, both included, and what is planned."""

    least: int
    planned: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """How long a course lasts, from its first attended session."""

    planned: int
    most: int
    least: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How far apart sessions are, in days of the calendar."""

    target: int
    tolerance: int
    """A session later than target and tolerance together slips."""
    longest_gap: int
    allowed: tuple[int, ...] = ()
    """Targets that a contract may agree on; empty: the target only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """Something that is to be recorded, by the end of this session at the latest."""

    artifact: Artifact
    by_session: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the course: sessions `first` to `last`, both included; 0 is before the first session."""

    code: str
    kind: PhaseKind
    first: int
    last: int
    required: tuple[Required, ...] = ()
    exit_gates: tuple[Artifact, ...] = ()
    """What should be there before the next phase begins. A review is asked for, and nothing is blocked."""
    cadence: Cadence | None = None
    """Absent: the protocol's."""
    homework_or_technique: bool = False
    """Each session has homework or a named technique."""

    @property
    def length(self) -> int:
        """How many sessions are planned for it."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EverySession:
    """At each session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEnd:
    """At the last session of each phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtSessions:
    """At the sessions with these numbers."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterWeeks:
    """At the first session on or after the day that is so many weeks after the first one."""

    weeks: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterMonths:
    """Likewise, in months: twelfths of 365 days."""

    months: tuple[Decimal, ...]


When = EverySession | PhaseEnd | AtSessions | AfterWeeks | AfterMonths


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An instrument, and when it is to be filled in."""

    instrument: str
    when: When
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """How a blended course is made up of sessions online and live ones."""

    online: int
    live_least: int
    live_most: int
    alternating: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Contacts after the last session."""

    contacts: int
    every_days: int
    channel: Literal["inPerson", "video", "phone", "message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAttendee:
    """Somebody beside the patient who is expected at these sessions, and once in these phases."""

    who: Literal["parent", "partner", "significantOther"]
    at_sessions: tuple[int, ...] = ()
    in_phases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLimit:
    """A total that is at most so high."""

    instrument: str
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """So many consecutive visits at or above a score, each at most so many days after the one before."""

    instrument: str
    at_least: int
    visits: int
    within_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One version of a protocol, named by the digest of its file. Its phases follow without a gap."""

    code: str
    version: str
    sha256: str
    title: str
    modality: Modality
    focus: FocusKind
    sessions: Count
    """Without the individual sessions before a group begins."""
    weeks: Weeks
    cadence: Cadence
    phases: tuple[Phase, ...]
    rules: frozenset[DeviationRule]
    """The deviation rules that apply (domain reference 2.4)."""
    minutes: Count | None = None
    """How long a live session lasts; absent where the length is free. `planned` is the typical length."""
    measures: tuple[Measure, ...] = ()
    discouraged_areas: tuple[Area, ...] = ()
    """Areas that suit this protocol badly as the only focus. A caution, not a block."""
    fixed_ending: bool = False
    """The number of sessions is part of the method: only a supervisor extends it (invariant 10)."""
    sessions_before_group: int = 0
    blend: Blend | None = None
    follow_up: FollowUp | None = None
    expected_attendees: tuple[ExpectedAttendee, ...] = ()
    entry_gate: tuple[ScoreLimit, ...] = ()
    """The course begins after a remission: one of these limits is kept. Empty: anybody may begin."""
    recurrence: Recurrence | None = None

    @property
    def reference(self) -> str:
        """`<code>@<version>#<sha256>`: what an event names."""
        return f"{self.code}@{self.version}#{self.sha256}"

    @property
    def required(self) -> tuple[Required, ...]:
        """All that is to be recorded, in the order of the phases."""
        return tuple(required for phase in self.phases for required in phase.required)
