"""Every event that Casetrail publishes: a module of payloads per topic, and the catalogue of them all."""

from casetrail_contracts.events.catalogue import (
    BY_PAYLOAD,
    BY_TYPE,
    CATALOGUE,
    GROUPS,
    SCHEMA_ROOT,
    TYPE_PREFIX,
    EventType,
)
from casetrail_contracts.events.payloads import (
    CareEvent,
    CaseEvent,
    DerivedFact,
    FormulationEvent,
    LifeEvent,
    MeasureEvent,
    Payload,
    PlanEvent,
    RegisterEvent,
    SessionEvent,
)

__all__ = [
    "BY_PAYLOAD",
    "BY_TYPE",
    "CATALOGUE",
    "CareEvent",
    "CaseEvent",
    "DerivedFact",
    "EventType",
    "FormulationEvent",
    "GROUPS",
    "LifeEvent",
    "MeasureEvent",
    "Payload",
    "PlanEvent",
    "RegisterEvent",
    "SCHEMA_ROOT",
    "SessionEvent",
    "TYPE_PREFIX",
]
