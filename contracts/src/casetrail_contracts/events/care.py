"""Risk: what was checked, what was raised, and what was done about it."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from casetrail_contracts.events.texts import Reason, ShortText
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import Code, DefinitionRef, EventId, Instant, Reference, StaffId, Uuid


class RiskLevel(StrEnum):
    """How soon somebody must look."""

    REVIEW = "review"
    """Before the session ends; the same day when the form was filled in remotely."""
    URGENT = "urgent"
    """Acknowledged within 30 minutes in working hours."""


class RiskChecked(Contract):
    """The clinician asked about risk, or did not."""

    session_id: Reference | None = None
    asked: bool
    level: Literal["none", "low", "moderate", "high"] | None = None
    action: Literal["none", "monitor", "safetyPlan", "supervision", "crisisReferral", "emergencyServices"] = (
        "none"
    )
    safety_plan_updated: bool = False
    flag_ids: tuple[Uuid, ...] = Field(default=(), max_length=20)
    """The open flags that were looked at in this check."""

    @model_validator(mode="after")
    def _says_what_was_found(self) -> Self:
        if self.asked != (self.level is not None):
            raise ValueError("`level` is named when it was asked, and only then")
        return self


class SafetyPlanRecorded(Contract):
    """What keeps the patient safe; the plan itself is with the patient."""

    elements: tuple[
        Literal[
            "warningSigns", "copingSteps", "contacts", "emergencyNumber", "meansRestricted", "tellsSomeone"
        ],
        ...,
    ] = Field(min_length=1, max_length=6)
    shared_with: tuple[Literal["patient", "parent", "partner", "family", "doctor", "other"], ...] = Field(
        default=("patient",), max_length=6
    )
    tells: Personal[ShortText] | None = None
    """Whom the patient tells when it gets worse."""


class CrisisReferralMade(Contract):
    """The patient was referred for immediate help."""

    referred_to: Literal["emergencyDepartment", "crisisTeam", "inpatient", "emergencyServices", "crisisLine"]
    outcome: Literal["seen", "notSeen", "pending", "declined"] = "pending"
    evidence: tuple[EventId, ...] = Field(default=(), max_length=20)


FlagRule = Literal["riskItem", "riskItemRise", "safetyConcern", "riskCheck"]


class RiskFlagRaised(Contract):
    """A fact that needs a clinician's attention. Self-contained: a consumer needs no other event."""

    flag_id: Uuid
    """The same id again means: an open flag of this level or a higher one gained new evidence."""
    level: RiskLevel
    rule: FlagRule
    rule_version: Literal["1"] = "1"
    definition: DefinitionRef | None = None
    """The instrument whose risk item was positive."""
    evidence: tuple[EventId, ...] = Field(min_length=1, max_length=20)
    setting: Literal["inSession", "remote"]
    late_entry: bool = False
    """Entered late: timers start when it was recorded, not when the form was filled in."""
    historical: bool = False
    """From imported history: it is looked at once and never escalated."""
    therapist_id: StaffId
    supervisor_id: StaffId | None = None
    team_id: StaffId | None = None
    rules: DefinitionRef | None = None
    """The rule set that says when an entry is late."""


class RiskItemUnanswered(Contract):
    """A risk item was left out, or only a total is known: somebody asks at the next contact."""

    assessment_id: Reference
    definition: DefinitionRef
    known: Literal["no", "notAvailable"]
    evidence: tuple[EventId, ...] = Field(min_length=1, max_length=20)
    therapist_id: StaffId
    rule: Literal["riskItemUnanswered"] = "riskItemUnanswered"
    rule_version: Literal["1"] = "1"
    rules: DefinitionRef | None = None
    """The rules of safety by which the service worked."""


class RiskFlagAcknowledged(Contract):
    """Somebody saw the flag and looks after it."""

    flag_id: Uuid
    acknowledged_by: StaffId
    task_ref: Reference | None = None
    """The notification that was answered."""


class RiskFlagEscalated(Contract):
    """Nobody acknowledged the flag in time: the next in line was told."""

    flag_id: Uuid
    step: int = Field(ge=2, le=9)
    told: tuple[StaffId, ...] = Field(default=(), max_length=20)
    due_at: Instant | None = None


class RiskOutcome(StrEnum):
    """What came of a risk flag."""

    ASSESSED_NO_FURTHER = "assessedNoFurther"
    SAFETY_PLAN_CREATED = "safetyPlanCreated"
    SAFETY_PLAN_UPDATED = "safetyPlanUpdated"
    REFERRED_CRISIS = "referredCrisis"
    EMERGENCY_SERVICES = "emergencyServices"
    UNABLE_TO_CONTACT = "unableToContact"
    FALSE_POSITIVE = "falsePositive"
    DUPLICATE = "duplicate"


class RiskFlagResolved(Contract):
    """What came of the flag. A flag is never deleted."""

    flag_id: Uuid
    outcome: RiskOutcome
    reason: Personal[Reason] | None = None
    """Needed for a false positive."""
    evidence: tuple[EventId, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _says_why_it_was_false(self) -> Self:
        if self.outcome is RiskOutcome.FALSE_POSITIVE and self.reason is None:
            raise ValueError("a false positive is resolved with a `reason`")
        return self


class ReviewNeeded(Contract):
    """Something should be looked at, soon but not at once: raised by policy or by the clock."""

    key: Code | None = None
    rule: Literal[
        "deterioration",
        "notOnTrack",
        "reviewNotDone",
        "followUpMissed",
        "gapExceeded",
        "medicationBeforeMaintenance",
        "riskNoteAfterCorrection",
    ]
    about: EventId | None = None
    """The event that is to be reviewed."""
    due_at: Instant
    """By when somebody is to look: never over when it is told."""
    therapist_id: StaffId
    supervisor_id: StaffId | None = None
    lacking: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)] | None = None
    """What the protocol asks for and was not recorded in time, such as `diagnosis`."""
    rules: DefinitionRef | None = None
    """The rule set that says by when it is looked at, and how long a promise may wait."""
    promised_for: Instant | None = None
    """When it should have happened: a review or a follow-up that did not."""
