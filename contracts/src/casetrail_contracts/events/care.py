"""Risk: flags that somebody must look at."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import DefinitionRef, EventId, StaffId, Uuid


class RiskLevel(StrEnum):
    """How soon somebody must look."""

    REVIEW = "review"
    """Before the session ends; the same day when the form was filled in remotely."""
    URGENT = "urgent"
    """Acknowledged within 30 minutes in working hours."""


class RiskFlagRaised(Contract):
    """A fact that needs a clinician's attention. Self-contained: a consumer needs no other event."""

    flag_id: Uuid
    """The same id again means: an open flag of this level or a higher one gained new evidence."""
    level: RiskLevel
    rule: Literal["riskItem", "safetyConcern"]
    rule_version: Literal["1"] = "1"
    definition: DefinitionRef | None = None
    """The instrument whose risk item was positive."""
    evidence: tuple[EventId, ...] = Field(min_length=1, max_length=20)
    setting: Literal["inSession", "remote"]
    therapist_id: StaffId
    supervisor_id: StaffId | None = None
    team_id: StaffId | None = None
