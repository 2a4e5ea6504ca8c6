"""The problem area that becomes the focus of the therapy: selected, revised, its dispute moved on."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.texts import LongText, Reason, ShortText
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import PartialDate, Reference, Term


class Area(StrEnum):
    """The four problem areas of interpersonal psychotherapy."""

    GRIEF = "grief"
    ROLE_DISPUTE = "roleDispute"
    ROLE_TRANSITION = "roleTransition"
    INTERPERSONAL_DEFICITS = "interpersonalDeficits"


Rank = Literal["primary", "secondary"]
DisputeStage = Literal["renegotiation", "impasse", "dissolution"]
"""Both try; talking has stopped; the relationship ends."""
Texts = Annotated[tuple[Personal[ShortText], ...], Field(max_length=5)]


class Grief(Contract):
    """A death. Any other loss is a role transition."""

    area: Literal[Area.GRIEF] = Area.GRIEF
    deceased_person_id: Reference
    death_date: PartialDate | None = None
    """Absent when unknown."""
    grief_pattern: Literal["typical", "delayed", "distorted", "prolonged"] | None = None
    somatic_presentation: tuple[Literal["insomnia", "exhaustion", "appetite", "pain"], ...] = Field(
        default=(), max_length=4
    )
    avoidance: Personal[LongText] | None = None
    circumstances: Personal[LongText] | None = None
    anniversaries: tuple[PartialDate, ...] = Field(default=(), max_length=5)


class RoleDispute(Contract):
    """Expectations that differ between the patient and one other person."""

    area: Literal[Area.ROLE_DISPUTE] = Area.ROLE_DISPUTE
    other_party_id: Reference
    stage: DisputeStage
    expectations_mine: Personal[LongText] | None = None
    expectations_theirs: Personal[LongText] | None = None
    issue: Personal[LongText] | None = None
    attempts_so_far: Personal[LongText] | None = None
    power: Literal["equal", "patientStronger", "otherStronger"] | None = None
    overt: bool | None = None


TransitionType = Literal[
    "marriage",
    "divorce",
    "separation",
    "parenthood",
    "retirement",
    "jobChange",
    "jobLoss",
    "migration",
    "relocation",
    "illnessSelf",
    "illnessOther",
    "caregiving",
    "leavingHome",
    "other",
]


class RoleTransition(Contract):
    """An old role given up and a new one not yet filled."""

    area: Literal[Area.ROLE_TRANSITION] = Area.ROLE_TRANSITION
    transition_type: TransitionType
    old_role: Personal[ShortText]
    new_role: Personal[ShortText]
    started_on: PartialDate | None = None
    chosen: bool | None = None
    losses_old: Texts = ()
    positives_old: Texts = ()
    challenges_new: Texts = ()
    opportunities_new: Texts = ()
    support_gap: Personal[ShortText] | None = None


class InterpersonalDeficits(Contract):
    """Isolation, or sensitivity in relationships (the schools label this area differently)."""

    area: Literal[Area.INTERPERSONAL_DEFICITS] = Area.INTERPERSONAL_DEFICITS
    form: Literal["isolation", "sensitivity"]
    patterns: tuple[Term, ...] = Field(default=(), max_length=10)
    past_relationships_reviewed: tuple[Reference, ...] = Field(default=(), max_length=40)
    skills_targeted: tuple[Term, ...] = Field(default=(), max_length=10)


Focus = Annotated[Grief | RoleDispute | RoleTransition | InterpersonalDeficits, Field(discriminator="area")]


class ProblemAreaSelected(Contract):
    """A problem area became the focus: one primary, at most one secondary."""

    rank: Rank
    focus: Focus
    agreed_on: date | None = None
    """The day on which the patient agreed explicitly."""


class ProblemAreaRevised(Contract):
    """The focus was changed, and why. In the middle of a therapy or later this is a protocol deviation."""

    because: Because
    rank: Rank
    focus: Focus
    """What the focus is from now on; what it was stands in the history."""
    agreed_on: date | None = None
    session_id: Reference | None = None
    """The session in which it was agreed; its number is derived, as that of every session."""
    previous: Area | None = None
    """The area of this rank before. The service fills it in."""


class DisputeStageChanged(Contract):
    """A role dispute moved to another stage. Every move is possible; the therapist pushes none."""

    rank: Rank
    stage: DisputeStage
    reason: Personal[Reason]
