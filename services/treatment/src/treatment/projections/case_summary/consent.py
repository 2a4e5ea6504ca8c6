"""Before the therapy: the consents in force, and the doctor's advice."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from casetrail_contracts.events.consent import Caution, Combination, ConsentScope, SuitabilityOutcome
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Code, EventId, Instant, Reference, StaffId
from treatment.projections.case_summary.entry import Entry, fields, those_of


class Consent(Contract):
    """What is kept of a consent."""

    scope: ConsentScope
    person_id: Reference | None = None
    given_by: Literal["patient", "parent", "guardian"]
    given_how: Literal["written", "spoken", "electronic"]
    other_informed: bool | None = None
    expires_on: date | None = None


class ConsentTakenBack(Contract):
    """What is kept of a withdrawal."""

    scope: ConsentScope
    person_id: Reference | None = None


class ConsentEntry(Consent):
    """A consent that was not taken back. Whether `expiresOn` has passed, the reader's day decides."""

    given_at: Instant
    event_id: EventId
    corrected_by: EventId | None


class Advice(Contract):
    """What is kept of a doctor's advice."""

    outcome: SuitabilityOutcome
    combination: Combination
    cautions: tuple[Caution, ...] = ()
    declined: tuple[Code, ...] = ()
    advised_by: StaffId
    evidence: tuple[EventId, ...] = ()


class SuitabilityEntry(Advice):
    """The newest advice on whether the therapy suits, and with what it is combined."""

    advised_at: Instant
    event_id: EventId
    corrected_by: EventId | None


def consents(entries: Iterable[Entry]) -> tuple[ConsentEntry, ...]:
    """One per scope and, for a significant other, person: the newest, unless it was taken back."""
    known: dict[tuple[str, str | None], ConsentEntry] = {}
    for entry in entries:
        match entry.part:
            case Consent() as given:
                known[given.scope, given.person_id] = ConsentEntry.model_validate(
                    {**fields(given), "given_at": entry.at, **_told(entry)}
                )
            case ConsentTakenBack() as taken_back:
                known.pop((taken_back.scope, taken_back.person_id), None)
            case _:
                pass
    return tuple(known[key] for key in sorted(known, key=lambda key: (key[0], key[1] or "")))


def suitability(entries: Iterable[Entry]) -> SuitabilityEntry | None:
    """The newest advice."""
    given = list(those_of(entries, Advice))
    if not given:
        return None
    entry, advice = given[-1]
    return SuitabilityEntry.model_validate({**fields(advice), "advised_at": entry.at, **_told(entry)})


def _told(entry: Entry) -> dict[str, object]:
    return {"event_id": entry.event_id, "corrected_by": entry.corrected_by}
