"""Every event that Casetrail publishes, by its type name."""

from typing import NamedTuple, TypeAlias

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
    RiskFlagRaised,
    RiskFlagResolved,
    RiskItemUnanswered,
    SafetyPlanRecorded,
)
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CaseOpened,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
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
    ContractAgreed,
    DiagnosisRecorded,
    FormulationAgreed,
    SickRoleGiven,
    TimelineRecorded,
)
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.inventory import (
    InventoryCompleted,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded, MedicationStopped
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    DeteriorationDetected,
    NotOnTrackSignalled,
    OutcomeSummarised,
    RecurrenceSuspected,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
    RemissionReached,
    SuddenGainDetected,
    SuddenGainReversed,
)
from casetrail_contracts.events.plan import GoalRated, GoalsRevised
from casetrail_contracts.events.problem_area import (
    DisputeStageChanged,
    ProblemAreaRevised,
    ProblemAreaSelected,
)
from casetrail_contracts.events.protocol import (
    PhaseEntered,
    ProtocolAssigned,
    ProtocolDeviationDetected,
    ProtocolSwitched,
)
from casetrail_contracts.events.register import (
    ActorRegistered,
    ActorRetired,
    DefinitionPublished,
    TenantRegistered,
)
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted

LifeEvent: TypeAlias = (
    CaseOpened
    | ConsentRecorded
    | ConsentWithdrawn
    | SuitabilityAdvised
    | ProtocolAssigned
    | ProtocolSwitched
    | CaseActivated
    | CasePaused
    | CaseResumed
    | CaseTransferred
    | CaseClosed
    | CaseReopened
    | EntryCorrected
    | PersonalDataErasureRequested
    | PersonalDataErased
    | PersonalDataErasureRefused
)
FormulationEvent: TypeAlias = (
    DiagnosisRecorded
    | SickRoleGiven
    | TimelineRecorded
    | InventoryRecorded
    | InventoryPersonAdded
    | InventoryPersonRevised
    | InventoryPersonMoved
    | InventoryCompleted
    | FormulationAgreed
    | ProblemAreaSelected
    | ProblemAreaRevised
    | DisputeStageChanged
    | ContractAgreed
)
SessionEvent: TypeAlias = (
    AppointmentScheduled
    | AppointmentRescheduled
    | AppointmentCancelled
    | SessionHeld
    | SessionMissed
    | PhaseEntered
    | FollowUpRecorded
)
PlanEvent: TypeAlias = (
    GoalsRevised
    | GoalRated
    | HomeworkAssigned
    | HomeworkReviewed
    | HomeworkWithdrawn
    | TacticAdapted
    | MedicationRecorded
    | MedicationChanged
    | MedicationStopped
    | EndingReviewed
    | RelapsePlanRecorded
    | LetterRecorded
    | MaintenanceDecided
)
MeasureEvent: TypeAlias = AssessmentScheduled | AssessmentScored | AssessmentCorrected | MoodRated
CareEvent: TypeAlias = (
    RiskChecked
    | SafetyPlanRecorded
    | CrisisReferralMade
    | RiskFlagRaised
    | RiskFlagAcknowledged
    | RiskFlagEscalated
    | RiskFlagResolved
    | RiskItemUnanswered
    | ReviewNeeded
)
DerivedFact: TypeAlias = (
    ReliableImprovementReached
    | ReliableDeteriorationReached
    | RemissionReached
    | DeteriorationDetected
    | NotOnTrackSignalled
    | RecurrenceSuspected
    | SuddenGainDetected
    | SuddenGainReversed
    | OutcomeSummarised
    | ProtocolDeviationDetected
    | DerivedFactWithdrawn
)
CaseEvent: TypeAlias = (
    LifeEvent | FormulationEvent | SessionEvent | PlanEvent | MeasureEvent | CareEvent | DerivedFact
)
RegisterEvent: TypeAlias = TenantRegistered | DefinitionPublished | ActorRegistered | ActorRetired
Payload: TypeAlias = CaseEvent | RegisterEvent

