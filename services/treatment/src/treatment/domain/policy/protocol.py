"""Where a course is in its protocol, and where it departs from it: told in the append that shows it."""

from collections.abc import Iterable, Iterator

from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.care import RiskChecked
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.consent import ConsentRecorded
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.problem_area import ProblemAreaRevised
from casetrail_contracts.events.protocol import (
    PhaseEntered,
    ProtocolAssigned,
    ProtocolDeviationDetected,
    ProtocolSwitched,
)
from casetrail_contracts.events.session import SessionHeld
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
            case ProtocolAssigned() | ProtocolSwitched():
                if situation.after.attended or situation.before.phase is not None:
                    yield from _phase(situation, protocol, course_record(situation.after), entry)
            case ProblemAreaRevised():
                record = course_record(situation.after)
                found = at_focus_change(protocol, _rules(situation), record)
                yield from deviations(situation, found, entry)
            case CaseClosed():
                record = course_record(situation.after)
                found = at_closing(protocol, _rules(situation), record)
                yield from deviations(situation, found, entry)
            case EntryCorrected() as correction:
                yield from _corrected(situation, protocol, correction, entry)
            case (
                AssessmentCorrected()
                | AssessmentScored()
                | ConsentRecorded()
                | RiskChecked()
                | HomeworkAssigned()
                | HomeworkReviewed()
            ):
                yield from _anew(situation, protocol, entry)
            case _:
                pass


def _corrected(
    situation: Situation, protocol: Protocol, correction: EntryCorrected, entry: HistoryEntry
) -> Iterator[Fact]:
    """The phase and the departures as they are by what counts now."""
    record = course_record(situation.after)
    target = situation.before.entry(correction.target)
    if situation.before.phase is not None:
        # Readers keep the newest phase: after one that was set in error they are told the one that holds.
        by_hand = target is not None and isinstance(target.holds, PhaseEntered)
        yield from _phase(situation, protocol, record, entry, anew=by_hand)
    yield from _anew(situation, protocol, entry)
    replacement = correction.replacement.entry if correction.replacement is not None else None
    if isinstance(replacement, CaseClosed):
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


def _of_guests(situation: Situation, protocol: Protocol) -> Iterator[Deviation]:
    """Their consent is asked for also where the patient was not there."""
    others = other_contacts(situation.after)
    if not others.sessions:
        return
    for found in at_session(protocol, _rules(situation), others):
        if found.rule == "significantOtherNoConsent":
            yield found


def _anew(situation: Situation, protocol: Protocol, entry: HistoryEntry) -> Iterator[Fact]:
    """After a correction or a late entry: what was told by this protocol and does not hold is taken back."""
    told = dict(_told(situation.before, protocol))
    if not told:
        # The whole course is judged only where there is something to take back: a form is entered often.
        return
    record = course_record(situation.after)
    # What the clock saw of a running course is no longer looked for once the case is closed.
    kept = {*AT_CLOSING} if record.closed_as is None else {*AT_CLOSING, *BY_CLOCK}
    if protocol.fixed_ending:
        kept.discard("sessionsExceeded")  # It is told of running courses, too.
    found = holding(protocol, _rules(situation), record, situation.circumstances.now)
    holds = {deviation.key for deviation in (*found, *_of_guests(situation, protocol))}
    for event_id, deviation in told.items():
        if deviation.key not in holds and deviation.rule not in kept:
            withdrawn = DerivedFactWithdrawn(fact=event_id, because_of=entry.event_id)
            yield Fact(payload=withdrawn, at=entry.at, caused_by=entry.event_id)


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
