"""The protocol that a course follows, its phases, and where the course departs from it."""

from typing import Literal

from pydantic import Field

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.texts import Reason
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import Code, DefinitionRef, EventId, RuleKey


class ProtocolAssigned(Contract):
    """The course follows this protocol, in exactly this version of its text."""

    definition: DefinitionRef


class ProtocolSwitched(Contract):
    """The course follows another protocol from now on, and why. The count of sessions goes on."""

    because: Because
    definition: DefinitionRef
    previous: DefinitionRef


class PhaseEntered(Contract):
    """A phase of the protocol began: derived from attended sessions, or set by hand with a reason."""

    phase: Code
    definition: DefinitionRef | None = None
    """The protocol that the phase was derived from."""
    attended_sessions: int = Field(ge=0, le=1000)
    set_by_hand: bool = False
    reason: Personal[Reason] | None = None
    """Needed where the phase was set by hand."""


DeviationRule = Literal[
    "focusMissing",
    "formulationMissing",
    "inventoryIncomplete",
    "phaseOverrun",
    "sessionsExceeded",
    "sessionsBelowMin",
    "courseTooLong",
    "cadenceSlip",
    "gapExceeded",
    "measureMissed",
    "focusChangedLate",
    "noHomeworkOrTechnique",
    "endingNotPrepared",
    "riskUnchecked",
    "significantOtherNoConsent",
    "nonResponseNoReview",
    "wrongModalityLength",
]


class ProtocolDeviationDetected(Contract):
    """The course departs from its protocol. A fact, never a block (domain reference 2.4)."""

    key: RuleKey
    """What it is about, such as `measureMissed/PHQ9/s-7`: the same departure is told once."""
    rule: DeviationRule
    severity: Literal["info", "minor", "major", "critical"]
    definition: DefinitionRef
    """The protocol in whose eyes it is a departure."""
    rules: DefinitionRef
    """The rule set that found it."""
    evidence: tuple[EventId, ...] = Field(default=(), max_length=20)
