"""Adaptations of how the therapy is done."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.session import Modality, Technique
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import InstrumentCode, Reference

TacticKind = Literal[
    "changeTechniqueEmphasis",
    "changeFocus",
    "addSignificantOther",
    "changeCadence",
    "extendSessions",
    "shortenCourse",
    "addMedicationReview",
    "requestSupervision",
    "addMeasure",
    "changeModality",
    "stepUp",
    "stepDown",
    "pauseTherapy",
    "switchProtocol",
    "intensifyRiskMonitoring",
]
TacticTrigger = Literal[
    "scoreTrend", "notOnTrack", "risk", "nonAttendance", "patientRequest", "lifeEvent", "supervision"
]

NEEDED: Mapping[TacticKind, str] = {
    "changeTechniqueEmphasis": "technique",
    "addSignificantOther": "person_id",
    "changeCadence": "cadence_days",
    "extendSessions": "sessions",
    "shortenCourse": "sessions",
    "addMeasure": "instrument",
    "changeModality": "modality",
}
"""The field without which an adaptation of this kind says nothing."""


class TacticAdapted(Contract):
    """How the therapy is done was changed, what moved it, and when it is looked at again."""

    because: Because
    kind: TacticKind
    trigger: TacticTrigger
    effective_from_session_id: Reference | None = None
    technique: Technique | None = None
    """For `changeTechniqueEmphasis`: which one comes to the fore."""
    person_id: Reference | None = None
    """For `addSignificantOther`: who."""
    cadence_days: Annotated[int, Field(ge=1, le=60, strict=True)] | None = None
    """For `changeCadence`: from now on one session every so many days."""
    sessions: Annotated[int, Field(ge=1, le=120, strict=True)] | None = None
    """For `extendSessions` and `shortenCourse`: how many sessions are planned now."""
    instrument: InstrumentCode | None = None
    """For `addMeasure`: which one."""
    modality: Modality | None = None
    """For `changeModality`: which one from now on."""

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        needed = NEEDED.get(self.kind)
        if needed is not None and getattr(self, needed) is None:
            raise ValueError(f"the kind {self.kind} needs `{to_camel(needed)}`")
        return self
