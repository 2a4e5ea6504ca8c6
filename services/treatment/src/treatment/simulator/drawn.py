"""What is drawn of one course, before it is told in commands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from casetrail_contracts.events.inventory import LinkToOnset, LivingStatus, Relationship
from casetrail_contracts.events.problem_area import Area

Answers = tuple[int | None, ...]
MissedCode = Literal["2", "3", "4", "7"]
"""NHS attendance codes: cancelled by the patient, did not attend, cancelled by the provider, too late."""
HomeworkResult = Literal["completed", "attempted", "notDone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The totals of one moment."""

    phq: int
    gad: int


class Mishap(StrEnum):
    """What goes wrong with a form."""

    NONE = "none"
    LATE = "late"
    DUPLICATE = "duplicate"
    CORRECTED = "corrected"
    OUT_OF_RANGE = "outOfRange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it was filled in."""

    instrument: str
    items: Answers
    mishap: Mishap = Mishap.NONE
    entered: Answers = ()
    """What was sent at first, where that was not what the form says."""
    days: int = 0
    """How long until it was entered, or corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A session that was attended. Visits are numbered from 1 in their order."""

    starts_at: datetime
    """UTC."""
    late: bool
    forms: tuple[Form, ...]
    homework: HomeworkResult | None
    """What came of the homework that was assigned in it; none where none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An appointment that was not kept."""

    scheduled_at: datetime
    """UTC."""
    code: MissedCode


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPerson:
    """Somebody of the inventory."""

    person_id: str
    relationship: Relationship
    ring: int
    living: LivingStatus
    link: LinkToOnset


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCourse:
    """One course, whole. Everything that is told of it later follows from this."""

    number: int
    """From 1: the place in the cohort."""
    outcome_class: str
    protocol: str
    planned: int
    area: Area
    referred_at: datetime
    intake_at: datetime
    baseline: tuple[Form, ...]
    visits: tuple[Visit, ...]
    missed: tuple[Missed, ...]
    dropped_out: bool
    start: Scores
    end: Scores
    people: tuple[DrawnPerson, ...]
    other_at: int | None
    """The number of the session that a significant other attends."""
    medication: bool
    """Takes an antidepressant from before the start."""
    medication_changed_at: int | None
    """The number of the session after which the medication is changed or begun."""
    reviews_signals: tuple[bool, ...]
    """For each visit, whether a signal that the course is not on track would be reviewed in it."""
