"""From a checked protocol file to the value that the domain works with."""

from typing import cast, get_args

from casetrail_contracts.events.protocol import DeviationRule
from treatment.definitions.protocol_file import MeasureFile, PhaseFile, ProtocolFile
from treatment.domain.protocols import (
    AfterMonths,
    AfterWeeks,
    Artifact,
    AtSessions,
    Blend,
    Cadence,
    Count,
    EverySession,
    ExpectedAttendee,
    FollowUp,
    Measure,
    Phase,
    PhaseEnd,
    Protocol,
    Recurrence,
    Required,
    ScoreLimit,
    Weeks,
    When,
)


def protocol_of(read: ProtocolFile, sha256: str) -> Protocol:
    """The protocol that the file says; the checks of `protocol_checks` have passed."""
    return Protocol(
        code=read.code,
        version=read.version,
        sha256=sha256,
        title=read.title,
        modality=read.modality,
        focus=read.focus,
        sessions=Count(least=read.sessions.min, planned=read.sessions.planned, most=read.sessions.max),
        weeks=Weeks(least=read.weeks.min, planned=read.weeks.planned, most=read.weeks.max),
        minutes=_minutes(read),
        cadence=Cadence(
            target=read.cadence.target_days,
            tolerance=read.cadence.tolerance_days,
            longest_gap=read.cadence.max_gap_days,
            allowed=read.cadence.allowed_days,
        ),
        phases=tuple(_phase(read, phase) for phase in read.phases),
        measures=tuple(_measure(measure) for measure in read.measures),
        rules=frozenset(get_args(DeviationRule) if read.deviations is None else read.deviations),
        discouraged_areas=read.discouraged_areas,
        fixed_ending=read.fixed_ending,
        sessions_before_group=0 if read.pre_session is None else read.pre_session.individual,
        blend=_blend(read),
        follow_up=FollowUp(**read.follow_up.model_dump()) if read.follow_up else None,
        expected_attendees=tuple(ExpectedAttendee(**one.model_dump()) for one in read.expected_attendees),
        entry_gate=_entry_gate(read),
        recurrence=Recurrence(**read.recurrence.model_dump()) if read.recurrence else None,
    )


def _minutes(read: ProtocolFile) -> Count | None:
    minutes = read.session_minutes
    if minutes is None:
        return None
    return Count(least=minutes.min, planned=minutes.typical, most=minutes.max)


def _phase(read: ProtocolFile, phase: PhaseFile) -> Phase:
    return Phase(
        code=phase.code,
        kind=phase.kind,
        first=phase.first,
        last=phase.last,
        required=tuple(_required(text, phase.last) for text in phase.required_artifacts),
        exit_gates=phase.exit_gates,
        cadence=_cadence(read, phase),
        homework_or_technique=phase.homework_or_technique,
    )


def _cadence(read: ProtocolFile, phase: PhaseFile) -> Cadence | None:
    own = phase.cadence
    if own is None:
        return None
    return Cadence(
        target=own.target_days,
        tolerance=own.tolerance_days,
        longest_gap=own.max_gap_days or read.cadence.max_gap_days,
    )


def _required(text: str, last: int) -> Required:
    artifact, _, by_session = text.partition("@")
    # The checks have found the word in the list of artefacts; the type checker cannot know.
    return Required(artifact=cast("Artifact", artifact), by_session=int(by_session or last))


def _measure(measure: MeasureFile) -> Measure:
    return Measure(instrument=measure.instrument, when=_when(measure), required=measure.required)


def _when(measure: MeasureFile) -> When:
    if measure.sessions is not None:
        return AtSessions(numbers=measure.sessions)
    if measure.weeks is not None:
        return AfterWeeks(weeks=measure.weeks)
    if measure.months is not None:
        return AfterMonths(months=measure.months)
    return PhaseEnd() if measure.when == "phaseEnd" else EverySession()


def _blend(read: ProtocolFile) -> Blend | None:
    blend = read.blended
    if blend is None:
        return None
    return Blend(
        online=blend.online_sessions,
        live_least=blend.live_sessions.min,
        live_most=blend.live_sessions.max,
        alternating=blend.alternating,
    )


def _entry_gate(read: ProtocolFile) -> tuple[ScoreLimit, ...]:
    if read.entry_gate is None:
        return ()
    return tuple(ScoreLimit(**limit.model_dump()) for limit in read.entry_gate.any_of)
