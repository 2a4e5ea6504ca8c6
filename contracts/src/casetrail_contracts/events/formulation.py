"""The interpersonal inventory and the problem area that becomes the focus of the therapy."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import PartialDate, Reference

Alias = Annotated[str, StringConstraints(min_length=1, max_length=40)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=100)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Ring = Annotated[int, Field(ge=1, le=5, strict=True)]


class Relationship(StrEnum):
    """What the person is to the patient."""

    PARTNER = "partner"
    EX_PARTNER = "exPartner"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    OTHER_FAMILY = "otherFamily"
    FRIEND = "friend"
    COLLEAGUE = "colleague"
    MANAGER = "manager"
    PROFESSIONAL = "professional"
    COMMUNITY_MEMBER = "communityMember"
    PET = "pet"
    OTHER = "other"


class LivingStatus(StrEnum):
    """Whether the person lives."""

    LIVING = "living"
    DECEASED = "deceased"
    UNKNOWN = "unknown"


class LinkToOnset(StrEnum):
    """How the relationship is tied to the start of the episode."""

    PRECIPITANT = "precipitant"
    MAINTAINING = "maintaining"
    CONSEQUENCE = "consequence"
    PROTECTIVE = "protective"
    NONE = "none"


class Area(StrEnum):
    """The four problem areas of interpersonal psychotherapy."""

    GRIEF = "grief"
    ROLE_DISPUTE = "roleDispute"
    ROLE_TRANSITION = "roleTransition"
    INTERPERSONAL_DEFICITS = "interpersonalDeficits"


Contact = Literal["daily", "severalPerWeek", "weekly", "monthly", "lessThanMonthly", "none"]
Channel = Literal["inPerson", "phone", "video", "message"]
Emotion = Literal["sad", "angry", "happy", "anxious", "ashamed", "lonely", "calm", "other"]
Support = Literal["emotional", "practical", "financial", "company", "none"]


class Conflict(Contract):
    """How the two disagree, in codes."""

    level: Literal["none", "low", "moderate", "high"]
    pattern: Literal["arguedResolved", "arguedDropped", "avoided", "silent"] | None = None
    recent: bool | None = None


class InventoryPerson(Contract):
    """One important person, in codes. Third-party data: an alias, never a full name."""

    SUBJECT_FIELD: ClassVar[str] = "person_id"

    person_id: Reference
    alias: Personal[Alias]
    """First name, initial or nickname; at most 40 characters; sealed under this person's own key."""
    relationship: Relationship
    temporal: Literal["present", "past"]
    living_status: LivingStatus
    deceased_on: PartialDate | None = None
    closeness_ring: Ring
    """1 is the innermost ring of the closeness circle."""
    closeness_desired: Ring | None = None
    contact_frequency: Contact | None = None
    contact_channels: tuple[Channel, ...] = Field(default=(), max_length=4)
    reciprocity: Literal["reciprocal", "partlyReciprocal", "nonReciprocal"] | None = None
    emotions_with_person: tuple[Emotion, ...] = Field(default=(), max_length=8)
    conflict: Conflict | None = None
    knows_about_depression: bool | None = None
    support_provided: tuple[Support, ...] = Field(default=(), max_length=5)
    link_to_onset: LinkToOnset
    candidate_problem_area: Area | None = None
    safety_concern: bool = False
    """Coercion or violence, for example: raises a risk review, and is shown in no notification."""


class InventoryRecorded(Contract):
    """The relationships were reviewed: coded facts of everyone, no long texts."""

    people: tuple[InventoryPerson, ...] = Field(max_length=40)
    no_significant_others: bool = False
    """Said outright, because an empty inventory supports the area of interpersonal deficits."""


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
    circumstances: Personal[LongText] | None = None


class RoleDispute(Contract):
    """Expectations that differ between the patient and one other person."""

    area: Literal[Area.ROLE_DISPUTE] = Area.ROLE_DISPUTE
    other_party_id: Reference
    stage: Literal["renegotiation", "impasse", "dissolution"]
    expectations_mine: Personal[LongText] | None = None
    expectations_theirs: Personal[LongText] | None = None
    issue: Personal[LongText] | None = None
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


class InterpersonalDeficits(Contract):
    """Isolation, or sensitivity in relationships (the schools label this area differently)."""

    area: Literal[Area.INTERPERSONAL_DEFICITS] = Area.INTERPERSONAL_DEFICITS
    form: Literal["isolation", "sensitivity"]
    past_relationships_reviewed: tuple[Reference, ...] = Field(default=(), max_length=40)


Focus = Annotated[Grief | RoleDispute | RoleTransition | InterpersonalDeficits, Field(discriminator="area")]


class ProblemAreaSelected(Contract):
    """A problem area became the focus: one primary, at most one secondary."""

    rank: Literal["primary", "secondary"]
    focus: Focus
    agreed_on: date | None = None
    """The day on which the patient agreed explicitly."""
