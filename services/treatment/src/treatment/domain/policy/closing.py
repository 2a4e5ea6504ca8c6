"""What follows from closing a case: homework is withdrawn, and the outcome summed up."""

from collections.abc import Iterator

from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.homework import HomeworkWithdrawn
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, OutcomeSummarised
from treatment.domain.case import HOMEWORK_OPEN, Case, HistoryEntry, Status
from treatment.domain.facts import Fact
from treatment.domain.policy.situation import Situation
from treatment.domain.policy.summary import outcome_summary


def follows(situation: Situation) -> Iterator[Fact]:
    """Every piece of homework has an end when the case has (domain reference 1.6)."""
    for entry in situation.news:
        match entry.payload:
            case CaseClosed() as closed:
                yield from _homework(situation, entry)
                summary = outcome_summary(situation.after, closed, situation.circumstances, entry.at)
                yield Fact(payload=summary, at=entry.at, caused_by=entry.event_id)
            case AssessmentScored() | AssessmentCorrected() | EntryCorrected():
                yield from _summed_up_anew(situation, entry)
            case _:
                pass


def _homework(situation: Situation, entry: HistoryEntry) -> Iterator[Fact]:
    for homework_id, status in situation.after.homework.items():
        if status in HOMEWORK_OPEN:
            withdrawn = HomeworkWithdrawn(homework_id=homework_id, reason="caseClosed")
            yield Fact(payload=withdrawn, at=entry.at, caused_by=entry.event_id)


def _summed_up_anew(situation: Situation, entry: HistoryEntry) -> Iterator[Fact]:
    """A closed case whose scores or sessions were another way than the summary says has a new one.

    It is summed up by the rules by which it was when it was closed.
    """
    closing = _newest(situation.after, CaseClosed)
    told = _newest(situation.after, OutcomeSummarised)
    if situation.after.status is not Status.CLOSED or closing is None or told is None:
        return
    then = situation.by(told.holds.rules) if isinstance(told.holds, OutcomeSummarised) else None
    if not isinstance(closing.holds, CaseClosed) or then is None:
        return
    summary = outcome_summary(situation.after, closing.holds, then.circumstances, closing.at)
    if summary == told.holds:
        return
    withdrawn = DerivedFactWithdrawn(fact=told.event_id, because_of=entry.event_id)
    for payload in (withdrawn, summary):
        yield Fact(payload=payload, at=entry.at, caused_by=entry.event_id)


def _newest(case: Case, kind: type[CaseClosed | OutcomeSummarised]) -> HistoryEntry | None:
    return next((entry for entry in reversed(case.history) if isinstance(entry.holds, kind)), None)
