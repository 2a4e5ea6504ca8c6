"""Who is told what, and how soon: pure functions from an event to effects, with ids that never vary."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from casetrail_contracts import Event
from casetrail_contracts.events.care import ReviewNeeded, RiskFlagRaised, RiskItemUnanswered, RiskLevel
from casetrail_contracts.events.plan import GoalsRevised

Rule = Literal["risk-flag", "risk-unanswered", "review-needed", "goals-revised", "quarantine"]
EFFECTS = uuid5(NAMESPACE_URL, "https://casetrail.org/notifications")


class Class(StrEnum):
    """How soon somebody must look. The only thing that a message says about its reason."""

    ROUTINE = "routine"
    REVIEW = "review"
    URGENT = "urgent"


WITHIN = {
    Class.ROUTINE: timedelta(days=5),
    Class.REVIEW: timedelta(hours=8),
    Class.URGENT: timedelta(minutes=30),
}
"""Until when, from the time of recording: urgent is acknowledged in 30 minutes, a review the same
working day (domain reference 5.2). A form that was entered late is not overdue from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTeam:
    """Who is in charge of a case, as its opening or its newest transfer said."""

    therapist_id: str
    supervisor_id: str | None
    team_id: str | None

    @property
    def members(self) -> tuple[str, ...]:
        """Everyone, once, therapist first."""
        named = (self.therapist_id, self.supervisor_id, self.team_id)
        return tuple(dict.fromkeys(member for member in named if member is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Somebody is told; with a task, somebody must act. One per event, rule and recipient."""

    event_id: str
    tenant: str
    case_id: str
    rule: Rule
    kind: Literal["task", "notice"]
    urgency: Class
    recipient: str
    due_at: datetime

    @property
    def effect_id(self) -> str:
        """The same for the same event, rule and recipient, however often the event comes."""
        return str(uuid5(EFFECTS, f"{self.event_id}/{self.rule}/{self.recipient}"))


def effects(event: Event, team: CareTeam | None, service_lead: str) -> list[Effect]:
    """What an event causes. Events without a rule cause nothing."""
    match event.payload:
        case RiskFlagRaised() as flag:
            return _risk_flag(event, flag)
        case RiskItemUnanswered() as unanswered:
            # Asked at the next contact: nobody is called for it.
            return [_effect(event, "risk-unanswered", "task", Class.ROUTINE, unanswered.therapist_id)]
        case ReviewNeeded() as review:
            people = (review.therapist_id, review.supervisor_id)
            # The event says when: no second reckoning of its working days.
            return [
                _effect(event, "review-needed", "task", Class.ROUTINE, person, review.due_at)
                for person in dict.fromkeys(person for person in people if person is not None)
            ]
        case GoalsRevised():
            # A case whose opening was never seen still tells somebody.
            members = team.members if team is not None else (service_lead,)
            return [_effect(event, "goals-revised", "notice", Class.ROUTINE, member) for member in members]
        case _:
            return []


def quarantined(event_id: str, tenant: str, case_id: str, service_lead: str, now: datetime) -> Effect:
    """A message that cannot be handled is itself a task: silence would look like calm."""
    return Effect(
        event_id=event_id,
        tenant=tenant,
        case_id=case_id,
        rule="quarantine",
        kind="task",
        urgency=Class.URGENT,
        recipient=service_lead,
        due_at=now + WITHIN[Class.URGENT],
    )


def _risk_flag(event: Event, flag: RiskFlagRaised) -> list[Effect]:
    """A task of its level for the therapist; an urgent one for the supervisor as well.

    What comes from imported history is looked at once, without haste: it pages nobody.
    """
    if flag.historical:
        return [_effect(event, "risk-flag", "task", Class.ROUTINE, flag.therapist_id)]
    urgency = Class.URGENT if flag.level is RiskLevel.URGENT else Class.REVIEW
    people = [flag.therapist_id]
    if urgency is Class.URGENT and flag.supervisor_id is not None:
        people.append(flag.supervisor_id)
    return [_effect(event, "risk-flag", "task", urgency, person) for person in dict.fromkeys(people)]


def _effect(
    event: Event,
    rule: Rule,
    kind: Literal["task", "notice"],
    urgency: Class,
    recipient: str,
    due_at: datetime | None = None,
) -> Effect:
    return Effect(
        event_id=event.envelope.id,
        tenant=event.tenant,
        case_id=event.envelope.subject,
        rule=rule,
        kind=kind,
        urgency=urgency,
        recipient=recipient,
        due_at=due_at or event.envelope.recordedtime + WITHIN[urgency],
    )
