"""Sudden gains: told once the sessions that the verdict looks at were held; and which were lost again."""

from collections.abc import Iterator

from casetrail_contracts.events.outcome import SuddenGainDetected
from treatment.domain.outcomes.series import ScoreSeries
from treatment.domain.outcomes.sudden_gains import SuddenChange, of_series, settled
from treatment.domain.policy.scores import Told, event_of, series_of
from treatment.domain.policy.situation import Situation


def gains(
    situation: Situation, told: tuple[Told, ...], instrument: str, *, closing: bool = False
) -> Iterator[SuddenGainDetected]:
    """The gains among these scores that can no longer be taken back by a later score; at closing, all."""
    for change, series in _changes(situation, told, instrument):
        if closing or settled(change, _sessions(situation, told)):
            yield SuddenGainDetected(
                key=_key(told, series, instrument, change),
                instrument=instrument,
                rules=situation.circumstances.definitions.outcomes.reference,
                evidence=_around(told, series, change),
                after_session=change.after_session,
                magnitude=int(change.magnitude),
            )


def lost(situation: Situation, told: tuple[Told, ...], instrument: str) -> frozenset[str]:
    """The keys of the gains among these scores of which more than half was lost again."""
    return frozenset(
        _key(told, series, instrument, change)
        for change, series in _changes(situation, told, instrument)
        if change.reversed
    )


def _changes(
    situation: Situation, told: tuple[Told, ...], instrument: str
) -> Iterator[tuple[SuddenChange, ScoreSeries]]:
    rules = situation.circumstances.definitions.outcomes
    measure = rules.measures.get(instrument)
    if measure is None:
        return
    series = series_of(measure, told)
    for change in of_series(rules.sudden_gains, series, _sessions(situation, told)):
        yield change, series


def _sessions(situation: Situation, told: tuple[Told, ...]) -> int:
    """How many sessions were held by the newest of these scores."""
    if not told:
        return 0
    newest = told[-1].point.taken_at.date()
    return sum(session.started_at.date() <= newest for session in situation.after.attended.values())


def _key(told: tuple[Told, ...], series: ScoreSeries, instrument: str, change: SuddenChange) -> str:
    """By the form after the gain: a session that is entered late renumbers the others, and no form."""
    return f"SuddenGain/{instrument}/{_around(told, series, change)[-1]}"


def _around(told: tuple[Told, ...], series: ScoreSeries, change: SuddenChange) -> tuple[str, ...]:
    """The forms before and after the gain."""
    sides = (change.after_session, change.after_session + 1)
    return tuple(event_of(told, point) for point in series.points if point.session in sides)
