"""The language of the domain's tests: given facts, when a command, then facts or a refusal."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

import pytest
from tests.builders import History, case_id, sealed

from casetrail_contracts import Payload, Personal
from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.events.inventory import InventoryPerson, LinkToOnset, LivingStatus, Relationship
from casetrail_contracts.events.session import Attendance, Modality, SessionHeld
from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import Moment
from treatment.definitions.installed import shipped
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances, Definitions
from treatment.domain.commands import Command, ScoreAssessment
from treatment.domain.decisions import decide
from treatment.domain.facts import Fact
from treatment.domain.folding import evolve
from treatment.domain.refusals import Refusal

CASE = case_id(1)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AT = Moment(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
INSTALLED = shipped()
INSTRUMENTS = INSTALLED.instruments


def circumstances(
    actor: str = "t-1",
    *roles: Role,
    now: datetime = NOW,
    definitions: Definitions = INSTALLED.definitions,
) -> Circumstances:
    """Who decides now, by the definitions that are shipped unless others are given."""
    return Circumstances(
        now=now,
        actor=actor,
        roles=frozenset(roles or (Role.THERAPIST,)),
        definitions=definitions,
    )


opened = CaseOpened(patient_ref=sealed("patient"), therapist_id="t-1", supervisor_id="s-1", team_id="team-1")


@dataclass(frozen=True)
class When:
    """A case and what it was asked."""

    case: Case
    command: Command
    circumstances: Circumstances

    @cached_property
    def facts(self) -> list[Fact]:
        return decide(self.case, self.command, self.circumstances)

    @property
    def derived(self) -> list[Payload]:
        """What policy adds: the facts that have a cause."""
        return [fact.payload for fact in self.facts if fact.caused_by is not None]

    def then(self, *payloads: Payload) -> None:
        """These facts are decided; what follows by policy is another question."""
        assert [fact.payload for fact in self.facts if fact.caused_by is None] == list(payloads)

    def then_refused(self, refusal: Refusal) -> None:
        with pytest.raises(Refusal) as refused:
            assert self.facts == [], "not refused"
        assert refused.value == refusal


@dataclass(frozen=True)
class Given:
    """A case with these facts, after those of another one where that is given."""

    payloads: tuple[Payload, ...]
    before: "Given | None" = None

    @cached_property
    def history(self) -> History:
        history = History()
        if self.before is not None:
            history = deepcopy(self.before.history)
        for payload in self.payloads:
            history.add(CASE, payload)
        return history

    @cached_property
    def case(self) -> Case:
        case = Case(case_id=CASE) if self.before is None else self.before.case
        for event in self.history.events[case.version :]:
            case = evolve(case, event)
        return case

    def also(self, *payloads: Payload) -> "Given":
        """The same case with more facts; what was folded is not folded again."""
        return Given(payloads, self)

    def when(self, command: Command, by: Circumstances | None = None) -> When:
        return When(self.case, command, by or circumstances())


def given(*payloads: Payload) -> Given:
    return Given(payloads)


def person(
    person_id: str,
    living: LivingStatus = LivingStatus.LIVING,
    *,
    safety_concern: bool = False,
    past: bool = False,
) -> InventoryPerson:
    return InventoryPerson(
        person_id=person_id,
        alias=sealed(person_id),
        relationship=Relationship.FRIEND,
        temporal="past" if past else "present",
        living_status=living,
        closeness_ring=1,
        link_to_onset=LinkToOnset.NONE,
        safety_concern=safety_concern,
    )


def held(session_id: str = "s-1", **changes: object) -> SessionHeld:
    session = SessionHeld(
        session_id=session_id,
        started_at=AT.at,
        duration_minutes=50,
        timezone="Europe/London",
        attendance=Attendance.ON_TIME,
        modality=Modality.VIDEO,
    )
    return session.model_copy(update=changes)


def form(
    items: tuple[int | None, ...] | None = None,
    total: int | None = None,
    code: str = "PHQ9",
    name: str = "a-1",
) -> ScoreAssessment:
    return ScoreAssessment(
        assessment_id=name,
        instrument=INSTRUMENTS.get(code),
        taken_at=AT,
        setting="remote",
        respondent="patient",
        input_mode="screen",
        items=items,
        reported_total=total,
    )


def because(*evidence: str) -> Because:
    return Because(
        reason_code=ReasonCode.PROGRESS,
        evidence=evidence,
        stated_reason=None if evidence else Personal.plain("Better."),
        decided_by="t-1",
        review_on=date(2026, 4, 1),
    )
