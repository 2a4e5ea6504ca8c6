"""Every adaptation with its reason: what was changed, on which evidence, by whom, and when it is reviewed."""

from collections.abc import Iterable

from casetrail_contracts.events.tactics import TacticKind, TacticTrigger
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import DefinitionRef, EventId, Instant
from treatment.projections.case_summary.entry import Entry, Reason, fields

GOALS = "goals_revised"


class Tactic(Contract):
    """What is kept of an adaptation of how the therapy is done."""

    kind: TacticKind
    trigger: TacticTrigger


class Switched(Contract):
    """What is kept of a switch to another protocol."""

    definition: DefinitionRef


class Agreed(Contract):
    """What is kept of a contract or a formulation that was changed: its reason alone, which stands beside."""


class Adaptation(Reason):
    """One adaptation and why. A reason that was stated in words stands sealed in the event."""

    event_id: EventId
    type: str
    """The event's name, such as `goals_revised`."""
    adapted_at: Instant
    tactic: TacticKind | None
    trigger: TacticTrigger | None
    """Both of a `tactic_adapted` only."""


def adaptations(entries: Iterable[Entry]) -> tuple[Adaptation, ...]:
    """In the order in which they were told."""
    return tuple(
        _adaptation(entry, entry.reason, entry.part) for entry in entries if entry.reason is not None
    )


def last_revision(told: Iterable[Adaptation]) -> Adaptation | None:
    """The newest adaptation of the goals."""
    return next((one for one in reversed(tuple(told)) if one.type == GOALS), None)


def reviews_signal(entry: Entry, signal: str) -> bool:
    """Whether an adaptation answers a not-on-track signal: it names it, or was triggered by one."""
    if entry.reason is not None and signal in entry.reason.evidence:
        return True
    return isinstance(entry.part, Tactic) and entry.part.trigger in ("notOnTrack", "supervision")


def _adaptation(entry: Entry, reason: Reason, part: Contract) -> Adaptation:
    tactic = part if isinstance(part, Tactic) else None
    return Adaptation.model_validate(
        {
            **fields(reason),
            "event_id": entry.event_id,
            "type": entry.name,
            "adapted_at": entry.at,
            "tactic": tactic.kind if tactic else None,
            "trigger": tactic.trigger if tactic else None,
        }
    )
