"""Where a course is in its protocol, and where it departs from it: told in the append that shows it."""

from collections.abc import Iterable, Iterator

from casetrail_contracts.events.assessment import AssessmentCorrected, MoodRated
from casetrail_contracts.events.care import ReviewNeeded, RiskChecked, RiskFlagResolved
from casetrail_contracts.events.case import CaseClosed, CasePaused, CaseResumed
from casetrail_contracts.events.consent import ConsentRecorded
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.formulation import ContractAgreed, FormulationAgreed
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.inventory import InventoryCompleted, InventoryRecorded
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.plan import GoalsRevised
from casetrail_contracts.events.problem_area import ProblemAreaRevised, ProblemAreaSelected
from casetrail_contracts.events.protocol import (
    PhaseEntered,
    ProtocolAssigned,
    ProtocolDeviationDetected,
    ProtocolSwitched,
)
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.deviations import (
    CourseRecord,
    Deviation,
    DeviationRules,
    at_closing,
    at_focus_change,
    at_session,
    holding,
    phase_now,
)
from treatment.domain.facts import Fact
from treatment.domain.policy.course import course_record, other_contacts
from treatment.domain.policy.situation import Situation
from treatment.domain.protocols import Protocol

BY_CLOCK = ("gapExceeded", "courseTooLong")
AT_CLOSING = ("sessionsExceeded", "sessionsBelowMin", "endingNotPrepared")
MAY_COME_LATE = (
    AssessmentCorrected,
    AssessmentScored,
    MoodRated,
    ConsentRecorded,
    RiskChecked,
    RiskFlagResolved,
    HomeworkAssigned,
    HomeworkReviewed,
    InventoryRecorded,
    InventoryCompleted,
    FormulationAgreed,
    ProblemAreaSelected,
    ContractAgreed,
    GoalsRevised,
    TacticAdapted,
    CasePaused,
    CaseResumed,
)
"""What may be entered after policy told that it is missing, or that changes how a course is counted."""


def follows(situation: Situation) -> Iterator[Fact]:
    """Phases and deviations; none where the text of the protocol is not installed any more."""
    protocol = situation.circumstances.protocol(situation.after.protocol)
    if protocol is None:
        return
    for entry in situation.news:
        match entry.payload:
            case SessionHeld() as session:
                record = course_record(situation.after)
                if session.session_id in situation.after.attended:
                    yield from _phase(situation, protocol, record, entry)
                found = at_session(protocol, _rules(situation), record, session.session_id)
                yield from deviations(situation, (*found, *_of_guests(situation, protocol)), entry)
                yield from _anew(situation, protocol, entry)
            case ProtocolAssigned() | ProtocolSwitched():
                if situation.after.attended or situation.before.phase is not None:
                    yield from _phase(situation, protocol, course_record(situation.after), entry)
            case ProblemAreaRevised():
                record = course_record(situation.after)
                found = at_focus_change(protocol, _rules(situation), record)
                yield from deviations(situation, found, entry)
                yield from _anew(situation, protocol, entry)
            case CaseClosed():
                record = course_record(situation.after)
                found = at_closing(protocol, _rules(situation), record)
                yield from deviations(situation, found, entry)
            case EntryCorrected() as correction:
                yield from _corrected(situation, protocol, correction, entry)
            case payload if isinstance(payload, MAY_COME_LATE):
                yield from _anew(situation, protocol, entry)
            case _:
                pass


def _corrected(
    situation: Situation, protocol: Protocol, correction: EntryCorrected, entry: HistoryEntry
) -> Iterator[Fact]:
    """The phase and the departures as they are by what counts now."""
    if situation.before.phase is not None:
        target = situation.before.entry(correction.target)
        by_hand = target is not None and isinstance(target.holds, PhaseEntered)
        yield from _phase_anew(situation, protocol, entry, by_hand=by_hand)
    yield from _anew(situation, protocol, entry)
    replacement = correction.replacement.entry if correction.replacement is not None else None
    if isinstance(replacement, CaseClosed):
        record = course_record(situation.after)
        yield from deviations(situation, at_closing(protocol, _rules(situation), record), entry)


def _rules(situation: Situation) -> DeviationRules:
    return situation.circumstances.definitions.deviations


def _phase(
    situation: Situation,
    protocol: Protocol,
    record: CourseRecord,
    entry: HistoryEntry,
    *,
    anew: bool = False,
) -> Iterator[Fact]:
    """The phase of the newest session in the protocol that holds now, told when it begins (invariant 5)."""
    attended = len(situation.after.attended)
    phase = phase_now(protocol, record)
    if anew or phase.code != situation.after.phase:
        entered = PhaseEntered(phase=phase.code, definition=protocol.reference, attended_sessions=attended)
        yield Fact(payload=entered, at=entry.at, caused_by=entry.event_id)


