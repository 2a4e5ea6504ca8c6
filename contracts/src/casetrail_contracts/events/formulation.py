"""The initial phase: diagnosis, sick role, timeline, formulation and contract."""

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.texts import LongText, Reason, ShortText
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import CodeSystem, CodeValue, PartialDate, Reference, StaffId, Term


class CodedTerm(Contract):
    """A term of a published terminology, such as ICD-10, ICD-11 or SNOMED CT."""

    system: CodeSystem
    code: CodeValue


class DiagnosisRecorded(Contract):
    """What the patient is treated for."""

    diagnosis: CodedTerm
    severity: Literal["mild", "moderate", "severe"] | None = None
    recurrent: bool | None = None
    episode_began: PartialDate | None = None
    diagnosed_by: StaffId | None = None


class SickRoleGiven(Contract):
    """It was explained that depression is an illness and no fault, and what recovery asks (patient role)."""

    duties_relieved: tuple[Term, ...] = Field(default=(), max_length=10)
    explained_to: tuple[Literal["patient", "parent", "partner", "family", "other"], ...] = Field(
        default=("patient",), min_length=1, max_length=5
    )


class TimelineEntry(Contract):
    """A life event or a change of symptoms on the timeline.

    Where it names a person, its label is about that person and sealed under that person's own key.
    """

    SUBJECT_FIELD: ClassVar[str] = "person_id"

    on: PartialDate
    kind: Literal["lifeEvent", "symptomOnset", "symptomChange", "treatment", "loss", "roleChange", "conflict"]
    person_id: Reference | None = None
    label: Personal[ShortText] | None = None


class TimelineRecorded(Contract):
    """Life events and the course of symptoms on one axis; a later one replaces it."""

    entries: Annotated[tuple[TimelineEntry, ...], Field(min_length=1, max_length=40)]
    onset: PartialDate | None = None


FormulationKind = Literal["problemArea", "ipaf", "metacognitiveSchema", "socialRhythm"]
"""What ties the episode together: a problem area (IPT), an interpersonal-affective focus (DIT), a
metacognitive schema (MIT), a social rhythm (IPSRT)."""


class FormulationAgreed(Contract):
    """A short shared statement ties the episode together; the patient agreed to it explicitly."""

    kind: FormulationKind
    area: Area | None = None
    """For the kind `problemArea`."""
    statement: Personal[LongText]
    self_image: Personal[ShortText] | None = None
    other_image: Personal[ShortText] | None = None
    linking_affect: Personal[ShortText] | None = None
    defensive_purpose: Personal[ShortText] | None = None
    agreed_on: date
    because: Because | None = None
    """Needed where a formulation of this kind was agreed before: an adaptation names its reason."""

    @model_validator(mode="after")
    def _has_the_parts_of_its_kind(self) -> Self:
        if (self.kind == "problemArea") != (self.area is not None):
            raise ValueError("`area` is named with the kind problemArea, and with no other")
        parts = (self.self_image, self.other_image, self.linking_affect, self.defensive_purpose)
        if self.kind != "ipaf" and any(part is not None for part in parts):
            raise ValueError(
                "selfImage, otherImage, linkingAffect and defensivePurpose belong to the kind ipaf"
            )
        return self


class ContractAgreed(Contract):
    """How the therapy is to run: how many sessions, how often, and what a missed one means."""

    sessions: Annotated[int, Field(ge=1, le=120, strict=True)]
    cadence_days: Annotated[int, Field(ge=1, le=60, strict=True)]
    absence_rule: Literal["countsAsUsed", "rescheduledOnce", "rescheduled", "agreedEachTime"]
    session_minutes: Annotated[int, Field(ge=10, le=240, strict=True)] | None = None
    planned_end: date | None = None
    summary: Personal[Reason] | None = None
    because: Because | None = None
    """Needed where it changes what was agreed before: an adaptation names its reason."""
