"""What the rules need to know of a course. Counts are of attended sessions, in order of their start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from casetrail_contracts.events.case import ClosureReason
from casetrail_contracts.events.inventory import Relationship
from treatment.domain.phases import SetByHand


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSession:
    """An attended session."""

    session_id: str
    event_id: str
    started_at: datetime
    """Aware, in the zone where the session took place: its date is the one that people there remember."""
    minutes: int | None = None
    """Absent for work online, which has no length."""
    in_group: bool = False
    without_consent: tuple[str, ...] = ()
    """People of the inventory who were present without a record of consent."""
    technique: bool = False
    homework: bool = False
    """Assigned, or reviewed."""
    risk_checked: bool = False
    guests: frozenset[Relationship] | None = None
    """What the significant others who were there are to the patient. None: it is not said who was there."""
    measures: frozenset[str] = frozenset()
    """Instruments of which a form belongs to this session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusChange:
    """The problem area was changed when so many sessions had been attended."""

    event_id: str
    after_session: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreviewedItem:
    """A positive risk item that no risk check and no outcome reviewed, or only later."""

    assessment_id: str
    event_id: str
    taken_on: date
    reviewed_on: date | None = None
    """Given for a late review too: it does not undo that the item was left open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOnTrack:
    """A signal of domain reference 4.6, and when it was reviewed; both in attended sessions."""

    event_id: str
    after_session: int
    reviewed_after_session: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The therapy rested from the one day until the other; without an end it still rests."""

    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A first session was to come from this day on, until another day was said; without an end still."""

    event_id: str
    """The activation, or the appointment."""
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """From this day on, sessions were to be so many days apart."""

    since: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """So many sessions were planned from then on, when so many had been attended."""

    after_session: int
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRecord:
    """A course as far as the rules look at it."""

    sessions: tuple[HeldSession, ...] = ()
    """In any order."""
    artifacts: Mapping[str, int] = field(default_factory=dict)
    """What the protocol asks to be recorded, with the number of sessions attended when it was."""
    phases_by_hand: tuple[SetByHand, ...] = ()
    """In the order in which they were set."""
    focus_changes: tuple[FocusChange, ...] = ()
    unreviewed_items: tuple[UnreviewedItem, ...] = ()
    signals: tuple[NotOnTrack, ...] = ()
    pauses: tuple[Pause, ...] = ()
    protocol_since: int = 0
    """How many sessions had been attended when this protocol was assigned or switched to. Earlier ones
    count as sessions, and no rule of this protocol judges them."""
    agreed: tuple[Agreed, ...] = ()
    """How far apart sessions are by the contract, and as a tactic changed it; the latest since last."""
    planned: tuple[Planned, ...] = ()
    """How many sessions by the contract, and as a tactic changed it, in the order of the telling."""
    closed_as: ClosureReason | None = None
    waits: tuple[Wait, ...] = ()
    """In the order in which they began."""
