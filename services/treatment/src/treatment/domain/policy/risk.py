"""Risk flags: raised by rule, in the append that causes them (domain reference 5.2)."""

from collections.abc import Iterator

from casetrail_contracts.events.care import FlagRule, RiskChecked, RiskLevel
from casetrail_contracts.events.inventory import (
    InventoryPersonAdded,
    InventoryPersonRevised,
    InventoryRecorded,
)
from casetrail_contracts.events.measure import AssessmentScored
from treatment.domain.case import HistoryEntry
from treatment.domain.facts import Fact
from treatment.domain.keys import unanswered_key
from treatment.domain.policy.flags import level_of, raised, unanswered
from treatment.domain.policy.situation import Situation


def follows(situation: Situation) -> Iterator[Fact]:
    """The flags and tasks that the new entries cause; what a correction causes has its own policy."""
    for entry in situation.news:
        match entry.payload:
            case AssessmentScored() as form:
                yield from _of_form(situation, entry, form)
            case RiskChecked(level="moderate" | "high"):
                yield from _flag(situation, entry, RiskLevel.URGENT, "riskCheck")
            case InventoryRecorded() | InventoryPersonAdded() | InventoryPersonRevised():
                if _has_new_concern(situation):
                    yield from _flag(situation, entry, RiskLevel.REVIEW, "safetyConcern")
            case _:
                pass


def _flag(situation: Situation, entry: HistoryEntry, level: RiskLevel, rule: FlagRule) -> Iterator[Fact]:
    fact = raised(situation, entry, level, rule, entry.event_id)
    if fact is not None:
        yield fact


def _of_form(situation: Situation, entry: HistoryEntry, form: AssessmentScored) -> Iterator[Fact]:
    """One flag per form, at the highest level that applies; a missing answer is asked for."""
    level, rule = level_of(situation.before, form)
    if level is not None:
        fact = raised(situation, entry, level, rule, form.assessment_id, form)
        if fact is not None:
            yield fact
    task = unanswered(situation, entry, form)
    if task is not None and unanswered_key(task) not in situation.before.derived:
        yield Fact(payload=task, at=entry.at, caused_by=entry.event_id)


def _has_new_concern(situation: Situation) -> bool:
    before = {name for name, person in situation.before.people.items() if person.safety_concern}
    return any(
        person.safety_concern and name not in before for name, person in situation.after.people.items()
    )
