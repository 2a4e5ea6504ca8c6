"""What a protocol expects and a course does not have: somebody is asked to look at it; it blocks nothing.

An entry gate (IPT-M), an area that suits badly as the only focus (IPT-B), somebody to be there (IPT-A), what
is to be recorded by some session or before a phase is left.
The reference names no rule of deviation for them, so each is a review, whose `key` says what it is about.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import CaseActivated
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.problem_area import ProblemAreaRevised, ProblemAreaSelected
from casetrail_contracts.events.protocol import ProtocolAssigned, ProtocolSwitched
from treatment.domain.case import Case, HistoryEntry, Status
from treatment.domain.deviations import asked, attendees_missing, gates_left_open, not_recorded
from treatment.domain.facts import Fact
from treatment.domain.maintenance import may_begin
from treatment.domain.policy.course import course_record
from treatment.domain.policy.situation import Situation
from treatment.domain.policy.walking import walk
from treatment.domain.protocols import Artifact, Protocol

ENTRY_GATE = "entryGate"
AREA_DISCOURAGED = "areaDiscouraged"
ATTENDEE_MISSING = "attendeeMissing"
NOT_RECORDED = "notRecorded"
EXIT_GATE = "exitGate"

Expected: TypeAlias = tuple[str, str]
"""The event that it is about, and what it is."""


def follows(situation: Situation) -> Iterator[Fact]:
    """The reviews that the news asks for, each told once, and those that it makes needless."""
    protocol = situation.circumstances.protocol(situation.after.protocol)
    if not situation.news or protocol is None:
        return
    cause, told = situation.news[0], _told(situation.before)
    always = protocol.entry_gate or protocol.discouraged_areas or protocol.expected_attendees
    if not told and not always and not _may_lack(situation.after, protocol):
        return
    expected = dict(_lacking(situation, protocol))
    for one, event_id in told.items():
        if one not in expected:
            withdrawn = DerivedFactWithdrawn(fact=event_id, because_of=cause.event_id)
            yield Fact(payload=withdrawn, at=cause.at, caused_by=cause.event_id)
    for one, lacking in expected.items():
        if one not in told:
            yield Fact(payload=_review(situation, one, lacking), at=cause.at, caused_by=cause.event_id)


def _may_lack(case: Case, protocol: Protocol) -> bool:
    """Whether it is worth to walk the course for what was not recorded: a form is entered often.

    Before the second session no phase was left, whichever was set by hand.
    """
    attended, closed = len(case.attended), case.status is Status.CLOSED
    return any(
        artifact not in case.artifacts and (closed or by_session < attended)
        for phase in protocol.phases
        for artifact, by_session in (*asked(phase), *((gate, 1) for gate in phase.exit_gates))
    )


def _lacking(situation: Situation, protocol: Protocol) -> Iterator[tuple[Expected, tuple[Artifact, ...]]]:
    """What is not as the protocol expects, with what is to be recorded."""
    case = situation.after
    begun = _begun(case)
    if begun is not None and not may_begin(protocol, _newest_totals(case, begun)):
        yield (begun.event_id, ENTRY_GATE), ()
    chosen = _only_focus(case)
    if chosen is not None and case.focus["primary"].area in protocol.discouraged_areas:
        yield (chosen.event_id, AREA_DISCOURAGED), ()
    if not protocol.expected_attendees and not _may_lack(case, protocol):
        return
    rules, record = situation.circumstances.definitions.deviations, course_record(case)
    for session in attendees_missing(protocol, rules, record):
        yield (session.event_id, ATTENDEE_MISSING), ()
    for one in not_recorded(protocol, rules, record):
        yield (one.session.event_id, NOT_RECORDED), one.artifacts
    for one in gates_left_open(protocol, rules, record):
        yield (one.session.event_id, EXIT_GATE), one.artifacts


def _begun(case: Case) -> HistoryEntry | None:
    """The event with which the course by its protocol began: it was activated, or switched while it ran."""
    activated, begun = False, None
    for entry, payload, _ in walk(case):
        if isinstance(payload, ProtocolAssigned | ProtocolSwitched):
            begun = entry if activated else None
        if isinstance(payload, CaseActivated):
            activated, begun = True, begun or entry
    return begun


def _newest_totals(case: Case, begun: HistoryEntry) -> Mapping[str, int]:
    """By instrument, as they were on the day on which the course began."""
    until = begun.at.at.date()
    forms = sorted(case.assessments.values(), key=lambda form: form.taken_at.at)
    return {
        form.instrument: form.total
        for form in forms
        if form.total is not None and form.taken_at.at.date() <= until
    }


def _only_focus(case: Case) -> HistoryEntry | None:
    """The event that chose the primary area, where there is no other one."""
    if case.focus.keys() != {"primary"}:
        return None
    chosen = None
    for entry, payload, _ in walk(case):
        if isinstance(payload, ProblemAreaSelected | ProblemAreaRevised):
            chosen = entry
    return chosen


def _told(case: Case) -> dict[Expected, str]:
    """The reviews that were asked for and not taken back, and the event that told each."""
    found = {}
    for event_id in case.derived.values():
        entry = case.entry(event_id)
        review = entry.holds if entry is not None else None
        if isinstance(review, ReviewNeeded) and review.rule == "notOnTrack" and review.about and review.key:
            found[review.about, review.key] = event_id
    return found


def _review(situation: Situation, expected: Expected, lacking: tuple[Artifact, ...]) -> ReviewNeeded:
    about, key = expected
    return ReviewNeeded(
        key=key,
        rule="notOnTrack",
        about=about,
        due_at=situation.review_due,
        therapist_id=situation.after.therapist_id,
        supervisor_id=situation.after.supervisor_id,
        lacking=lacking or None,
        rules=situation.circumstances.definitions.safety.reference,
    )
