"""What corrections change about risk: new danger raises a flag; a flag whose danger is gone stays, noted."""

from collections.abc import Iterator

from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.care import RiskChecked, RiskItemUnanswered, RiskLevel
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.inventory import (
    InventoryPersonAdded,
    InventoryPersonRevised,
    InventoryRecorded,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.facts import Fact
from treatment.domain.keys import unanswered_key
from treatment.domain.policy.flags import level_of, note, raised, unanswered
from treatment.domain.policy.situation import Situation


def follows(situation: Situation) -> Iterator[Fact]:
    """The flags, tasks and notes that a correction causes, and the tasks that it takes back."""
    for entry in situation.news:
        match entry.payload:
            case AssessmentCorrected(corrected=form):
                was = situation.before.assessments.get(form.assessment_id)
                if was is not None:
                    yield from _of_form(situation, entry, was, form)
            case EntryCorrected() as correction:
                target = situation.before.entry(correction.target)
                now = correction.replacement.entry if correction.replacement is not None else None
                match target.holds if target is not None else None:
                    case AssessmentScored() as form:
                        yield from _of_form(situation, entry, form, None)
                    case RiskChecked() as check:
                        yield from _of_check(situation, entry, check, now)
                    case InventoryRecorded() | InventoryPersonAdded() | InventoryPersonRevised():
                        yield from _of_people(situation, entry)
                    case _:
                        pass
            case _:
                pass


def _of_form(
    situation: Situation, entry: HistoryEntry, was: AssessmentScored, form: AssessmentScored | None
) -> Iterator[Fact]:
    before, _ = level_of(situation.before, was)
    level, rule = level_of(situation.before, form) if form is not None else (None, "riskItem")
    if level is not None and (before is None or (level is RiskLevel.URGENT and before is not level)):
        fact = raised(situation, entry, level, rule, entry.event_id, form)
        if fact is not None:
            yield fact
    if before is not None and level is None:
        yield note(situation, entry)
    yield from _no_longer_asked(situation, entry, was, form)
    task = unanswered(situation, entry, form) if form is not None else None
    if task is not None and unanswered_key(task) not in situation.before.derived:
        yield Fact(payload=task, at=entry.at, caused_by=entry.event_id)


def _no_longer_asked(
    situation: Situation, entry: HistoryEntry, was: AssessmentScored, form: AssessmentScored | None
) -> Iterator[Fact]:
    known = form.risk_item_answered if form is not None else None
    for event_id in situation.before.derived.values():
        told = situation.before.entry(event_id)
        task = told.holds if told is not None else None
        if (
            isinstance(task, RiskItemUnanswered)
            and task.assessment_id == was.assessment_id
            and task.known != known
        ):
            withdrawn = DerivedFactWithdrawn(fact=event_id, because_of=entry.event_id)
            yield Fact(payload=withdrawn, at=entry.at, caused_by=entry.event_id)


def _of_check(situation: Situation, entry: HistoryEntry, was: RiskChecked, now: object) -> Iterator[Fact]:
    is_high = isinstance(now, RiskChecked) and _is_high(now)
    if is_high and not _is_high(was):
        fact = raised(situation, entry, RiskLevel.URGENT, "riskCheck", entry.event_id)
        if fact is not None:
            yield fact
    if _is_high(was) and not is_high:
        yield note(situation, entry)


def _of_people(situation: Situation, entry: HistoryEntry) -> Iterator[Fact]:
    """A concern that shows again is a flag; one that was never there leaves its flag, and a note."""
    before, after = _concerns(situation.before), _concerns(situation.after)
    if after - before:
        fact = raised(situation, entry, RiskLevel.REVIEW, "safetyConcern", entry.event_id)
        if fact is not None:
            yield fact
    if before - after:
        yield note(situation, entry)


def _concerns(case: Case) -> frozenset[str]:
    return frozenset(person_id for person_id, person in case.people.items() if person.safety_concern)


def _is_high(check: RiskChecked) -> bool:
    return check.level in ("moderate", "high")
