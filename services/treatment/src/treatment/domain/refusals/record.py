"""Refusals that any kind of entry may meet: ids, times, rights, reasons, corrections."""

from dataclasses import dataclass
from datetime import date

from treatment.domain.refusals.refusal import Refusal


@dataclass(slots=True)
class NeedsRole(Refusal):
    """This change is another role's to make."""

    role: str
    what: str


@dataclass(slots=True)
class NeedsAnother(Refusal):
    """Who asked for it cannot approve or refuse it as well."""

    what: str


@dataclass(slots=True)
class InTheFuture(Refusal):
    """An event cannot have happened more than five minutes from now, or on a day that began nowhere yet."""

    field: str


@dataclass(slots=True)
class TimeZoneUnknown(Refusal):
    """There is no such zone in the IANA database."""

    timezone: str


@dataclass(slots=True)
class AlreadyRecorded(Refusal):
    """The sender's id was used before for something else."""

    kind: str
    identity: str


@dataclass(slots=True)
class TakenBackBefore(Refusal):
    """The sender says again, word for word, what was taken back as entered in error."""

    kind: str
    identity: str
    correction: str
    """The event that took it back."""


@dataclass(slots=True)
class NotFound(Refusal):
    """The case has nothing of this kind with this id."""

    kind: str
    identity: str
    field: str


@dataclass(slots=True)
class AlreadyEnded(Refusal):
    """It came to its end before: what is named cannot be changed any more."""

    kind: str
    identity: str


@dataclass(slots=True)
class EvidenceUnknown(Refusal):
    """The evidence is not an event of this case."""

    event_id: str


@dataclass(slots=True)
class EvidenceTakenBack(Refusal):
    """The evidence was entered in error, or is a fact that was withdrawn: `correction` says so."""

    event_id: str
    correction: str


@dataclass(slots=True)
class ConsentDoesNotHold(Refusal):
    """What is named as consent is none that held."""

    event_id: str
    reason: str


@dataclass(slots=True)
class SubjectErased(Refusal):
    """The data of this person (None: of the patient, and with it all of the case) was erased."""

    person_id: str | None


@dataclass(slots=True)
class ReasonMissing(Refusal):
    """This is recorded only with a reason."""

    what: str


@dataclass(slots=True)
class NotTakenBack(Refusal):
    """An entry of this kind was made, whether or not it was right; `instead` is what mends it."""

    kind: str
    instead: str


@dataclass(slots=True)
class ReviewBeforeDecision(Refusal):
    """An adaptation is to be reviewed on a day before it was decided."""

    review_on: date
    decided_on: date


@dataclass(slots=True)
class NotCorrectable(Refusal):
    """An entry of this kind is not corrected in this way."""

    kind: str
    reason: str
