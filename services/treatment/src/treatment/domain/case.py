"""The state of a case: what its events say together, in codes only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casetrail_contracts import Payload
from casetrail_contracts.events.appointments import SessionMissed
from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.case import ClosureReason
from casetrail_contracts.events.consent import ConsentRecorded, ConsentScope, SuitabilityAdvised
from casetrail_contracts.events.erasure import PersonalDataErasureRequested
from casetrail_contracts.events.formulation import ContractAgreed
from casetrail_contracts.events.inventory import LivingStatus, Relationship
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.plan import GoalStatus, Measurement
from casetrail_contracts.events.problem_area import Focus, Grief, RoleDispute
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import Moment

HOMEWORK_OPEN = ("assigned", "carriedOver")
"""Homework with one of these as its newest status has not ended."""

OTHER_KINDS = ("assessment", "followUp")
"""Kinds of appointments at which nobody is treated (domain reference 1.4 and 4.1)."""


class Status(StrEnum):
    """Where a case stands."""

    UNOPENED = "unopened"
    OPENED = "opened"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One event of the case, and what it says now that corrections are applied."""

    event_id: str
    at: Moment
    payload: Payload | None
    """As it was recorded; None for a type that this version does not know."""
    holds: Payload | None
    """What counts: the replacement of an amended entry, None for one entered in error or withdrawn."""
    actor: str


def holds_on(consent: ConsentRecorded, day: date) -> bool:
    """Whether the consent reaches this day: it does so through the day on which it expires."""
    return consent.expires_on is None or day <= consent.expires_on


def patient_was_there(roles: Collection[str]) -> bool:
    """Whether these were a session with the patient: who names no attendees names the usual ones."""
    return not roles or "patient" in roles


def is_treatment(session: SessionHeld, other_appointments: Collection[str]) -> bool:
    """Whether it counts: not without the patient (8.3), and not an assessment only (4.1).

    `other_appointments` are those of a kind in `OTHER_KINDS`.
    """
    roles = {attendee.role for attendee in session.attendees}
    return patient_was_there(roles) and session.appointment_id not in other_appointments


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the inventory, in codes."""

    relationship: Relationship
    living_status: LivingStatus
    temporal: str
    closeness_ring: int
    closeness_desired: int | None = None
    safety_concern: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Where a goal stands, and on which scale it is rated."""

    status: GoalStatus
    measurement: Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A risk flag and what was done about it."""

    level: RiskLevel
    evidence: tuple[str, ...]
    acknowledged: bool = False
    """Whether somebody has seen it with its newest evidence."""
    step: int = 1
    """How far it was escalated since its newest evidence: 1 is the therapist of record."""
    resolved: bool = False
    historical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is true of a case after its first `version` events. Holds codes only, no personal value."""

    case_id: str
    version: int = 0
    last_hash: str | None = None
    """SHA-256 of the newest event's bytes: what the next event names as `previoushash`."""
    history: tuple[HistoryEntry, ...] = ()

    status: Status = Status.UNOPENED
    began: bool = False
    """Whether the therapy was ever active."""
    therapist_id: str = ""
    supervisor_id: str | None = None
    team_id: str | None = None
    closed_as: ClosureReason | None = None
    consents: Mapping[tuple[ConsentScope, str | None], ConsentRecorded] = field(default_factory=dict)
    """The newest that was not withdrawn, by scope and, for a significant other, the person."""
    suitability: SuitabilityAdvised | None = None
    protocol: str | None = None
    """`<code>@<version>#<sha256>` of the protocol that the course follows."""
    erasures: Mapping[str, PersonalDataErasureRequested] = field(default_factory=dict)
    """Requests that were neither approved nor refused, by their event id."""

    erased: frozenset[str | None] = frozenset()
    """The people whose data was erased; None is the patient, and with the patient everybody."""

    people: Mapping[str, Person] = field(default_factory=dict)
    inventory_complete: bool = False
    focus: Mapping[str, Focus] = field(default_factory=dict)
    """Problem areas by rank: `primary`, `secondary`."""
    artifacts: Mapping[str, Moment] = field(default_factory=dict)
    """What the protocol asks to be recorded, and when it was there first."""
    contract: ContractAgreed | None = None
    """As it was agreed, with the sessions and the cadence that tactics changed since."""
    planned_sessions: int | None = None
    """As the contract says, or as a tactic changed it."""

    appointments: frozenset[str] = frozenset()
    """Appointments that are still to come."""
    other_appointments: frozenset[str] = frozenset()
    """Appointments, past or to come, of a kind in `OTHER_KINDS`."""
    sessions: Mapping[str, SessionHeld] = field(default_factory=dict)
    missed: Mapping[str, SessionMissed] = field(default_factory=dict)
    follow_ups: frozenset[str] = frozenset()
    phase: str | None = None
    phase_by_hand: bool = False

    goals: Mapping[str, Goal] = field(default_factory=dict)
    homework: Mapping[str, str] = field(default_factory=dict)
    """The newest status of each piece of homework."""
    medication: Mapping[str, bool] = field(default_factory=dict)
    """Entries, and whether each still runs."""

    assessments: Mapping[str, AssessmentScored] = field(default_factory=dict)
    flags: Mapping[str, Flag] = field(default_factory=dict)
    checked_sessions: frozenset[str] = frozenset()
    """Sessions with a documented risk check."""
    derived: Mapping[str, str] = field(default_factory=dict)
    """What policy has told and not taken back: the key of each fact, and the event that told it."""

    @property
    def subject(self) -> str:
        """What its events are about: the case itself."""
        return self.case_id

    @property
    def past_appointments(self) -> Mapping[str, str | None]:
        """Appointments that came: the session that was held at each, None for one that was missed."""
        missed: dict[str, str | None] = dict.fromkeys(self.missed)
        held = {one.appointment_id: name for name, one in self.sessions.items() if one.appointment_id}
        return missed | held

    @property
    def attended(self) -> Mapping[str, SessionHeld]:
        """The sessions that count as treatment; their number is the count that everything goes by."""
        return {
            name: session
            for name, session in self.sessions.items()
            if is_treatment(session, self.other_appointments)
        }

    @property
    def has_final_measures(self) -> bool:
        """Whether a form was taken on the day of the last treatment session, or later (1.8)."""
        if not self.attended:
            return False
        last = max(session.started_at for session in self.attended.values()).date()
        return any(form.taken_at.at.date() >= last for form in self.assessments.values())

    @property
    def open_flags(self) -> Mapping[str, Flag]:
        """The risk flags that have no outcome yet."""
        return {flag_id: flag for flag_id, flag in self.flags.items() if not flag.resolved}

    @property
    def people_in_focus(self) -> frozenset[str]:
        """The people whom the problem areas name."""
        named = set()
        for focus in self.focus.values():
            if isinstance(focus, Grief):
                named.add(focus.deceased_person_id)
            if isinstance(focus, RoleDispute):
                named.add(focus.other_party_id)
        return frozenset(named)

    def entry(self, event_id: str) -> HistoryEntry | None:
        """The event with this id, if this case has it."""
        number = int(event_id[-10:])
        if not 1 <= number <= len(self.history):
            return None
        found = self.history[number - 1]
        return found if found.event_id == event_id else None
