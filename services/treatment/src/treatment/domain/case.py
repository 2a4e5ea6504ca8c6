"""The state of a case, folded from its events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar, assert_never

from casetrail_contracts import Event, Payload
from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseClosed, CaseOpened
from casetrail_contracts.events.formulation import (
    Focus,
    Grief,
    InventoryRecorded,
    LivingStatus,
    ProblemAreaSelected,
    RoleDispute,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.plan import GoalsRevised, GoalStatus
from casetrail_contracts.events.session import SessionHeld

Key = TypeVar("Key")
Item = TypeVar("Item")


class Status(StrEnum):
    """Where a case stands."""

    UNOPENED = "unopened"
    OPENED = "opened"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is true of a case after its first `version` events. Holds codes only, no personal value."""

    case_id: str
    version: int = 0
    last_hash: str | None = None
    """SHA-256 of the newest event's bytes: what the next event names as `previoushash`."""
    status: Status = Status.UNOPENED
    therapist_id: str = ""
    supervisor_id: str | None = None
    team_id: str | None = None
    people: Mapping[str, LivingStatus] = field(default_factory=lambda: MappingProxyType({}))
    focus: Mapping[str, Focus] = field(default_factory=lambda: MappingProxyType({}))
    """Problem areas by rank: `primary`, `secondary`."""
    sessions: Mapping[str, SessionHeld] = field(default_factory=lambda: MappingProxyType({}))
    assessments: Mapping[str, AssessmentScored] = field(default_factory=lambda: MappingProxyType({}))
    goals: Mapping[str, GoalStatus] = field(default_factory=lambda: MappingProxyType({}))
    open_flags: Mapping[str, RiskLevel] = field(default_factory=lambda: MappingProxyType({}))

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


def fold(case_id: str, events: Iterable[Event]) -> Case:
    """The case after these events, which are all of its first ones, in order."""
    case = Case(case_id=case_id)
    for event in events:
        case = evolve(case, event)
    return case


def evolve(case: Case, event: Event) -> Case:
    """Apply a fact. Must accept every event ever stored, so it never refuses."""
    known = replace(case, version=event.sequence, last_hash=event.hash)
    return known if event.payload is None else _apply(known, event.payload)


def _apply(case: Case, payload: Payload) -> Case:
    match payload:
        case CaseOpened():
            return replace(
                case,
                status=Status.OPENED,
                therapist_id=payload.therapist_id,
                supervisor_id=payload.supervisor_id,
                team_id=payload.team_id,
            )
        case InventoryRecorded():
            people = {person.person_id: person.living_status for person in payload.people}
            return replace(case, people=MappingProxyType(people))
        case ProblemAreaSelected():
            return replace(case, focus=_with(case.focus, payload.rank, payload.focus))
        case SessionHeld():
            return replace(case, sessions=_with(case.sessions, payload.session_id, payload))
        case AssessmentScored():
            return replace(case, assessments=_with(case.assessments, payload.assessment_id, payload))
        case GoalsRevised():
            return replace(case, goals=MappingProxyType(_goals(case.goals, payload)))
        case RiskFlagRaised():
            return replace(case, open_flags=_with(case.open_flags, payload.flag_id, _level(case, payload)))
        case CaseClosed():
            return replace(case, status=Status.CLOSED)
        case _:
            assert_never(payload)


def _level(case: Case, raised: RiskFlagRaised) -> RiskLevel:
    """New evidence at a lower level does not lower a flag."""
    urgent = RiskLevel.URGENT in (raised.level, case.open_flags.get(raised.flag_id))
    return RiskLevel.URGENT if urgent else RiskLevel.REVIEW


def _goals(goals: Mapping[str, GoalStatus], revision: GoalsRevised) -> dict[str, GoalStatus]:
    now = dict(goals)
    now |= {goal.goal_id: GoalStatus(goal.status) for goal in revision.added}
    now |= {goal.goal_id: GoalStatus(goal.status) for goal in revision.changed if goal.status is not None}
    now |= {goal.goal_id: GoalStatus(goal.status) for goal in revision.closed}
    return now


def _with(known: Mapping[Key, Item], key: Key, item: Item) -> Mapping[Key, Item]:
    return MappingProxyType({**known, key: item})
