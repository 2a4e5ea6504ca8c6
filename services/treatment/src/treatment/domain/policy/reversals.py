"""Sudden gains that were told and lost again: told when a score shows it, taken back when none does."""

from collections.abc import Iterator

from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, SuddenGainDetected, SuddenGainReversed
from casetrail_contracts.events.session import SessionHeld
from treatment.domain.case import HistoryEntry
from treatment.domain.facts import Fact
from treatment.domain.keys import derived_key
from treatment.domain.policy.gains import lost
from treatment.domain.policy.scores import scores
from treatment.domain.policy.situation import Situation

CAUSES = (AssessmentScored, AssessmentCorrected, EntryCorrected, SessionHeld, CaseClosed)


def follows(situation: Situation) -> Iterator[Fact]:
    """It comes after the gains themselves: one may be told and lost in the same append."""
    for entry in situation.news:
        if isinstance(entry.payload, CAUSES):
            yield from _of_entry(situation, entry)


def _of_entry(situation: Situation, entry: HistoryEntry) -> Iterator[Fact]:
    holding, unknown = set(), set()
    for event_id in situation.after.derived.values():
        told = situation.after.entry(event_id)
        gain = told.holds if told is not None else None
        if not isinstance(gain, SuddenGainDetected):
            continue
        forms = scores(situation.after, gain.instrument)
        then = situation.by(gain.rules)
        if then is None:
            unknown.add(event_id)
            continue
        if gain.key not in lost(then, forms, gain.instrument):
            continue
        evidence = (event_id, forms[-1].event_id)
        reversal = SuddenGainReversed(gain=event_id, evidence=evidence, rules=gain.rules)
        holding.add(derived_key(reversal))
        if derived_key(reversal) not in situation.after.derived:
            yield Fact(payload=reversal, at=entry.at, caused_by=entry.event_id)
    for key, event_id in situation.before.derived.items():
        told = situation.before.entry(event_id)
        reversed_gain = told.holds if told is not None else None
        if (
            isinstance(reversed_gain, SuddenGainReversed)
            and key not in holding
            and reversed_gain.gain not in unknown
        ):
            withdrawn = DerivedFactWithdrawn(fact=event_id, because_of=entry.event_id)
            yield Fact(payload=withdrawn, at=entry.at, caused_by=entry.event_id)