TYPE_PREFIX = "org.casetrail.treatment."
SCHEMA_ROOT = "https://schemas.casetrail.org/treatment"


class EventType(NamedTuple):
    """What the catalogue says of one event."""

    name: str
    """snake_case, as in the type name and the folders of schemas, examples and golden bytes."""
    major: int
    minor: int
    group: str
    """The last token of the broker's subject: a coarse word, so that subjects say little."""
    payload: type[Payload]

    @property
    def type(self) -> str:
        """The CloudEvents type; a stored name outlives any rename in code."""
        return f"{TYPE_PREFIX}{self.name}.v{self.major}"

    @property
    def collection(self) -> str:
        """Where `source` says that it belongs: to one of the tenant's `cases`, or to its `register`."""
        return "register" if self.group == "register" else "cases"

    @property
    def dataschema(self) -> str:
        """The absolute URI of the JSON Schema of the payload."""
        return f"{SCHEMA_ROOT}/{self.name}/v{self.major}.{self.minor}"


CATALOGUE: tuple[EventType, ...] = (
    EventType("case_opened", 1, 0, "case", CaseOpened),
    EventType("consent_recorded", 1, 0, "case", ConsentRecorded),
    EventType("consent_withdrawn", 1, 0, "case", ConsentWithdrawn),
    EventType("suitability_advised", 1, 0, "case", SuitabilityAdvised),
    EventType("protocol_assigned", 1, 0, "case", ProtocolAssigned),
    EventType("protocol_switched", 1, 0, "case", ProtocolSwitched),
    EventType("case_activated", 1, 0, "case", CaseActivated),
    EventType("case_paused", 1, 0, "case", CasePaused),
    EventType("case_resumed", 1, 0, "case", CaseResumed),
    EventType("case_transferred", 1, 0, "case", CaseTransferred),
    EventType("case_closed", 1, 0, "case", CaseClosed),
    EventType("case_reopened", 1, 0, "case", CaseReopened),
    EventType("entry_corrected", 1, 0, "case", EntryCorrected),
    EventType("personal_data_erasure_requested", 1, 0, "case", PersonalDataErasureRequested),
    EventType("personal_data_erased", 1, 0, "case", PersonalDataErased),
    EventType("personal_data_erasure_refused", 1, 0, "case", PersonalDataErasureRefused),
    EventType("diagnosis_recorded", 1, 0, "formulation", DiagnosisRecorded),
    EventType("sick_role_given", 1, 0, "formulation", SickRoleGiven),
    EventType("timeline_recorded", 1, 0, "formulation", TimelineRecorded),
    EventType("inventory_recorded", 1, 0, "formulation", InventoryRecorded),
    EventType("inventory_person_added", 1, 0, "formulation", InventoryPersonAdded),
    EventType("inventory_person_revised", 1, 0, "formulation", InventoryPersonRevised),
    EventType("inventory_person_moved", 1, 0, "formulation", InventoryPersonMoved),
    EventType("inventory_completed", 1, 0, "formulation", InventoryCompleted),
    EventType("formulation_agreed", 1, 0, "formulation", FormulationAgreed),
    EventType("problem_area_selected", 1, 0, "formulation", ProblemAreaSelected),
    EventType("problem_area_revised", 1, 0, "formulation", ProblemAreaRevised),
    EventType("dispute_stage_changed", 1, 0, "formulation", DisputeStageChanged),
    EventType("contract_agreed", 1, 0, "formulation", ContractAgreed),
    EventType("appointment_scheduled", 1, 0, "session", AppointmentScheduled),
    EventType("appointment_rescheduled", 1, 0, "session", AppointmentRescheduled),
    EventType("appointment_cancelled", 1, 0, "session", AppointmentCancelled),
    EventType("session_held", 1, 0, "session", SessionHeld),
    EventType("session_missed", 1, 0, "session", SessionMissed),
    EventType("phase_entered", 1, 0, "session", PhaseEntered),
    EventType("follow_up_recorded", 1, 0, "session", FollowUpRecorded),
    EventType("goals_revised", 1, 0, "plan", GoalsRevised),
    EventType("goal_rated", 1, 0, "plan", GoalRated),
    EventType("homework_assigned", 1, 0, "plan", HomeworkAssigned),
    EventType("homework_reviewed", 1, 0, "plan", HomeworkReviewed),
    EventType("homework_withdrawn", 1, 0, "plan", HomeworkWithdrawn),
    EventType("tactic_adapted", 1, 0, "plan", TacticAdapted),
    EventType("medication_recorded", 1, 0, "plan", MedicationRecorded),
    EventType("medication_changed", 1, 0, "plan", MedicationChanged),
    EventType("medication_stopped", 1, 0, "plan", MedicationStopped),
    EventType("ending_reviewed", 1, 0, "plan", EndingReviewed),
    EventType("relapse_plan_recorded", 1, 0, "plan", RelapsePlanRecorded),
    EventType("letter_recorded", 1, 0, "plan", LetterRecorded),
    EventType("maintenance_decided", 1, 0, "plan", MaintenanceDecided),
    EventType("assessment_scheduled", 1, 0, "measure", AssessmentScheduled),
    EventType("assessment_scored", 1, 0, "measure", AssessmentScored),
    EventType("assessment_corrected", 1, 0, "measure", AssessmentCorrected),
    EventType("mood_rated", 1, 0, "measure", MoodRated),
    EventType("risk_checked", 1, 0, "care", RiskChecked),
    EventType("safety_plan_recorded", 1, 0, "care", SafetyPlanRecorded),
    EventType("crisis_referral_made", 1, 0, "care", CrisisReferralMade),
    EventType("risk_flag_raised", 1, 0, "care", RiskFlagRaised),
    EventType("risk_flag_acknowledged", 1, 0, "care", RiskFlagAcknowledged),
    EventType("risk_flag_escalated", 1, 0, "care", RiskFlagEscalated),
    EventType("risk_flag_resolved", 1, 0, "care", RiskFlagResolved),
    EventType("risk_item_unanswered", 1, 0, "care", RiskItemUnanswered),
    EventType("review_needed", 1, 0, "care", ReviewNeeded),
    EventType("reliable_improvement_reached", 1, 0, "measure", ReliableImprovementReached),
    EventType("reliable_deterioration_reached", 1, 0, "measure", ReliableDeteriorationReached),
    EventType("remission_reached", 1, 0, "measure", RemissionReached),
    EventType("deterioration_detected", 1, 0, "measure", DeteriorationDetected),
    EventType("not_on_track_signalled", 1, 0, "measure", NotOnTrackSignalled),
    EventType("recurrence_suspected", 1, 0, "measure", RecurrenceSuspected),
    EventType("sudden_gain_detected", 1, 0, "measure", SuddenGainDetected),
    EventType("sudden_gain_reversed", 1, 0, "measure", SuddenGainReversed),
    EventType("outcome_summarised", 1, 0, "case", OutcomeSummarised),
    EventType("protocol_deviation_detected", 1, 0, "care", ProtocolDeviationDetected),
    EventType("derived_fact_withdrawn", 1, 0, "care", DerivedFactWithdrawn),
    EventType("tenant_registered", 1, 0, "register", TenantRegistered),
    EventType("definition_published", 1, 0, "register", DefinitionPublished),
    EventType("actor_registered", 1, 0, "register", ActorRegistered),
    EventType("actor_retired", 1, 0, "register", ActorRetired),
)

BY_TYPE: dict[str, EventType] = {entry.type: entry for entry in CATALOGUE}
BY_PAYLOAD: dict[type[Payload], EventType] = {entry.payload: entry for entry in CATALOGUE}
GROUPS: tuple[str, ...] = ("case", "formulation", "session", "plan", "measure", "care", "register")
