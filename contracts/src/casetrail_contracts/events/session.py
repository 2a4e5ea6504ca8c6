"""Sessions that took place."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import EventId, Instant, Reference, StaffId, Term

_REGION = "(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)"
_PLACE = "[A-Z][A-Za-z_-]{1,19}"
TimeZoneName = Annotated[
    str, StringConstraints(pattern=f"^(UTC|Etc/[A-Z]{{3}}([+-][0-9]{{1,2}})?|{_REGION}(/{_PLACE}){{1,2}})$")
]
"""`UTC`, or a region and a place of the IANA list."""
Minutes = Annotated[int, Field(ge=1, le=600, strict=True)]


class Attendance(StrEnum):
    """NHS Data Dictionary attendance codes that count as attended, and completed online work."""

    ON_TIME = "5"
    LATE_BUT_SEEN = "6"
    COMPLETED_ONLINE = "completedOnline"


class Modality(StrEnum):
    """How the session was held."""

    IN_PERSON = "inPerson"
    VIDEO = "video"
    PHONE = "phone"
    ASYNC_ONLINE = "asyncOnline"
    GROUP = "group"
    HOME = "home"
    BLENDED = "blended"


Technique = Literal[
    "psychoeducation",
    "sickRole",
    "timeline",
    "closenessCircle",
    "inventoryReview",
    "clarification",
    "affectExploration",
    "affectContainment",
    "communicationAnalysis",
    "decisionAnalysis",
    "rolePlay",
    "problemSolving",
    "supportActivation",
    "moodEventLink",
    "griefWork",
    "roleEvaluation",
    "expectationsClarification",
    "significantOtherSession",
    "relapsePlanning",
    "endingReview",
    "mentalizing",
    "ipafReview",
    "transferenceComment",
    "goodbyeLetter",
    "guidedImagery",
    "schemaFormulation",
    "metacognitiveMonitoring",
    "decenteringExercise",
    "behaviouralExperiment",
    "socialRhythmReview",
]


class Attendee(Contract):
    """Who was in the room. A significant other is a person of the inventory."""

    role: Literal[
        "patient", "therapist", "significantOther", "interpreter", "supervisor", "observer", "coTherapist"
    ]
    person_id: Reference | None = None
    minutes_present: Minutes | None = None
    consent_ref: EventId | None = None


class SessionHeld(Contract):
    """A session took place. Its number is derived (rank by start among attended), never sent."""

    session_id: Reference
    """The sender's own id: the identity of the session."""
    appointment_id: Reference | None = None
    group_session_id: Reference | None = None
    started_at: Instant
    duration_minutes: Minutes
    timezone: TimeZoneName
    """IANA name of the zone in which the session took place."""
    attendance: Attendance
    modality: Modality
    therapist_id: StaffId | None = None
    """Absent when the therapist of record held it."""
    attendees: tuple[Attendee, ...] = Field(default=(), max_length=20)
    techniques: tuple[Technique, ...] = Field(default=(), max_length=30)
    topics: tuple[Term, ...] = Field(default=(), max_length=20)
    measures: tuple[Reference, ...] = Field(default=(), max_length=10)
    """`assessmentId` of the forms taken."""
    notes_ref: Reference | None = None
    """Opaque reference to notes that live elsewhere. Process notes are not accepted here."""
    reviewed: tuple[EventId, ...] = Field(default=(), max_length=20)
    """Adaptations that were looked at in this session and kept as they are: the ids of their events."""
    scheduled_at: Instant | None = None
    """When it was to start, beside when it did; where it names an appointment, that says it too."""
    focus: Area | None = None
    """The problem area that it worked on, in codes alone: what was said is no part of the record."""
    alliance: Annotated[int, Field(ge=0, le=10, strict=True)] | None = None
    """How well patient and therapist work together, 10 the best; a questionnaire on it is a form."""
    supervision_needed: bool | None = None
    """Whether the therapist wants to bring it to supervision; absent: not said."""
