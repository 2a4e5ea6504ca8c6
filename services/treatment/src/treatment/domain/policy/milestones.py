"""What one form shows beside those before it: better, worse, in remission, or off the track."""

from collections.abc import Iterator
from typing import TypeAlias

from casetrail_contracts.events.outcome import (
    DeteriorationDetected,
    NotOnTrackSignalled,
    RecurrenceSuspected,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
    RemissionReached,
)
from treatment.domain.maintenance import Visit, recurrence_suspected
from treatment.domain.outcomes.on_track import SIGNALS, OnTrackCode, Progress, rules_that_fire
from treatment.domain.outcomes.series import ScoreSeries
from treatment.domain.policy.scores import Told, event_of, series_of
from treatment.domain.policy.situation import Situation

OUTCOME_FACTS: TypeAlias = (
    ReliableImprovementReached
    | ReliableDeteriorationReached
    | RemissionReached
    | DeteriorationDetected
    | NotOnTrackSignalled
    | RecurrenceSuspected
)
Milestone: TypeAlias = (
    type[ReliableImprovementReached]
    | type[ReliableDeteriorationReached]
    | type[RemissionReached]
    | type[DeteriorationDetected]
)
MILESTONES: dict[OnTrackCode, Milestone] = {
    OnTrackCode.RELIABLE_IMPROVEMENT_REACHED: ReliableImprovementReached,
    OnTrackCode.RELIABLE_DETERIORATION_REACHED: ReliableDeteriorationReached,
    OnTrackCode.REMISSION_REACHED: RemissionReached,
    OnTrackCode.DETERIORATING: DeteriorationDetected,
}


def judged(situation: Situation, told: tuple[Told, ...], instrument: str) -> Iterator[OUTCOME_FACTS]:
    """The facts that hold at the newest of these scores, whether or not they were told before.

    Every rule that asks for a review is among them, the most pressing first; of these one is told at a time.
    """
    rules = situation.circumstances.definitions.outcomes.measures.get(instrument)
    if rules is None:
        return
    series = series_of(rules, told)
    if not series.points:
        return
    evidence = (event_of(told, series.points[0]), event_of(told, series.points[-1]))
    seen = tuple(dict.fromkeys(evidence))
    about = {
        "instrument": instrument,
        "rules": situation.circumstances.definitions.outcomes.reference,
        "evidence": seen,
        "baseline": series.totals[0],
        "current": series.totals[-1],
    }
    progress = progress_of(situation, series)
    fired = rules_that_fire(progress)
    for code, fact in MILESTONES.items():
        if code in fired:
            yield fact.model_validate(about)
    for rule in SIGNALS:
        if rule in fired:
            yield NotOnTrackSignalled.model_validate(
                about | {"rule": rule.value, "session": progress.attended}
            )
    if _recurs(situation, series, instrument):
        yield RecurrenceSuspected.model_validate(about)


def progress_of(situation: Situation, series: ScoreSeries) -> Progress:
    """How far the course was when the newest of these scores was taken."""
    case, taken = situation.after, series.points[-1].taken_at
    protocol = situation.circumstances.protocol(case.protocol)
    planned = case.planned_sessions or (protocol.sessions.planned if protocol is not None else None)
    attended = sum(session.started_at.date() <= taken.date() for session in case.attended.values())
    return Progress(series=series, attended=attended, planned=planned)


def _recurs(situation: Situation, series: ScoreSeries, instrument: str) -> bool:
    """In maintenance only: the protocol says of which instrument, and how close together."""
    protocol = situation.circumstances.protocol(situation.after.protocol)
    if protocol is None or protocol.recurrence is None or protocol.recurrence.instrument != instrument:
        return False
    visits = [
        Visit(on=point.taken_at.date(), total=total)
        for point, total in zip(series.points, series.totals, strict=True)
    ]
    return recurrence_suspected(protocol.recurrence, visits)
