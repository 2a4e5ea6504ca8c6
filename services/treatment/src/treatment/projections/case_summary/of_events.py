"""What is kept of each event, by the class of its payload; None where nothing is."""

from typing import TypeAlias

from casetrail_contracts import Payload
from casetrail_contracts.events import (
    appointments,
    assessment,
    care,
    case,
    correction,
    ending,
    erasure,
    formulation,
    measure,
    outcome,
    plan,
    problem_area,
    protocol,
    register,
    session,
    tactics,
)
from casetrail_contracts.events import consent as told_consent
from casetrail_contracts.events import homework as told_homework
from casetrail_contracts.events import inventory as told_inventory
from casetrail_contracts.events import medication as told_medication
from casetrail_contracts.model import Contract
from treatment.projections.case_summary import (
    adaptations,
    consent,
    derived,
    focus,
    goals,
    homework,
    inventory,
    medication,
    risk,
    sessions,
)

Parts: TypeAlias = dict[type[Payload], type[Contract] | None]

# Consent, advice and protocol; where a case stands is in its row.
OF_LIFE: Parts = {
    told_consent.ConsentRecorded: consent.Consent,
    told_consent.ConsentWithdrawn: consent.ConsentTakenBack,
    told_consent.SuitabilityAdvised: consent.Advice,
    protocol.ProtocolAssigned: None,
    protocol.ProtocolSwitched: adaptations.Switched,
    case.CaseOpened: None,
    case.CaseActivated: None,
    case.CasePaused: None,
    case.CaseResumed: None,
    case.CaseTransferred: None,
    case.CaseClosed: None,
    case.CaseReopened: None,
    correction.EntryCorrected: None,
    erasure.PersonalDataErasureRequested: None,
    erasure.PersonalDataErased: None,
    erasure.PersonalDataErasureRefused: None,
}
OF_FORMULATION: Parts = {
    problem_area.ProblemAreaSelected: focus.Focused,
    problem_area.ProblemAreaRevised: focus.Focused,
    problem_area.DisputeStageChanged: focus.StageMoved,
    told_inventory.InventoryRecorded: inventory.Inventory,
    told_inventory.InventoryPersonAdded: inventory.PersonAdded,
    told_inventory.InventoryPersonRevised: inventory.PersonRevised,
    told_inventory.InventoryPersonMoved: inventory.PersonMoved,
    told_inventory.InventoryCompleted: inventory.Completed,
    formulation.DiagnosisRecorded: None,
    formulation.SickRoleGiven: None,
    formulation.TimelineRecorded: None,
    # Only one that was changed is kept: it says why.
    formulation.FormulationAgreed: adaptations.Agreed,
    formulation.ContractAgreed: adaptations.Agreed,
}
# Sessions that were held and missed, for what they were appointed, and forms.
OF_SESSIONS: Parts = {
    appointments.AppointmentScheduled: sessions.Appointed,
    appointments.AppointmentRescheduled: None,
    appointments.AppointmentCancelled: None,
    session.SessionHeld: sessions.Held,
    appointments.SessionMissed: sessions.Missed,
    protocol.PhaseEntered: None,
    appointments.FollowUpRecorded: None,
    assessment.AssessmentScheduled: None,
    measure.AssessmentScored: sessions.Scored,
    assessment.AssessmentCorrected: None,
    assessment.MoodRated: None,
}
OF_PLAN: Parts = {
    plan.GoalsRevised: goals.Revised,
    plan.GoalRated: goals.Rated,
    tactics.TacticAdapted: adaptations.Tactic,
    told_homework.HomeworkAssigned: homework.Assigned,
    told_homework.HomeworkReviewed: homework.Reviewed,
    told_homework.HomeworkWithdrawn: homework.Withdrawn,
    told_medication.MedicationRecorded: medication.Recorded,
    told_medication.MedicationChanged: medication.MedicationChange,
    told_medication.MedicationStopped: medication.Stopped,
    ending.EndingReviewed: None,
    ending.RelapsePlanRecorded: None,
    ending.LetterRecorded: None,
    ending.MaintenanceDecided: None,
}
OF_CARE: Parts = {
    care.RiskFlagRaised: risk.Raised,
    care.RiskFlagAcknowledged: risk.Acknowledged,
    care.RiskFlagEscalated: risk.Escalated,
    care.RiskFlagResolved: risk.Resolved,
    care.RiskChecked: None,
    care.SafetyPlanRecorded: None,
    care.CrisisReferralMade: None,
    care.RiskItemUnanswered: None,
    care.ReviewNeeded: None,
}
# What policy derived.
OF_POLICY: Parts = {
    outcome.ReliableImprovementReached: derived.Fact,
    outcome.ReliableDeteriorationReached: derived.Fact,
    outcome.RemissionReached: derived.Fact,
    outcome.DeteriorationDetected: derived.Fact,
    outcome.NotOnTrackSignalled: derived.Fact,
    outcome.RecurrenceSuspected: derived.Fact,
    outcome.SuddenGainDetected: derived.Fact,
    outcome.SuddenGainReversed: derived.Fact,
    protocol.ProtocolDeviationDetected: derived.Deviation,
    outcome.OutcomeSummarised: outcome.OutcomeSummarised,
    outcome.DerivedFactWithdrawn: None,
}
OF_REGISTER: Parts = dict.fromkeys(
    (
        register.TenantRegistered,
        register.DefinitionPublished,
        register.ActorRegistered,
        register.ActorRetired,
    )
)
PARTS: Parts = {
    **OF_LIFE,
    **OF_FORMULATION,
    **OF_SESSIONS,
    **OF_PLAN,
    **OF_CARE,
    **OF_POLICY,
    **OF_REGISTER,
}
"""Every event of the catalogue."""
