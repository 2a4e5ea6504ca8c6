"""What the scores of a case say as they stand: computed when somebody asks, and told as no fact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from casetrail_contracts.events.plan import GoalRated
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.outcomes import measurement_care as care
from treatment.domain.outcomes.goals import Attainment, gas_t_score
from treatment.domain.outcomes.measured_sessions import Coverage, Trend, coverage, trend
from treatment.domain.outcomes.on_track import OnTrackCode, rules_that_fire
from treatment.domain.outcomes.reliable_change import (
    ChangeClass,
    NoticedChange,
    classify_by_rules,
    noticed_change,
    reliable_change_index,
)
from treatment.domain.outcomes.rules import FollowUpWindow, MeasurementRules, OutcomeRules, Points
from treatment.domain.outcomes.series import ScorePoint, ScoreSeries
from treatment.domain.outcomes.sudden_gains import SuddenChange
from treatment.domain.outcomes.talking_therapies import (
    Change,
    Pair,
    TalkingTherapiesOutcome,
    of_course,
    pair,
    reliable_change,
)
from treatment.domain.policy import gains
from treatment.domain.policy.milestones import progress_of
from treatment.domain.policy.scores import Told, event_of, scores, series_of
from treatment.domain.policy.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownScore:
    """One score that counts."""

    event_id: str
    taken_at: datetime
    session: int | None
    score: Points
    is_case: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownWindow:
    """A measure with a window; without an index score the course is not in it."""

    code: str
    in_measure: bool
    index: str | None
    """The event of the index score."""
    opens_on: date | None
    closes_on: date | None
    follow_up: str | None
    """The event of the newest score inside the window."""
    remission: bool
    response: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMeasure:
    """One instrument. Change is from the first score of the course to the last; None is unknown, never no."""

    instrument: str
    scores: tuple[ShownScore, ...]
    trend: Trend | None
    change: Change | None
    change_class: ChangeClass | None
    change_index: float | None
    """The change in standard errors of the difference; negative where the score fell."""
    change_beyond_error: bool | None
    """Whether the index is reliable by the rule set."""
    noticed: NoticedChange | None
    response: bool | None
    remission: bool | None
    windows: tuple[ShownWindow, ...]
    rules_that_hold: tuple[OnTrackCode, ...]
    """Of 4.6, at the newest score."""
    sudden_gains: tuple[SuddenChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcomes:
    """The outcomes of a case by one rule set. Information, no forecast."""

    rules: str
    sessions: int
    talking_therapies: TalkingTherapiesOutcome
    measures: tuple[ShownMeasure, ...]
    coverage: tuple[Coverage, ...]
    goal_attainment: float | None
    """The summary T of the newest ratings by attainment scaling."""


def outcomes_of(case: Case, circumstances: Circumstances) -> CaseOutcomes:
    """The outcomes of a case, by the rule set of the circumstances."""
    situation = Situation(before=case, after=case, circumstances=circumstances)
    rules = circumstances.definitions.outcomes
    told = {
        code: scores(case, code)
        for code in sorted({form.instrument for form in case.assessments.values()} & set(rules.measures))
    }
    series = {code: series_of(rules.measures[code], forms) for code, forms in told.items()}
    first_on = min((session.started_at.date() for session in case.attended.values()), default=None)
    return CaseOutcomes(
        rules=rules.reference,
        sessions=len(case.attended),
        talking_therapies=of_course(rules, series, first_on),
        measures=tuple(
            _measure(situation, told[code], one, pair(one, first_on))
            for code, one in series.items()
            if one.points
        ),
        coverage=coverage(rules.talking_therapies.measures, series, len(case.attended)),
        goal_attainment=gas_t_score(rules.goals, _attained(case).values()),
    )


def _measure(situation: Situation, told: tuple[Told, ...], series: ScoreSeries, ends: Pair) -> ShownMeasure:
    rules, outcome_rules = series.rules, situation.circumstances.definitions.outcomes
    first, last, index = ends.first, ends.last, _index(ends)
    paired = (first, last) if first is not None and last is not None else None
    held = rules_that_fire(progress_of(situation, series))
    return ShownMeasure(
        instrument=rules.instrument,
        scores=tuple(_score(told, series, point, total) for point, total in _both(series)),
        trend=trend(series),
        change=reliable_change([ends]),
        change_class=classify_by_rules(rules, *paired) if paired else None,
        change_index=index,
        change_beyond_error=None if index is None else abs(index) >= outcome_rules.reliable_z,
        noticed=noticed_change(rules, *paired) if paired else None,
        response=care.response(rules, *paired) if paired else None,
        remission=care.remission(rules, paired[1]) if paired else None,
        windows=_windows(outcome_rules, told, series),
        rules_that_hold=tuple(code for code in OnTrackCode if code in held),
        sudden_gains=gains.shown(situation, told, rules.instrument),
    )


def _both(series: ScoreSeries) -> Iterable[tuple[ScorePoint, Points]]:
    return zip(series.points, series.totals, strict=True)


def _score(told: tuple[Told, ...], series: ScoreSeries, point: ScorePoint, total: Points) -> ShownScore:
    return ShownScore(
        event_id=event_of(told, point),
        taken_at=point.taken_at,
        session=point.session,
        score=total,
        is_case=series.rules.is_case(total),
    )


def _index(ends: Pair) -> float | None:
    rules = ends.rules
    if ends.first is None or ends.last is None or rules.sd is None or rules.reliability is None:
        return None
    return reliable_change_index(ends.first, ends.last, rules.sd, rules.reliability)


def _windows(rules: OutcomeRules, told: tuple[Told, ...], series: ScoreSeries) -> tuple[ShownWindow, ...]:
    if series.rules.instrument != rules.measurement.instrument:
        return ()
    windows = rules.measurement.windows.values()
    return tuple(_window(rules.measurement, window, told, series) for window in windows)


def _window(
    rules: MeasurementRules, window: FollowUpWindow, told: tuple[Told, ...], series: ScoreSeries
) -> ShownWindow:
    """Without encounters: Casetrail does not know which visits were for depression."""
    found = care.follow_up(rules, window, series)
    days = None if found.index is None else care.window_days(window, found.index.taken_at.date())
    return ShownWindow(
        code=window.code,
        in_measure=found.in_measure,
        index=None if found.index is None else event_of(told, found.index),
        opens_on=None if days is None else days[0],
        closes_on=None if days is None else days[1],
        follow_up=None if found.score is None else event_of(told, found.score),
        remission=found.remission,
        response=found.response,
    )


def _attained(case: Case) -> Mapping[str, Attainment]:
    """The newest rating of each goal by attainment scaling; goals have no weights."""
    rated = [entry.holds for entry in case.history if isinstance(entry.holds, GoalRated)]
    return {one.goal_id: Attainment(level=one.rating) for one in rated if one.measurement == "GAS"}
