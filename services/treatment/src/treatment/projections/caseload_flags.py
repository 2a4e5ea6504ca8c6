"""Counts the open risk flags of a case, for its row in the caseload."""

from collections.abc import Mapping
from typing import TypeAlias, TypedDict

from casetrail_contracts.events.care import RiskLevel
from treatment.projections.case_summary.kept import part_of
from treatment.projections.case_summary.risk import Acknowledged, Raised, Resolved
from treatment.projections.records import Record
from treatment.projections.rows import Columns


class Flag(TypedDict):
    """An open flag, as JSON."""

    level: str
    seen: bool


Flags: TypeAlias = Mapping[str, Flag]
"""The open ones, by their ids."""


def count(flags: Flags, record: Record) -> Flags:
    """The open flags after the event."""
    if not record.name.startswith("risk_flag_"):
        return flags
    match part_of(record):
        case Raised() as raised:
            return {**flags, raised.flag_id: _raised(flags.get(raised.flag_id), raised)}
        case Acknowledged(flag_id=name) if name in flags:
            return {**flags, name: {"level": flags[name]["level"], "seen": True}}
        case Resolved(flag_id=name):
            return {known: flag for known, flag in flags.items() if known != name}
        case _:
            return flags


def figures(flags: Flags) -> Columns:
    """How many flags of each level are open, how many nobody acknowledged."""
    levels = [flag["level"] for flag in flags.values()]
    return {
        "open_review": levels.count(RiskLevel.REVIEW),
        "open_urgent": levels.count(RiskLevel.URGENT),
        "unacknowledged": sum(not flag["seen"] for flag in flags.values()),
    }


def _raised(known: Flag | None, raised: Raised) -> Flag:
    """New evidence lowers no flag, and is seen by nobody yet; it opens a resolved one, as if it were new."""
    if known is None:
        return {"level": raised.level.value, "seen": False}
    urgent = RiskLevel.URGENT in (known["level"], raised.level)
    # Imported history is looked at once and pages nobody: what was done stays done.
    return {
        "level": (RiskLevel.URGENT if urgent else RiskLevel.REVIEW).value,
        "seen": known["seen"] and raised.historical,
    }
