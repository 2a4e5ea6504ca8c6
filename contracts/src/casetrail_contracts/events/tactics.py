"""Adaptations of how the therapy is done."""

from typing import Literal

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.session import Technique
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Reference

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
    cadence_days: int | None = None
    """For `changeCadence`: from now on one session every so many days."""
    sessions: int | None = None
    """For `extendSessions` and `shortenCourse`: how many sessions are planned now."""
