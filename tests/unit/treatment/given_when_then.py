"""The language of the domain's tests: given facts, when a command, then facts or a refusal."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from tests.builders import History, case_id, sealed

from casetrail_contracts import Payload, Personal
from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.events.formulation import InventoryPerson, LinkToOnset, LivingStatus, Relationship
from casetrail_contracts.events.session import Attendance, Modality, SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.definitions import shipped_instruments
from treatment.domain.case import Case, fold
from treatment.domain.commands import Command, ScoreAssessment
from treatment.domain.decisions import decide
from treatment.domain.facts import Fact
from treatment.domain.refusals import Refusal

CASE = case_id(1)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AT = Moment(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
INSTRUMENTS = shipped_instruments()

opened = CaseOpened(patient_ref=sealed("patient"), therapist_id="t-1", supervisor_id="s-1", team_id="team-1")


@dataclass(frozen=True)
class When:
    """A case and what it was asked."""

    case: Case
    command: Command

    @property
    def facts(self) -> list[Fact]:
        return decide(self.case, self.command, NOW)

    def then(self, *payloads: Payload) -> None:
        assert [fact.payload for fact in self.facts] == list(payloads)

    def then_refused(self, refusal: Refusal) -> None:
        with pytest.raises(Refusal) as refused:
            assert self.facts == [], "not refused"
        assert refused.value == refusal


@dataclass(frozen=True)
class Given:
    """A case with these facts."""

    payloads: tuple[Payload, ...]

    @property
    def case(self) -> Case:
        history = History()
        for payload in self.payloads:
            history.add(CASE, payload)
        return fold(CASE, history.events)

    def when(self, command: Command) -> When:
        return When(self.case, command)


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