def _phase_anew(
    situation: Situation, protocol: Protocol, entry: HistoryEntry, *, by_hand: bool
) -> Iterator[Fact]:
    """After a correction: phases that the course has not reached are taken back, and its phase is told.

    Readers keep the newest phase: after one that was set in error they are always told the one that holds.
    """
    record = course_record(situation.after)
    now, codes = phase_now(protocol, record).code, [phase.code for phase in protocol.phases]
    if now == situation.after.phase and not by_hand:
        return
    for told in reversed(situation.before.history):
        phase = told.holds
        if not isinstance(phase, PhaseEntered):
            continue
        if phase.set_by_hand or phase.definition != protocol.reference:
            break
        if codes.index(phase.phase) > codes.index(now):
            withdrawn = DerivedFactWithdrawn(fact=told.event_id, because_of=entry.event_id)
            yield Fact(payload=withdrawn, at=entry.at, caused_by=entry.event_id)
    yield from _phase(situation, protocol, record, entry, anew=by_hand)


def _of_guests(situation: Situation, protocol: Protocol) -> Iterator[Deviation]:
    """Their consent is asked for also where the patient was not there."""
    others = other_contacts(situation.after)
    if not others.sessions:
        return
    for found in at_session(protocol, _rules(situation), others):
        if found.rule == "significantOtherNoConsent":
            yield found


def _anew(situation: Situation, protocol: Protocol, entry: HistoryEntry) -> Iterator[Fact]:
    """After a correction or a late entry: what was told by this protocol and does not hold is taken back.

    With a gap goes the call that it asked for.
    """
    told = dict(_told(situation.before, protocol))
    if not told:
        # The whole course is judged only where there is something to take back: a form is entered often.
        return
    record = course_record(situation.after)
    # What the clock saw of a running course is no longer looked for once the case is closed.
    kept = {*AT_CLOSING} if record.closed_as is None else {*AT_CLOSING, *BY_CLOCK}
    if protocol.fixed_ending:
        kept.discard("sessionsExceeded")  # It is told of running courses, too.
    holds = {
        rules: _holding(situation, protocol, record, rules)
        for rules in {deviation.rules for deviation in told.values()}
    }
    for event_id, deviation in told.items():
        found = holds[deviation.rules]
        if found is not None and deviation.key not in found and deviation.rule not in kept:
            for fact in (event_id, *_calls(situation.before, deviation)):
                withdrawn = DerivedFactWithdrawn(fact=fact, because_of=entry.event_id)
                yield Fact(payload=withdrawn, at=entry.at, caused_by=entry.event_id)


def _calls(case: Case, deviation: ProtocolDeviationDetected) -> Iterator[str]:
    """The event that asked for a call because of this gap, if one did."""
    for event_id in case.derived.values() if deviation.rule == "gapExceeded" else ():
        told = case.entry(event_id)
        call = told.holds if told is not None else None
        if isinstance(call, ReviewNeeded) and call.rule == "gapExceeded" and call.about in deviation.evidence:
            yield event_id


def _holding(
    situation: Situation, protocol: Protocol, record: CourseRecord, rules: str
) -> frozenset[str] | None:
    """The keys of what holds by the rule set that was named when it was told (invariant 12).

    None when that text can be read no more.
    """
    then = situation.by(rules)
    if then is None:
        return None
    found = holding(protocol, _rules(then), record, situation.circumstances.now)
    return frozenset(deviation.key for deviation in (*found, *_of_guests(then, protocol)))


def _told(case: Case, protocol: Protocol) -> Iterator[tuple[str, ProtocolDeviationDetected]]:
    """The deviations from this protocol that were told and not taken back, by their events."""
    for event_id in case.derived.values():
        told = case.entry(event_id)
        deviation = told.holds if told is not None else None
        if isinstance(deviation, ProtocolDeviationDetected) and deviation.definition == protocol.reference:
            yield event_id, deviation


def deviations(
    situation: Situation, found: Iterable[Deviation], entry: HistoryEntry | None = None
) -> Iterator[Fact]:
    """Those that were not told before, each once; `entry` is their cause, where one is."""
    reference = situation.after.protocol
    if reference is None:
        return
    for deviation in found:
        if deviation.key in situation.after.derived:
            continue
        payload = ProtocolDeviationDetected(
            key=deviation.key,
            rule=deviation.rule,
            severity=deviation.severity,
            definition=reference,
            rules=_rules(situation).reference,
            evidence=deviation.evidence,
        )
        yield Fact(
            payload=payload,
            at=entry.at if entry is not None else situation.today,
            caused_by=entry.event_id if entry is not None else None,
        )
