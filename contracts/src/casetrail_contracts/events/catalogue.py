"""Every event that Casetrail publishes, by its type name."""

from typing import NamedTuple

from casetrail_contracts.events import (
    appointments,
    assessment,
    care,
    case,
    consent,
    correction,
    ending,
    erasure,
    formulation,
    homework,
    inventory,
    measure,
    medication,
    outcome,
    plan,
    problem_area,
    protocol,
    register,
    session,
    tactics,
)
from casetrail_contracts.events.payloads import Payload

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
    EventType("case_opened", 1, 0, "case", case.CaseOpened),
    EventType("consent_recorded", 1, 0, "case", consent.ConsentRecorded),
    EventType("consent_withdrawn", 1, 0, "case", consent.ConsentWithdrawn),
    EventType("suitability_advised", 1, 0, "case", consent.SuitabilityAdvised),
    EventType("protocol_assigned", 1, 0, "case", protocol.ProtocolAssigned),
    EventType("protocol_switched", 1, 0, "case", protocol.ProtocolSwitched),
    EventType("case_activated", 1, 0, "case", case.CaseActivated),
    EventType("case_paused", 1, 0, "case", case.CasePaused),
    EventType("case_resumed", 1, 0, "case", case.CaseResumed),
    EventType("case_transferred", 1, 0, "case", case.CaseTransferred),
    EventType("case_closed", 1, 0, "case", case.CaseClosed),
    EventType("case_reopened", 1, 0, "case", case.CaseReopened),
    EventType("entry_corrected", 1, 0, "case", correction.EntryCorrected),
    EventType("personal_data_erasure_requested", 1, 0, "case", erasure.PersonalDataErasureRequested),
    EventType("personal_data_erased", 1, 0, "case", erasure.PersonalDataErased),
    EventType("personal_data_erasure_refused", 1, 0, "case", erasure.PersonalDataErasureRefused),
    EventType("diagnosis_recorded", 1, 0, "formulation", formulation.DiagnosisRecorded),
    EventType("sick_role_given", 1, 0, "formulation", formulation.SickRoleGiven),
    EventType("timeline_recorded", 1, 0, "formulation", formulation.TimelineRecorded),
    EventType("inventory_recorded", 1, 0, "formulation", inventory.InventoryRecorded),
    EventType("inventory_person_added", 1, 0, "formulation", inventory.InventoryPersonAdded),
    EventType("inventory_person_revised", 1, 0, "formulation", inventory.InventoryPersonRevised),
    EventType("inventory_person_moved", 1, 0, "formulation", inventory.InventoryPersonMoved),
    EventType("inventory_completed", 1, 0, "formulation", inventory.InventoryCompleted),
    EventType("formulation_agreed", 1, 0, "formulation", formulation.FormulationAgreed),
    EventType("problem_area_selected", 1, 0, "formulation", problem_area.ProblemAreaSelected),
    EventType("problem_area_revised", 1, 0, "formulation", problem_area.ProblemAreaRevised),
    EventType("dispute_stage_changed", 1, 0, "formulation", problem_area.DisputeStageChanged),
    EventType("contract_agreed", 1, 0, "formulation", formulation.ContractAgreed),
    EventType("appointment_scheduled", 1, 0, "session", appointments.AppointmentScheduled),
    EventType("appointment_rescheduled", 1, 0, "session", appointments.AppointmentRescheduled),
    EventType("appointment_cancelled", 1, 0, "session", appointments.AppointmentCancelled),
    EventType("session_held", 1, 0, "session", session.SessionHeld),
    EventType("session_missed", 1, 0, "session", appointments.SessionMissed),
    EventType("phase_entered", 1, 0, "session", protocol.PhaseEntered),
    EventType("follow_up_recorded", 1, 0, "session", appointments.FollowUpRecorded),
    EventType("goals_revised", 1, 0, "plan", plan.GoalsRevised),
    EventType("goal_rated", 1, 0, "plan", plan.GoalRated),
    EventType("homework_assigned", 1, 0, "plan", homework.HomeworkAssigned),
    EventType("homework_reviewed", 1, 0, "plan", homework.HomeworkReviewed),
    EventType("homework_withdrawn", 1, 0, "plan", homework.HomeworkWithdrawn),
    EventType("tactic_adapted", 1, 0, "plan", tactics.TacticAdapted),
    EventType("medication_recorded", 1, 0, "plan", medication.MedicationRecorded),
    EventType("medication_changed", 1, 0, "plan", medication.MedicationChanged),
    EventType("medication_stopped", 1, 0, "plan", medication.MedicationStopped),
    EventType("ending_reviewed", 1, 0, "plan", ending.EndingReviewed),
    EventType("relapse_plan_recorded", 1, 0, "plan", ending.RelapsePlanRecorded),
    EventType("letter_recorded", 1, 0, "plan", ending.LetterRecorded),
    EventType("maintenance_decided", 1, 0, "plan", ending.MaintenanceDecided),
    EventType("assessment_scheduled", 1, 0, "measure", assessment.AssessmentScheduled),
    EventType("assessment_scored", 1, 0, "measure", measure.AssessmentScored),
    EventType("assessment_corrected", 1, 0, "measure", assessment.AssessmentCorrected),
    EventType("mood_rated", 1, 0, "measure", assessment.MoodRated),
    EventType("risk_checked", 1, 0, "care", care.RiskChecked),
    EventType("safety_plan_recorded", 1, 0, "care", care.SafetyPlanRecorded),
    EventType("crisis_referral_made", 1, 0, "care", care.CrisisReferralMade),
    EventType("risk_flag_raised", 1, 0, "care", care.RiskFlagRaised),
    EventType("risk_flag_acknowledged", 1, 0, "care", care.RiskFlagAcknowledged),
    EventType("risk_flag_escalated", 1, 0, "care", care.RiskFlagEscalated),
    EventType("risk_flag_resolved", 1, 0, "care", care.RiskFlagResolved),
    EventType("risk_item_unanswered", 1, 0, "care", care.RiskItemUnanswered),
    EventType("review_needed", 1, 0, "care", care.ReviewNeeded),
    EventType("reliable_improvement_reached", 1, 0, "measure", outcome.ReliableImprovementReached),
    EventType("reliable_deterioration_reached", 1, 0, "measure", outcome.ReliableDeteriorationReached),
    EventType("remission_reached", 1, 0, "measure", outcome.RemissionReached),
    EventType("deterioration_detected", 1, 0, "measure", outcome.DeteriorationDetected),
    EventType("not_on_track_signalled", 1, 0, "measure", outcome.NotOnTrackSignalled),
    EventType("recurrence_suspected", 1, 0, "measure", outcome.RecurrenceSuspected),
    EventType("sudden_gain_detected", 1, 0, "measure", outcome.SuddenGainDetected),
    EventType("sudden_gain_reversed", 1, 0, "measure", outcome.SuddenGainReversed),
    EventType("outcome_summarised", 1, 0, "case", outcome.OutcomeSummarised),
    EventType("protocol_deviation_detected", 1, 0, "care", protocol.ProtocolDeviationDetected),
    EventType("derived_fact_withdrawn", 1, 0, "care", outcome.DerivedFactWithdrawn),
    EventType("tenant_registered", 1, 0, "register", register.TenantRegistered),
    EventType("definition_published", 1, 0, "register", register.DefinitionPublished),
    EventType("actor_registered", 1, 0, "register", register.ActorRegistered),
    EventType("actor_retired", 1, 0, "register", register.ActorRetired),
)

BY_TYPE: dict[str, EventType] = {entry.type: entry for entry in CATALOGUE}
BY_PAYLOAD: dict[type[Payload], EventType] = {entry.payload: entry for entry in CATALOGUE}
GROUPS: tuple[str, ...] = ("case", "formulation", "session", "plan", "measure", "care", "register")
