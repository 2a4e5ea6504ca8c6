"""Sudden gains: told once the sessions that the verdict looks at were held; and which were lost again."""

from collections.abc import Iterator
from datetime import date

from casetrail_contracts.events.outcome import SuddenGainDetected
from treatment.domain.outcomes.series import ScorePoint, ScoreSeries
from treatment.domain.outcomes.sudden_gains import SuddenChange, of_series, settled
from treatment.domain.policy.scores import Told, event_of, series_of
from treatment.domain.policy.situation import Situation

DAYS_OF_A_WEEK = 7


def gains(
    situation: Situation, told: tuple[Told, ...], instrument: str, *, closing: bool = False
) -> Iterator[SuddenGainDetected]:
    """The gains among these scores that can no longer be taken back by a later score; at closing, all."""
    told = _numbered(situation, told)
    for change, series in _changes(situation, told, instrument):
        if closing or settled(change, _sessions(situation, told)):
            yield SuddenGainDetected(
                key=_key(told, series, instrument, change),
                instrument=instrument,
                rules=situation.circumstances.definitions.outcomes.reference,
                evidence=_around(told, series, change),
                after_session=change.after_session,
                magnitude=change.magnitude,
            )


def lost(situation: Situation, told: tuple[Told, ...], instrument: str) -> frozenset[str]:
    """The keys of the gains among these scores of which more than half was lost again."""
    told = _numbered(situation, told)
    return frozenset(
        _key(told, series, instrument, change)
        for change, series in _changes(situation, told, instrument)
        if change.reversed
    )


def shown(situation: Situation, told: tuple[Told, ...], instrument: str) -> tuple[SuddenChange, ...]:
    """The gains among these scores, whether or not their window is complete."""
    return tuple(change for change, _ in _changes(situation, _numbered(situation, told), instrument))


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


def _numbered(situation: Situation, told: tuple[Told, ...]) -> tuple[Told, ...]:
    """The scores with their sessions; where none was held, with the weeks since the first, the baseline.

    Scores that are imported without sessions were taken week by week. Ranks would not do: they close gaps.
    """
    if situation.after.attended or not told:
        return told
    first = told[0].point.taken_at.date()
    return tuple(Told(event_id=one.event_id, point=_in_its_week(one.point, first)) for one in told)


def _in_its_week(point: ScorePoint, first: date) -> ScorePoint:
    return ScorePoint(
        instrument=point.instrument,
        total=point.total,
        taken_at=point.taken_at,
        status=point.status,
        session=round((point.taken_at.date() - first).days / DAYS_OF_A_WEEK),
    )


def _sessions(situation: Situation, told: tuple[Told, ...]) -> int:
    """How many sessions were held by the newest of these scores; where none was, its own number."""
    if not told:
        return 0
    if not situation.after.attended:
        return told[-1].point.session or 0
    newest = told[-1].point.taken_at.date()
    return sum(session.started_at.date() <= newest for session in situation.after.attended.values())


def _key(told: tuple[Told, ...], series: ScoreSeries, instrument: str, change: SuddenChange) -> str:
    """By the form after the gain: a session that is entered late renumbers the others, and no form."""
    return f"SuddenGain/{instrument}/{_around(told, series, change)[-1]}"


def _around(told: tuple[Told, ...], series: ScoreSeries, change: SuddenChange) -> tuple[str, ...]:
    """The forms before and after the gain."""
    sides = (change.after_session, change.after_session + 1)
    return tuple(event_of(told, point) for point in series.points if point.session in sides)
