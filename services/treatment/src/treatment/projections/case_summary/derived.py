"""What policy derived and did not take back: outcome facts, departures from the protocol, the outcome."""

from collections.abc import Iterable, Sequence

from casetrail_contracts.events.outcome import OutcomeSummarised
from casetrail_contracts.events.protocol import DeviationRule
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import DefinitionRef, EventId, Instant, InstrumentCode, RuleKey
from treatment.projections.case_summary.adaptations import reviews_signal
from treatment.projections.case_summary.entry import Entry, fields, those_of

NOT_ON_TRACK = "not_on_track_signalled"


class Fact(Contract):
    """What is kept of a fact about scores."""

    instrument: InstrumentCode | None = None
    rule: str | None = None
    gain: EventId | None = None
    evidence: tuple[EventId, ...] = ()


class OutcomeFact(Contract):
    """A fact about scores that holds."""

    type: str
    """The event's name, such as `reliable_improvement_reached`."""
    instrument: InstrumentCode | None
    rule: str | None
    """Of a not-on-track signal: the rule that found it."""
    evidence: tuple[EventId, ...]
    detected_at: Instant
    event_id: EventId
    reviewed_by: EventId | None
    """Of a not-on-track signal: the adaptation that answered it. Without one it is open."""


class Deviation(Contract):
    """What is kept of a departure from the protocol."""

    key: RuleKey
    rule: DeviationRule
    severity: str
    definition: DefinitionRef
    rules: DefinitionRef
    evidence: tuple[EventId, ...] = ()


class DeviationEntry(Deviation):
    """A departure from the protocol that holds. It blocks nothing."""

    detected_at: Instant
    event_id: EventId


class OutcomeEntry(OutcomeSummarised):
    """What came of the course, as it was computed last."""

    event_id: EventId


def outcome_facts(entries: Sequence[Entry]) -> tuple[OutcomeFact, ...]:
    """In the order in which they were told. The reversal of a gain is about the instrument of the gain."""
    instruments = {entry.event_id: fact.instrument for entry, fact in those_of(entries, Fact)}
    found = []
    for place, entry in enumerate(entries):
        if not isinstance(entry.part, Fact):
            continue
        fact = {
            **fields(entry.part),
            "instrument": entry.part.instrument or instruments.get(entry.part.gain or ""),
            "type": entry.name,
            "detected_at": entry.at,
            "event_id": entry.event_id,
            "reviewed_by": _reviewed_by(entry, entries[place + 1 :]),
        }
        found.append(OutcomeFact.model_validate(fact, extra="ignore"))
    return tuple(found)


def is_on_track(facts: Iterable[OutcomeFact]) -> bool:
    """Whether no not-on-track signal is open."""
    return not any(fact.type == NOT_ON_TRACK and fact.reviewed_by is None for fact in facts)


def deviations(entries: Iterable[Entry]) -> tuple[DeviationEntry, ...]:
    """In the order in which they were told."""
    return tuple(
        DeviationEntry.model_validate({**fields(found), "detected_at": entry.at, "event_id": entry.event_id})
        for entry, found in those_of(entries, Deviation)
    )


def outcome(entries: Iterable[Entry]) -> OutcomeEntry | None:
    """The newest summary."""
    told = list(those_of(entries, OutcomeSummarised))
    if not told:
        return None
    entry, summary = told[-1]
    return OutcomeEntry.model_validate({**fields(summary), "event_id": entry.event_id})


def _reviewed_by(signal: Entry, later: Iterable[Entry]) -> str | None:
    if signal.name != NOT_ON_TRACK:
        return None
    return next((one.event_id for one in later if reviews_signal(one, signal.event_id)), None)
