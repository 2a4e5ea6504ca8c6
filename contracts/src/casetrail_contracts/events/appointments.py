"""Around the sessions: appointments, sessions that were missed, and contacts after the end."""

from typing import Literal

from pydantic import Field

from casetrail_contracts.events.session import Minutes, Modality, TimeZoneName
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Instant, Moment, Reference, StaffId

AppointmentKind = Literal[
    "assessment", "treatment", "assessmentAndTreatment", "reviewAndTreatment", "followUp"
]
"""NHS appointment types 01, 02, 03 and 05, and a contact after the end."""


class AppointmentScheduled(Contract):
    """A time was agreed."""

    appointment_id: Reference
    starts_at: Instant
    duration_minutes: Minutes
    timezone: TimeZoneName
    modality: Modality
    kind: AppointmentKind = "treatment"
    therapist_id: StaffId | None = None
    """Absent when it is the therapist of record."""


class AppointmentRescheduled(Contract):
    """Another time was agreed."""

    appointment_id: Reference
    starts_at: Instant
    timezone: TimeZoneName
    by: Literal["patient", "provider"]


class AppointmentCancelled(Contract):
    """The time was given up before it came."""

    appointment_id: Reference
    by: Literal["patient", "provider"]


class SessionMissed(Contract):
    """A session did not take place. It never counts as attended."""

    appointment_id: Reference
    """Of the sender: the identity of what was missed."""
    scheduled_at: Instant
    timezone: TimeZoneName
    attendance: Literal["2", "3", "4", "7"]
    """NHS attendance code: cancelled by or for the patient; did not attend; cancelled by the provider; too
    late to be seen."""
    therapist_id: StaffId | None = None


class FollowUpRecorded(Contract):
    """A contact after the therapy, or a maintenance contact by message."""

    follow_up_id: Reference
    at: Moment
    modality: Modality
    outcome: Literal["reached", "notReached", "declined"]
    wellbeing: Literal["better", "same", "worse", "relapsed"] | None = None
    measures: tuple[Reference, ...] = Field(default=(), max_length=10)
    """`assessmentId` of the forms taken."""
