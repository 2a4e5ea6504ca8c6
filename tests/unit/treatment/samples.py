"""Every command of the catalogue by its name, with the event that it yields on a case that has everything."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from tests.builders import sealed
from tests.unit.treatment.given_when_then import (
    AT,
    CASE,
    INSTALLED,
    because,
    circumstances,
    form,
    given,
    held,
    opened,
    person,
)
from tests.unit.treatment.rich_case import ACTIVE, CLOSED, FLAG, IPT16, PAUSED, RICH, number, without

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.appointments import (
    AppointmentCancelled,
    AppointmentRescheduled,
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.assessment import AssessmentCorrected, AssessmentScheduled, MoodRated
from casetrail_contracts.events.care import (
    CrisisReferralMade,
    ReviewNeeded,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagResolved,
    RiskOutcome,
    SafetyPlanRecorded,
)
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
    ClosureReason,
)
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn, SuitabilityAdvised
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.ending import (
    EndingReviewed,
    LetterRecorded,
    MaintenanceDecided,
    RelapsePlanRecorded,
)
from casetrail_contracts.events.erasure import (
    PersonalDataErased,
    PersonalDataErasureRefused,
    PersonalDataErasureRequested,
)
from casetrail_contracts.events.formulation import (
    CodedTerm,
    ContractAgreed,
    DiagnosisRecorded,
    FormulationAgreed,
    SickRoleGiven,
    TimelineEntry,
    TimelineRecorded,
)
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.inventory import (
    InventoryCompleted,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
    PersonChange,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded, MedicationStopped
from casetrail_contracts.events.plan import GoalClosed, GoalRated, GoalsRevised, GoalStatus
from casetrail_contracts.events.problem_area import (
    Area,
    DisputeStageChanged,
    Grief,
    ProblemAreaRevised,
    ProblemAreaSelected,
)
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned, ProtocolSwitched
from casetrail_contracts.events.session import Modality, SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.commands import (
    ApproveErasure,
    AssignProtocol,
    Command,
    CorrectAssessment,
    Entry,
    Record,
    ReviewDue,
    SwitchProtocol,
)


@dataclass(frozen=True)
class Sample:
    """A command, and the one event that answers it."""

    command: Command
    event: Payload
    base: tuple[Payload, ...] = RICH
    now: datetime = circumstances().now


def entry(payload: Entry, base: tuple[Payload, ...] = RICH) -> Sample:
    """A command that becomes its event as it is."""
    return Sample(command=Record(entry=payload, at=AT), event=payload, base=base)


DIT16 = INSTALLED.protocol("DIT-16")
ALMOST = form((1,) * 7 + (0, 0))
LATER = datetime(2026, 4, 10, 9, 0, tzinfo=UTC)
"""When the review that the goals promised is overdue."""
BY_HAND = PhaseEntered(phase="middle", attended_sessions=0, reason=sealed("reason"))
EARLIER = because(event_id(CASE, 1))
REVISED = ProblemAreaRevised(because=EARLIER, rank="primary", focus=Grief(deceased_person_id="p-2"))
CORRECTED = CorrectAssessment(form=ALMOST, reason="entryMistake", at=AT)
MAJOR = CodedTerm(system="http://hl7.org/fhir/sid/icd-10", code="F32.1")

LIFE = {
    "open-case": entry(opened, ()),
    "record-consent": entry(ConsentRecorded(scope="messages")),
    "withdraw-consent": entry(ConsentWithdrawn(scope="treatment")),
    "advise-suitability": entry(
        SuitabilityAdvised(outcome="deferred", combination="medicationFirst", advised_by="d-1")
    ),
    "assign-protocol": Sample(
        command=AssignProtocol(protocol=IPT16, at=AT),
        event=ProtocolAssigned(definition=IPT16.reference),
        base=without(ProtocolAssigned),
    ),
    "switch-protocol": Sample(
        command=SwitchProtocol(protocol=DIT16, because=EARLIER, at=AT),
        event=ProtocolSwitched(because=EARLIER, definition=DIT16.reference, previous=IPT16.reference),
    ),
    "activate": entry(CaseActivated()),
    "pause": entry(CasePaused(reason="lifeEvent"), ACTIVE),
    "resume": entry(CaseResumed(), PAUSED),
    "transfer": entry(
        CaseTransferred(therapist_id="t-2", supervisor_id="s-2", team_id="team-2", reason="staffChange")
    ),
    "close": entry(CaseClosed(reason=ClosureReason.DROPPED_OUT)),
    "reopen": entry(CaseReopened(reason="relapse"), CLOSED),
    "correct-entry": entry(
        EntryCorrected(target=number(SessionHeld), kind="enteredInError", cause="wrongPatient")
    ),
    "request-erasure": entry(PersonalDataErasureRequested(subject="patient", legal_basis="courtOrder")),
    "approve-erasure": Sample(
        command=ApproveErasure(request=number(PersonalDataErasureRequested), at=AT),
        event=PersonalDataErased(
            request=number(PersonalDataErasureRequested), subject="person", person_id="p-2"
        ),
    ),
    "refuse-erasure": entry(
        PersonalDataErasureRefused(request=number(PersonalDataErasureRequested), legal_basis="retentionDuty")
    ),
}
FORMULATION = {
    "record-diagnosis": entry(DiagnosisRecorded(diagnosis=MAJOR)),
    "give-sick-role": entry(SickRoleGiven()),
    "record-timeline": entry(
        TimelineRecorded(entries=(TimelineEntry(on="2025-11", kind="conflict", person_id="p-1"),))
    ),
    "record-inventory": entry(InventoryRecorded(people=(person("p-1"), person("p-3")))),
    "add-person": entry(InventoryPersonAdded(person=person("p-3"))),
    "revise-person": entry(
        InventoryPersonRevised(
            reason="changedSituation", change=PersonChange(person_id="p-1", temporal="past")
        )
    ),
    "move-person": entry(InventoryPersonMoved(person_id="p-1", closeness_ring=3)),
    "complete-inventory": entry(
        InventoryCompleted(), without(InventoryRecorded, InventoryPersonAdded(person=person("p-1")))
    ),
    "agree-formulation": entry(
        FormulationAgreed(
            kind="ipaf", statement=sealed("statement"), self_image=sealed("self"), agreed_on=date(2026, 3, 2)
        )
    ),
    "select-problem-area": entry(
        ProblemAreaSelected(rank="secondary", focus=Grief(deceased_person_id="p-2"))
    ),
    "revise-problem-area": Sample(
        command=Record(entry=REVISED, at=AT),
        event=REVISED.model_copy(update={"previous": Area.ROLE_DISPUTE}),
    ),
    "change-dispute-stage": entry(
        DisputeStageChanged(rank="primary", stage="renegotiation", reason=sealed("reason"))
    ),
    "agree-contract": entry(ContractAgreed(sessions=16, cadence_days=7, absence_rule="rescheduled")),
}
SESSION = {
    "schedule-appointment": entry(
        AppointmentScheduled(
            appointment_id="ap-2",
            starts_at=AT.at + timedelta(days=14),
            duration_minutes=50,
            timezone="Europe/London",
            modality=Modality.IN_PERSON,
        )
    ),
    "reschedule-appointment": entry(
        AppointmentRescheduled(
            appointment_id="ap-1", starts_at=AT.at + timedelta(days=8), timezone="UTC", by="patient"
        )
    ),
    "cancel-appointment": entry(AppointmentCancelled(appointment_id="ap-1", by="provider")),
    "hold-session": entry(held("s-2", appointment_id="ap-1")),
    "miss-session": entry(
        SessionMissed(appointment_id="ap-1", scheduled_at=AT.at, timezone="UTC", attendance="3")
    ),
    "enter-phase": Sample(
        command=Record(entry=BY_HAND, at=AT),
        event=BY_HAND.model_copy(
            update={"definition": IPT16.reference, "attended_sessions": 1, "set_by_hand": True}
        ),
    ),
    "record-follow-up": entry(
        FollowUpRecorded(follow_up_id="f-1", at=AT, modality=Modality.PHONE, outcome="reached")
    ),
}
PLAN = {
    "revise-goals": entry(
        GoalsRevised(because=EARLIER, closed=(GoalClosed(goal_id="g-1", status=GoalStatus.ACHIEVED),))
    ),
    "rate-goal": entry(GoalRated(goal_id="g-1", measurement="GBO", rating=7)),
    "assign-homework": entry(
        HomeworkAssigned(
            homework_id="h-2", title=sealed("homework"), type="writeLetter", linked_goal_id="g-1"
        )
    ),
    "review-homework": entry(HomeworkReviewed(homework_id="h-1", status="completed")),
    "withdraw-homework": entry(HomeworkWithdrawn(homework_id="h-1", reason="replaced")),
    "adapt-tactic": entry(TacticAdapted(because=EARLIER, kind="stepUp", trigger="scoreTrend")),
    "record-medication": entry(
        MedicationRecorded(entry_id="m-2", kind="hypnotic", name=sealed("name"), source="selfReport")
    ),
    "change-medication": entry(
        MedicationChanged(because=EARLIER, entry_id="m-1", adherence="partial", changed_on=date(2026, 3, 2))
    ),
    "stop-medication": entry(MedicationStopped(because=EARLIER, entry_id="m-1", stopped_on=date(2026, 3, 2))),
    "review-ending": entry(EndingReviewed(progress="better")),
    "record-relapse-plan": entry(RelapsePlanRecorded(contact="familyDoctor", shared_with_patient=True)),
    "record-letter": entry(LetterRecorded(state="draft")),
    "decide-maintenance": entry(MaintenanceDecided(decision="offered")),
}
MEASURE = {
    "schedule-assessment": entry(AssessmentScheduled(instrument="PHQ9", due_on=date(2026, 3, 9))),
    "score-assessment": Sample(
        command=replace(ALMOST, assessment_id="a-2"),
        event=given(opened).when(replace(ALMOST, assessment_id="a-2")).facts[0].payload,
    ),
    "correct-assessment": Sample(
        command=CORRECTED,
        event=AssessmentCorrected.model_validate(
            {
                "corrects": number(AssessmentScored),
                "reason": "entryMistake",
                "corrected": given(opened).when(ALMOST).facts[0].payload,
            }
        ),
    ),
    "rate-mood": entry(MoodRated(session_id="s-1", at=AT, average=6, worst=8, best=4)),
}
CARE = {
    "check-risk": entry(RiskChecked(session_id="s-1", asked=True, level="low", flag_ids=(FLAG,))),
    "record-safety-plan": entry(SafetyPlanRecorded(elements=("contacts", "tellsSomeone"))),
    "refer-crisis": entry(CrisisReferralMade(referred_to="crisisTeam", evidence=(event_id(CASE, 13),))),
    "acknowledge-risk": entry(RiskFlagAcknowledged(flag_id=FLAG, acknowledged_by="t-1")),
    "escalate-risk": entry(RiskFlagEscalated(flag_id=FLAG, step=2, told=("s-1",))),
    "resolve-risk": entry(RiskFlagResolved(flag_id=FLAG, outcome=RiskOutcome.ASSESSED_NO_FURTHER)),
    "review-due": Sample(
        command=ReviewDue(),
        event=ReviewNeeded(
            rule="reviewNotDone",
            about=number(GoalsRevised),
            due_at=datetime(2026, 4, 17, 9, 0, tzinfo=UTC),
            therapist_id="t-1",
            supervisor_id="s-1",
            rules=INSTALLED.definitions.safety.reference,
            promised_for=datetime(2026, 4, 1, tzinfo=UTC),
        ),
        now=LATER,
    ),
}
SAMPLES: dict[str, Sample] = LIFE | FORMULATION | SESSION | PLAN | MEASURE | CARE
