"""The interpersonal inventory: who matters to the patient, how close, and what is expected."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.texts import Alias, LongText, Reason
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import PartialDate, Reference

Ring = Annotated[int, Field(ge=1, le=5, strict=True)]
"""A ring of the closeness circle; 1 is the innermost."""


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


Contact = Literal["daily", "severalPerWeek", "weekly", "monthly", "lessThanMonthly", "none"]
Channel = Literal["inPerson", "phone", "video", "message"]
Emotion = Literal["sad", "angry", "happy", "anxious", "ashamed", "lonely", "calm", "other"]
Support = Literal["emotional", "practical", "financial", "company", "none"]
Reciprocity = Literal["reciprocal", "partlyReciprocal", "nonReciprocal"]


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
    reciprocity: Reciprocity | None = None
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


class PersonTexts(Contract):
    """What the patient says of one person, in short texts; each is sealed under that person's own key."""

    SUBJECT_FIELD: ClassVar[str] = "person_id"

    person_id: Reference
    shared_activities: Personal[LongText] | None = None
    can_talk_about: Personal[LongText] | None = None
    cannot_talk_about: Personal[LongText] | None = None
    expectations_of_them: Personal[LongText] | None = None
    expectations_of_me: Personal[LongText] | None = None
    satisfying: Personal[LongText] | None = None
    unsatisfying: Personal[LongText] | None = None
    desired_change: Personal[LongText] | None = None
    change_near_onset: Personal[LongText] | None = None


class InventoryPersonAdded(Contract):
    """One more person, with what is said of them. One event per person."""

    person: InventoryPerson
    texts: PersonTexts | None = None


class PersonChange(Contract):
    """What changed about a person; what is absent stays as it was."""

    SUBJECT_FIELD: ClassVar[str] = "person_id"

    person_id: Reference
    alias: Personal[Alias] | None = None
    relationship: Relationship | None = None
    temporal: Literal["present", "past"] | None = None
    living_status: LivingStatus | None = None
    deceased_on: PartialDate | None = None
    contact_frequency: Contact | None = None
    contact_channels: tuple[Channel, ...] | None = Field(default=None, max_length=4)
    reciprocity: Reciprocity | None = None
    emotions_with_person: tuple[Emotion, ...] | None = Field(default=None, max_length=8)
    conflict: Conflict | None = None
    knows_about_depression: bool | None = None
    support_provided: tuple[Support, ...] | None = Field(default=None, max_length=5)
    link_to_onset: LinkToOnset | None = None
    candidate_problem_area: Area | None = None
    safety_concern: bool | None = None
    closeness_desired: Ring | None = None
    """Where the patient wants the person to be; `move-person` says where the person is."""


class InventoryPersonRevised(Contract):
    """What is known of a person was revised. The earlier entry stays in the history."""

    reason: Literal["newInformation", "changedSituation", "mistake"]
    change: PersonChange | None = None
    texts: PersonTexts | None = None

    @model_validator(mode="after")
    def _is_about_one_person(self) -> Self:
        named = {part.person_id for part in (self.change, self.texts) if part is not None}
        if len(named) != 1:
            raise ValueError("a revision has `change` or `texts`, or both of the same person")
        return self

    @property
    def person_id(self) -> str:
        """Whom it is about."""
        part = self.change or self.texts
        if part is None:
            raise AssertionError("a revision has at least one part")
        return part.person_id


class InventoryPersonMoved(Contract):
    """A person was placed in another ring of the closeness circle; the earlier ring stays in the history."""

    SUBJECT_FIELD: ClassVar[str] = "person_id"

    person_id: Reference
    closeness_ring: Ring
    closeness_desired: Ring | None = None
    """Absent: as it was."""
    reason: Personal[Reason] | None = None


class InventoryCompleted(Contract):
    """The inventory is whole: somebody present is named, or it is said that there is nobody."""

    no_significant_others: bool = False
