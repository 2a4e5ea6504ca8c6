"""A case that has of everything one, so that every command finds what it is about."""

from datetime import timedelta

from tests.builders import sealed
from tests.unit.treatment.given_when_then import (
    AT,
    CASE,
    INSTALLED,
    because,
    form,
    given,
    held,
    opened,
    person,
)

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.appointments import AppointmentScheduled
from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseActivated, CaseClosed, CasePaused, ClosureReason
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.erasure import PersonalDataErasureRequested
from casetrail_contracts.events.formulation import SickRoleGiven
from casetrail_contracts.events.homework import HomeworkAssigned
from casetrail_contracts.events.inventory import InventoryRecorded, LivingStatus
from casetrail_contracts.events.medication import MedicationRecorded
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.problem_area import ProblemAreaSelected, RoleDispute
from casetrail_contracts.events.protocol import ProtocolAssigned
from casetrail_contracts.events.session import Modality

FLAG = "5f0f0a6c-7d3c-5a44-9b7e-0a4f2f1d6c33"
IPT16 = INSTALLED.protocol("IPT-16")
SCORED = given(opened).when(form((1,) * 8 + (0,))).facts[0].payload

RICH: tuple[Payload, ...] = (
    opened,
    ConsentRecorded(scope="treatment"),
    SuitabilityAdvised(outcome="suitable", combination="iptAlone", advised_by="d-1"),
    ProtocolAssigned(definition=IPT16.reference),
    InventoryRecorded(people=(person("p-1"), person("p-2", LivingStatus.DECEASED, past=True))),
    ProblemAreaSelected(rank="primary", focus=RoleDispute(other_party_id="p-1", stage="impasse")),
    held("s-1"),
    AppointmentScheduled(
        appointment_id="ap-1",
        starts_at=AT.at + timedelta(days=7),
        duration_minutes=50,
        timezone="Europe/London",
        modality=Modality.VIDEO,
    ),
    GoalsRevised(because=because(event_id(CASE, 1)), added=(GoalAdded(goal_id="g-1", text=sealed("goal")),)),
    HomeworkAssigned(homework_id="h-1", title=sealed("homework"), type="diary"),
    MedicationRecorded(entry_id="m-1", kind="antidepressant", name=sealed("name"), source="record"),
    SCORED,
    RiskFlagRaised(
        flag_id=FLAG,
        level=RiskLevel.REVIEW,
        rule="riskItem",
        evidence=(event_id(CASE, 12),),
        setting="remote",
        therapist_id="t-1",
    ),
    PersonalDataErasureRequested(subject="person", person_id="p-2", legal_basis="gdprArticle17"),
)
ACTIVE = (*RICH, CaseActivated())
PAUSED = (*ACTIVE, CasePaused(reason="illness"))
CLOSED = (*ACTIVE, CaseClosed(reason=ClosureReason.REFERRED_ON))
RICH_CASE = given(*RICH)
"""Folded once; `also` goes on from it."""


def without(kind: type[Payload], *more: Payload) -> tuple[Payload, ...]:
    """The rich case without its events of this kind; the others keep their numbers."""
    filler = SickRoleGiven()
    return (*(filler if isinstance(one, kind) else one for one in RICH), *more)


def number(kind: type[Payload]) -> str:
    """The id of the first event of this kind in the rich case."""
    return event_id(CASE, next(n for n, one in enumerate(RICH, start=1) if isinstance(one, kind)))
