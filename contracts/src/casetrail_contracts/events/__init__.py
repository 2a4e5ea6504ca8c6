"""Every event that Casetrail publishes, by its type name."""

from typing import NamedTuple, TypeAlias

from casetrail_contracts.events.care import RiskFlagRaised
from casetrail_contracts.events.case import CaseClosed, CaseOpened
from casetrail_contracts.events.formulation import InventoryRecorded, ProblemAreaSelected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.plan import GoalsRevised
from casetrail_contracts.events.session import SessionHeld

Payload: TypeAlias = (
    CaseOpened
    | CaseClosed
    | InventoryRecorded
    | ProblemAreaSelected
    | SessionHeld
    | GoalsRevised
    | AssessmentScored
    | RiskFlagRaised
)

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
    def dataschema(self) -> str:
        """The absolute URI of the JSON Schema of the payload."""
        return f"{SCHEMA_ROOT}/{self.name}/v{self.major}.{self.minor}"


CATALOGUE: tuple[EventType, ...] = (
    EventType("case_opened", 1, 0, "case", CaseOpened),
    EventType("case_closed", 1, 0, "case", CaseClosed),
    EventType("inventory_recorded", 1, 0, "formulation", InventoryRecorded),
    EventType("problem_area_selected", 1, 0, "formulation", ProblemAreaSelected),
    EventType("session_held", 1, 0, "session", SessionHeld),
    EventType("goals_revised", 1, 0, "plan", GoalsRevised),
    EventType("assessment_scored", 1, 0, "measure", AssessmentScored),
    EventType("risk_flag_raised", 1, 0, "care", RiskFlagRaised),
)

BY_TYPE: dict[str, EventType] = {entry.type: entry for entry in CATALOGUE}
BY_PAYLOAD: dict[type[Payload], EventType] = {entry.payload: entry for entry in CATALOGUE}
GROUPS: tuple[str, ...] = ("case", "formulation", "session", "plan", "measure", "care")
