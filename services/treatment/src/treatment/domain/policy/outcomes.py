"""What the scores of a case say, told once: in the append of the form that shows it.

A form that is the newest of its instrument is judged where it stands. Anything else, a late form, a late
session or a correction, lets the whole series be judged anew: what no longer holds is taken back. A gain that
was told at closing, before its window was complete, is judged again by every later form.
"""

from collections.abc import Collection, Iterable, Iterator

from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    DeteriorationDetected,
    NotOnTrackSignalled,
    SuddenGainDetected,
)
from casetrail_contracts.events.session import SessionHeld
from treatment.domain.case import Case, HistoryEntry, Status
from treatment.domain.facts import Fact
from treatment.domain.keys import Keyed, derived_key, review_key
from treatment.domain.policy.course import signal_is_open
from treatment.domain.policy.flags import is_historical
from treatment.domain.policy.gains import gains
from treatment.domain.policy.milestones import OUTCOME_FACTS, judged
from treatment.domain.policy.scores import Told, scores
from treatment.domain.policy.situation import Situation


def follows(situation: Situation) -> Iterator[Fact]:
    """The facts about scores that the new entries bring or take back."""
    for entry in situation.news:
        match entry.payload:
            case AssessmentScored() as form:
                yield from _of_instrument(situation, entry, form.instrument)
            case AssessmentCorrected(corrected=form):
                was = situation.before.assessments.get(form.assessment_id, form)
                for instrument in dict.fromkeys((was.instrument, form.instrument)):
                    yield from _anew(situation, entry, instrument)
            case EntryCorrected():
                yield from _all_anew(situation, entry)
            case SessionHeld() as session:
                if any(session.started_at < other.started_at for other in situation.before.sessions.values()):
                    yield from _all_anew(situation, entry)
            case CaseClosed():
                for instrument in _instruments(situation.after):
                    told = scores(situation.after, instrument)
                    yield from _new(situation, entry, gains(situation, told, instrument, closing=True))
            case _:
                pass


def _instruments(case: Case) -> list[str]:
    return sorted({form.instrument for form in case.assessments.values()})


def _of_instrument(situation: Situation, entry: HistoryEntry, instrument: str) -> Iterator[Fact]:
    told = scores(situation.after, instrument)
    if told and told[-1].event_id != entry.event_id:
        yield from _anew(situation, entry, instrument)
        return
    lost = list(_gains_lost(situation, told, instrument))
    for event_id, gain in lost:
        yield from _taken_back(situation, entry, event_id, gain)
    found = [*judged(situation, told, instrument), *gains(situation, told, instrument)]
    yield from _new(situation, entry, found, {event_id for event_id, _ in lost})


def _gains_lost(
    situation: Situation, told: tuple[Told, ...], instrument: str
) -> Iterator[tuple[str, SuddenGainDetected]]:
    """Gains that were told and that the scores no longer show, whether or not their window is complete."""
    for event_id, fact in _told_of(situation.before, instrument):
        then = situation.by(fact.rules) if isinstance(fact, SuddenGainDetected) else None
        if not isinstance(fact, SuddenGainDetected) or then is None:
            continue
        shown = {derived_key(gain) for gain in gains(then, told, instrument, closing=True)}
        if derived_key(fact) not in shown:
            yield event_id, fact


def _lost(
    situation: Situation, told: tuple[Told, ...], instrument: str, found: Collection[str]
) -> Iterator[tuple[str, OUTCOME_FACTS]]:
    """Other facts that were told and that the scores show at no form any more.

    Each is judged by the rule set that it names (invariant 12); `found` is what they show by today's.
    """
    shown = {situation.circumstances.definitions.outcomes.reference: frozenset(found)}
    for event_id, fact in _told_of(situation.before, instrument):
        then = situation.by(fact.rules)
        if isinstance(fact, SuddenGainDetected) or then is None:
            continue
        if fact.rules not in shown:
            shown[fact.rules] = frozenset(
                derived_key(payload)
                for count in range(1, len(told) + 1)
                for payload in judged(then, told[:count], instrument)
            )
        if derived_key(fact) not in shown[fact.rules]:
            yield event_id, fact


