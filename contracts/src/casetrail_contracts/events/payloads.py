"""The payloads by group: what a fold, a decision or a projection has to know all of."""

from typing import TypeAlias

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

LifeEvent: TypeAlias = (
    case.CaseOpened
    | consent.ConsentRecorded
    | consent.ConsentWithdrawn
    | consent.SuitabilityAdvised
    | protocol.ProtocolAssigned
    | protocol.ProtocolSwitched
    | case.CaseActivated
    | case.CasePaused
    | case.CaseResumed
    | case.CaseTransferred
    | case.CaseClosed
    | case.CaseReopened
    | correction.EntryCorrected
    | erasure.PersonalDataErasureRequested
    | erasure.PersonalDataErased
    | erasure.PersonalDataErasureRefused
)
FormulationEvent: TypeAlias = (
    formulation.DiagnosisRecorded
    | formulation.SickRoleGiven
    | formulation.TimelineRecorded
    | inventory.InventoryRecorded
    | inventory.InventoryPersonAdded
    | inventory.InventoryPersonRevised
    | inventory.InventoryPersonMoved
    | inventory.InventoryCompleted
    | formulation.FormulationAgreed
    | problem_area.ProblemAreaSelected
    | problem_area.ProblemAreaRevised
    | problem_area.DisputeStageChanged
    | formulation.ContractAgreed
)
SessionEvent: TypeAlias = (
    appointments.AppointmentScheduled
    | appointments.AppointmentRescheduled
    | appointments.AppointmentCancelled
    | session.SessionHeld
    | appointments.SessionMissed
    | protocol.PhaseEntered
    | appointments.FollowUpRecorded
)
PlanEvent: TypeAlias = (
    plan.GoalsRevised
    | plan.GoalRated
    | homework.HomeworkAssigned
    | homework.HomeworkReviewed
    | homework.HomeworkWithdrawn
    | tactics.TacticAdapted
    | medication.MedicationRecorded
    | medication.MedicationChanged
    | medication.MedicationStopped
    | ending.EndingReviewed
    | ending.RelapsePlanRecorded
    | ending.LetterRecorded
    | ending.MaintenanceDecided
)
MeasureEvent: TypeAlias = (
    assessment.AssessmentScheduled
    | measure.AssessmentScored
    | assessment.AssessmentCorrected
    | assessment.MoodRated
)
CareEvent: TypeAlias = (
    care.RiskChecked
    | care.SafetyPlanRecorded
    | care.CrisisReferralMade
    | care.RiskFlagRaised
    | care.RiskFlagAcknowledged
    | care.RiskFlagEscalated
    | care.RiskFlagResolved
    | care.RiskItemUnanswered
    | care.ReviewNeeded
)
DerivedFact: TypeAlias = (
    outcome.ReliableImprovementReached
    | outcome.ReliableDeteriorationReached
    | outcome.RemissionReached
    | outcome.DeteriorationDetected
    | outcome.NotOnTrackSignalled
    | outcome.RecurrenceSuspected
    | outcome.SuddenGainDetected
    | outcome.SuddenGainReversed
    | outcome.OutcomeSummarised
    | protocol.ProtocolDeviationDetected
    | outcome.DerivedFactWithdrawn
)
CaseEvent: TypeAlias = (
    LifeEvent | FormulationEvent | SessionEvent | PlanEvent | MeasureEvent | CareEvent | DerivedFact
)
RegisterEvent: TypeAlias = (
    register.TenantRegistered
    | register.DefinitionPublished
    | register.ActorRegistered
    | register.ActorRetired
)
Payload: TypeAlias = CaseEvent | RegisterEvent
