"""A case as the deviation rules see it: sessions with what belongs to each, what was set and reviewed."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casetrail_contracts import Payload
from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import RiskChecked, RiskFlagResolved
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.inventory import Relationship
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import NotOnTrackSignalled
from casetrail_contracts.events.problem_area import ProblemAreaRevised, ProblemAreaSelected
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.events.session import Attendance, Modality, SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.case import Case, Status, holds_on
from treatment.domain.deviations import (
    CourseRecord,
    FocusChange,
    HeldSession,
    NotOnTrack,
    UnreviewedItem,
)
from treatment.domain.phases import SetByHand
from treatment.domain.policy.terms import agreed, pauses, planned, protocol_since, waits
from treatment.domain.policy.walking import attended_by, session_starts, walk, walk_as_happened

MOOD = "MOOD10"
"""The measure of IPT for adolescents that `rate-mood` takes (domain reference 1.1, mood rating)."""


def course_record(case: Case) -> CourseRecord:
    """The case as it counts now, with corrections applied."""
    return CourseRecord(
        sessions=tuple(_sessions(case, case.attended)),
        artifacts=_artifacts(case),
        phases_by_hand=tuple(
            SetByHand(phase=payload.phase, after_session=attended)
            for _, payload, attended in walk_as_happened(case)
            if isinstance(payload, PhaseEntered) and payload.set_by_hand
        ),
        focus_changes=tuple(_focus_changes(case)),
        unreviewed_items=tuple(_unreviewed(case)),
        signals=tuple(_signals(case)),
        pauses=tuple(pauses(case)),
        protocol_since=protocol_since(case),
        agreed=agreed(case),
        planned=tuple(planned(case)),
        waits=tuple(waits(case)),
        closed_as=case.closed_as if case.status is Status.CLOSED else None,
    )


def other_contacts(case: Case) -> CourseRecord:
    """The sessions that were no treatment: nothing counts them."""
    return CourseRecord(sessions=tuple(_sessions(case, case.sessions.keys() - case.attended.keys())))


def _sessions(case: Case, wanted: Collection[str]) -> Iterator[HeldSession]:
    if not wanted:
        return
    homework, moods, checks = _homework_sessions(case), _mood_sessions(case), _days_of_checks(case)
    for entry, payload, _ in walk(case):
        if not isinstance(payload, SessionHeld) or payload.session_id not in wanted:
            continue
        online = payload.attendance is Attendance.COMPLETED_ONLINE
        yield HeldSession(
            session_id=payload.session_id,
            event_id=entry.event_id,
            started_at=payload.started_at.astimezone(_zone(payload.timezone)),
            minutes=None if online else payload.duration_minutes,
            in_group=payload.modality is Modality.GROUP or payload.group_session_id is not None,
            without_consent=_without_consent(case, payload),
            guests=_guests(case, payload),
            technique=bool(payload.techniques),
            homework=payload.session_id in homework,
            risk_checked=payload.session_id in case.checked_sessions or payload.started_at.date() in checks,
            measures=_measures(case, payload) | ({MOOD} if payload.session_id in moods else set()),
        )


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        # A name that no table knows: the day is that of UTC rather than none.
        return UTC


def _without_consent(case: Case, session: SessionHeld) -> tuple[str, ...]:
    """Significant others whose presence was not agreed on the day: a later word changes nothing of that."""
    return tuple(
        attendee.person_id
        for attendee in session.attendees
        if attendee.role == "significantOther"
        and attendee.person_id is not None
        and not _had_agreed(case, attendee.person_id, session)
    )


def _guests(case: Case, session: SessionHeld) -> frozenset[Relationship] | None:
    """What they are to the patient; None where nobody is named, or somebody who is not in the inventory."""
    if not session.attendees:
        return None
    named = [one.person_id or "" for one in session.attendees if one.role == "significantOther"]
    if not case.people.keys() >= set(named):
        return None
    return frozenset(case.people[person_id].relationship for person_id in named)


def _had_agreed(case: Case, person_id: str, session: SessionHeld) -> bool:
    day, agreed = session.started_at.date(), False
    for entry, payload, _ in walk_as_happened(case):
        is_word = isinstance(payload, ConsentRecorded | ConsentWithdrawn) and payload.person_id == person_id
        if is_word and entry.at.at.date() <= day:
            agreed = isinstance(payload, ConsentRecorded) and holds_on(payload, day)
    return agreed


def _measures(case: Case, session: SessionHeld) -> frozenset[str]:
    """Forms that name the session or that it names, and those of its day."""
    return frozenset(
        form.instrument
        for form in case.assessments.values()
        if form.session_id == session.session_id
        or form.assessment_id in session.measures
        or form.taken_at.at.date() == session.started_at.date()
    )


def _mood_sessions(case: Case) -> frozenset[str | None]:
    """A rated mood is a measure of its session too."""
    return frozenset(payload.session_id for _, payload, _ in walk(case) if isinstance(payload, MoodRated))


def _days_of_checks(case: Case) -> frozenset[date]:
    """The days of the risk checks that name no session: like forms they belong to what was held that day."""
    return frozenset(
        entry.at.at.date()
        for entry, payload, _ in walk(case)
        if isinstance(payload, RiskChecked) and payload.asked and payload.session_id is None
    )


def _homework_sessions(case: Case) -> frozenset[str]:
    found = set()
    for _, payload, _ in walk(case):
        if isinstance(payload, HomeworkAssigned) and payload.assigned_at_session_id is not None:
            found.add(payload.assigned_at_session_id)
        if isinstance(payload, HomeworkReviewed) and payload.reviewed_at_session_id is not None:
            found.add(payload.reviewed_at_session_id)
    return frozenset(found)


def _artifacts(case: Case) -> dict[str, int]:
    starts = session_starts(case)
    found = {artifact: attended_by(starts, at) for artifact, at in case.artifacts.items()}
    if case.assessments and case.attended:
        last = max(session.started_at for session in case.attended.values()).date()
        if any(form.taken_at.at.date() >= last for form in case.assessments.values()):
            found["finalMeasures"] = len(case.attended)
    return found


def _focus_changes(case: Case) -> Iterator[FocusChange]:
    """Where the area became another one: more about the same grief changes nothing of the focus."""
    areas: dict[str, str] = {}
    for entry, payload, attended in walk_as_happened(case):
        if not isinstance(payload, ProblemAreaSelected | ProblemAreaRevised):
            continue
        if areas.get(payload.rank, payload.focus.area) != payload.focus.area:
            yield FocusChange(event_id=entry.event_id, after_session=attended)
        areas[payload.rank] = payload.focus.area


def _unreviewed(case: Case) -> Iterator[UnreviewedItem]:
    """Positive risk items, and the day on which a risk check or an outcome of their flag reviewed each."""
    reviews = list(_reviews_of_risk(case))
    for entry, payload, _ in walk(case):
        if not isinstance(payload, AssessmentScored) or payload.risk is None:
            continue
        taken_on = payload.taken_at.at.date()
        days = [
            day
            for day, evidence in reviews
            if day >= taken_on and (not evidence or entry.event_id in evidence)
        ]
        yield UnreviewedItem(
            assessment_id=payload.assessment_id,
            event_id=entry.event_id,
            taken_on=taken_on,
            reviewed_on=min(days, default=None),
        )


def _reviews_of_risk(case: Case) -> Iterator[tuple[date, tuple[str, ...]]]:
    """The days of risk checks, which look at everything, and of outcomes, with the evidence of their flag."""
    for entry, payload, _ in walk(case):
        match payload:
            case RiskChecked(asked=True):
                yield entry.at.at.date(), ()
            case RiskFlagResolved():
                flag = case.flags.get(payload.flag_id)
                yield entry.at.at.date(), flag.evidence if flag is not None else ()
            case _:
                pass


def signal_is_open(case: Case, withdrawn: Collection[str] = ()) -> bool:
    """Whether a not-on-track signal, beside the withdrawn ones, was not reviewed yet."""
    return any(
        signal.reviewed_after_session is None and signal.event_id not in withdrawn
        for signal in _signals(case)
    )


def _signals(case: Case) -> Iterator[NotOnTrack]:
    """Not-on-track signals; an adaptation that names one as evidence, or its trigger, reviews it.

    Nobody can answer a signal before it was told: it counts from there, and a review from when it happened.
    """
    walked, starts = list(walk(case)), session_starts(case)
    for place, (entry, payload, attended) in enumerate(walked):
        if not isinstance(payload, NotOnTrackSignalled):
            continue
        reviewed = next(
            (
                attended_by(starts, later.at)
                for later, answer, _ in walked[place + 1 :]
                if _reviews(answer, entry.event_id)
            ),
            None,
        )
        yield NotOnTrack(event_id=entry.event_id, after_session=attended, reviewed_after_session=reviewed)


def _reviews(payload: Payload, signal: str) -> bool:
    because = getattr(payload, "because", None)
    if isinstance(because, Because) and signal in because.evidence:
        return True
    return isinstance(payload, TacticAdapted) and payload.trigger in ("notOnTrack", "supervision")