def _all_anew(situation: Situation, entry: HistoryEntry) -> Iterator[Fact]:
    """A session that is entered late or corrected renumbers the others: any series may say something else."""
    for instrument in _instruments(situation.before):
        yield from _anew(situation, entry, instrument)


def _anew(situation: Situation, entry: HistoryEntry, instrument: str) -> Iterator[Fact]:
    """Judge every form where it stood, and all gains; tell what is new, take back what does not hold."""
    told = scores(situation.after, instrument)
    found: set[str] = set()
    fresh: dict[str, Keyed] = {}
    for count in range(1, len(told) + 1):
        for payload in judged(situation, told[:count], instrument):
            found.add(derived_key(payload))
            # A course that was off its track once need not be so now: only the newest form asks for a review.
            if count == len(told) or not isinstance(payload, NotOnTrackSignalled):
                fresh.setdefault(derived_key(payload), payload)
    closed = situation.after.status is Status.CLOSED
    fresh |= {derived_key(gain): gain for gain in gains(situation, told, instrument, closing=closed)}
    withdrawn: list[tuple[str, OUTCOME_FACTS | SuddenGainDetected]] = [
        *_gains_lost(situation, told, instrument),
        *_lost(situation, told, instrument, found),
    ]
    for event_id, fact in withdrawn:
        yield from _taken_back(situation, entry, event_id, fact)
    yield from _new(situation, entry, fresh.values(), {event_id for event_id, _ in withdrawn})


def _told_of(case: Case, instrument: str) -> Iterator[tuple[str, OUTCOME_FACTS | SuddenGainDetected]]:
    for event_id in case.derived.values():
        entry = case.entry(event_id)
        fact = entry.holds if entry is not None else None
        if isinstance(fact, OUTCOME_FACTS | SuddenGainDetected) and fact.instrument == instrument:
            yield event_id, fact


def _taken_back(
    situation: Situation, entry: HistoryEntry, event_id: str, payload: OUTCOME_FACTS | SuddenGainDetected
) -> Iterator[Fact]:
    """With a deterioration goes the review that it asked for."""
    facts = [event_id]
    if isinstance(payload, DeteriorationDetected):
        review = situation.before.derived.get(review_key(_review(situation, payload)))
        facts += [review] if review is not None else []
    for fact in facts:
        withdrawn = DerivedFactWithdrawn(fact=fact, because_of=entry.event_id)
        yield Fact(payload=withdrawn, at=entry.at, caused_by=entry.event_id)


def _new(
    situation: Situation, entry: HistoryEntry, found: Iterable[Keyed], withdrawn: Iterable[str] = ()
) -> Iterator[Fact]:
    """Each fact that was not told before; of the signals one, and none while one is open."""
    gone = frozenset(withdrawn)
    is_open = signal_is_open(situation.after, gone)
    for payload in found:
        known = situation.before.derived.get(derived_key(payload))
        if known is not None and known not in gone:
            continue
        if isinstance(payload, NotOnTrackSignalled):
            if is_open:
                continue
            is_open = True
        yield Fact(payload=payload, at=entry.at, caused_by=entry.event_id)
        if isinstance(payload, DeteriorationDetected) and not _is_history(situation, entry):
            yield Fact(payload=_review(situation, payload), at=entry.at, caused_by=entry.event_id)


def _review(situation: Situation, found: DeteriorationDetected) -> ReviewNeeded:
    """A deterioration is looked at within five working days (domain reference 5.2)."""
    return ReviewNeeded(
        rule="deterioration",
        about=found.evidence[-1],
        due_at=situation.review_due,
        therapist_id=situation.after.therapist_id,
        supervisor_id=situation.after.supervisor_id,
        rules=situation.circumstances.definitions.safety.reference,
    )


def _is_history(situation: Situation, entry: HistoryEntry) -> bool:
    """Importing history pages nobody."""
    return isinstance(entry.payload, AssessmentScored) and is_historical(situation, entry.payload)
