"""Risk flags, with what was done about each."""

from collections.abc import Iterable

from casetrail_contracts.events.care import FlagRule, RiskLevel, RiskOutcome
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import EventId, Instant, StaffId, Uuid
from treatment.projections.case_summary.entry import Entry, fields


class Raised(Contract):
    """What is kept of a flag that was raised, or gained evidence."""

    flag_id: Uuid
    level: RiskLevel
    rule: FlagRule
    evidence: tuple[EventId, ...]
    historical: bool = False


class Acknowledged(Contract):
    """What is kept of an acknowledgement."""

    flag_id: Uuid
    acknowledged_by: StaffId


class Escalated(Contract):
    """What is kept of an escalation."""

    flag_id: Uuid
    step: int


class Resolved(Contract):
    """What is kept of an outcome."""

    flag_id: Uuid
    outcome: RiskOutcome


class FlagEntry(Contract):
    """A risk flag. It is open while it has no outcome."""

    flag_id: Uuid
    level: RiskLevel
    rule: FlagRule
    raised_at: Instant
    evidence: tuple[EventId, ...]
    historical: bool = False
    """From imported history: nobody was called."""
    acknowledged_by: StaffId | None = None
    """Who has seen it with its newest evidence."""
    acknowledged_at: Instant | None = None
    step: int = 1
    """How far it was escalated since its newest evidence; 1 is the therapist of record."""
    outcome: RiskOutcome | None = None
    resolved_at: Instant | None = None


def flags(entries: Iterable[Entry]) -> tuple[FlagEntry, ...]:
    """By the time at which they were raised."""
    known: dict[str, FlagEntry] = {}
    for entry in entries:
        match entry.part:
            case Raised() as raised:
                known[raised.flag_id] = _raised(known.get(raised.flag_id), entry, raised)
            case Acknowledged() as seen:
                done: dict[str, object] = {
                    "acknowledged_by": seen.acknowledged_by,
                    "acknowledged_at": entry.at,
                }
                _answer(known, seen.flag_id, done)
            case Escalated() as escalated:
                _answer(known, escalated.flag_id, {"step": escalated.step})
            case Resolved() as resolved:
                _answer(known, resolved.flag_id, {"outcome": resolved.outcome, "resolved_at": entry.at})
            case _:
                pass
    return tuple(sorted(known.values(), key=lambda flag: (flag.raised_at, flag.flag_id)))


def _raised(known: FlagEntry | None, entry: Entry, raised: Raised) -> FlagEntry:
    """New evidence lowers no flag, and is seen by nobody yet; it opens a resolved one, as if it were new."""
    if known is None or known.outcome is not None:
        return FlagEntry.model_validate({**fields(raised), "raised_at": entry.at})
    urgent = RiskLevel.URGENT in (known.level, raised.level)
    unseen: dict[str, object] = {"acknowledged_by": None, "acknowledged_at": None, "step": 1}
    return known.model_copy(
        update={
            # Imported history is looked at once and pages nobody: what was done stays done.
            **({} if raised.historical else unseen),
            "level": RiskLevel.URGENT if urgent else RiskLevel.REVIEW,
            "evidence": tuple(dict.fromkeys((*known.evidence, *raised.evidence))),
            "historical": known.historical and raised.historical,
        }
    )


def _answer(known: dict[str, FlagEntry], flag_id: str, done: dict[str, object]) -> None:
    if flag_id in known:
        known[flag_id] = FlagEntry.model_validate({**fields(known[flag_id]), **done})
