"""The rule set of outcomes read from its file: thresholds of each instrument, windows, targets."""

import hashlib
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from casetrail_contracts.scalars import InstrumentCode
from treatment.definitions.protocol_file import Text, Version
from treatment.definitions.reading import Part, check_name, read_toml
from treatment.domain.outcomes.rules import (
    FollowUpWindow,
    GoalRules,
    MeasurementRules,
    MeasureRules,
    OnTrackRules,
    OutcomeRules,
    SuddenGainRules,
    TalkingTherapiesRules,
)

SHIPPED = "OUTCOMES-1.toml"

Points: TypeAlias = (
    Annotated[int, Field(strict=True, ge=-1000, le=1000)]
    | Annotated[Decimal, Field(strict=True, ge=-1000, le=1000)]
)
"""Whole points stay integers, so that counting with them stays exact and quick."""
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]
Percent = Annotated[int, Field(strict=True, ge=1, le=100)]
Positive = Annotated[float, Field(gt=0, le=1000)]


class _Total(Part):
    lowest: Points
    highest: Points

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.lowest >= self.highest:
            raise ValueError("lowest is not below highest; correct one of them")
        return self


class _OnTrack(Part):
    early_by_session: Count
    early_percent: Percent
    early_points: Points
    early_points_alone: Points
    bound_slope: Positive
    bound_z: Positive
    bound_sd: Positive
    plateau_from_session: Count
    plateau_sessions: Count
    plateau_drop_below: Points
    plateau_while_at_least: Points
    deteriorating_points: Points
    deteriorating_step: Points
    deteriorating_step_sessions: Count
    severe_at_least: Points
    severe_from_baseline: Points
    midpoint_percent: Percent


class _Measure(Part):
    total: _Total
    direction: Literal["higherIsWorse", "higherIsBetter"] = "higherIsWorse"
    caseness: Points | None = None
    reliable_change: Points | None = None
    sd: Positive | None = None
    reliability: Annotated[float, Field(ge=0, lt=1)] | None = None
    mcid: Points | None = None
    mcid_percent: Points | None = None
    mcid_percent_from: Points | None = None
    remission_below: Points | None = None
    response_percent: Percent | None = None
    response_from: Points | None = None
    sudden_gain: Points | None = None
    on_track: _OnTrack | None = None

    @model_validator(mode="after")
    def _drops_are_for_the_better(self) -> Self:
        drops = {
            "remission_below": self.remission_below,
            "response_percent": self.response_percent,
            "mcid_percent": self.mcid_percent,
            "sudden_gain": self.sudden_gain,
            "on_track": self.on_track,
        }
        named = ", ".join(name for name, value in drops.items() if value is not None)
        if self.direction == "higherIsBetter" and named:
            raise ValueError(f"{named}: only for an instrument on which higher is worse; remove it")
        return self

    @model_validator(mode="after")
    def _an_index_needs_both(self) -> Self:
        if (self.sd is None) != (self.reliability is None):
            raise ValueError("sd and reliability: the index needs both; add the other one or remove both")
        return self

    @model_validator(mode="after")
    def _change_is_above_nothing(self) -> Self:
        for name in ("reliable_change", "mcid", "mcid_percent", "sudden_gain"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name}: not above 0; a change is told as points for the better")
        return self


class _Wait(Part):
    weeks: Count
    percent: Percent


class _TalkingTherapies(Part):
    measures: Annotated[tuple[InstrumentCode, ...], Field(min_length=1, max_length=5)]
    finished_from_sessions: Count
    recovery_target_percent: Percent
    waits: tuple[_Wait, ...]
    second_session_gap_days: Count


class _SuddenGains(Part):
    percent: Percent
    critical: tuple[Positive, Positive, Positive]
    from_baseline: bool


class _Window(Part):
    code: InstrumentCode
    index_above: Points
    months: Annotated[int, Field(strict=True, ge=0, le=120)]
    from_day: Annotated[int, Field(strict=True, ge=-366, le=3660)]
    to_day: Annotated[int, Field(strict=True, ge=-366, le=3660)]

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.from_day > self.to_day:
            raise ValueError("from_day is after to_day; correct one of them")
        return self


class _Measurement(Part):
    instrument: InstrumentCode
    windows: tuple[_Window, ...]
    index_days_before_encounter: Annotated[int, Field(strict=True, ge=0, le=366)]
    monitoring_months: Literal[1, 2, 3, 4, 6, 12]
    screen_follow_up_days: Count


class _ReliableChange(Part):
    z: Positive


class _Goals(Part):
    gas_rho: Annotated[float, Field(ge=0, lt=1)]
    gbo_reliable_change: Points


class OutcomeRulesFile(Part):
    """What a file of outcome rules may say."""

    code: Literal["OUTCOMES"]
    version: Version
    title: Text
    talking_therapies: _TalkingTherapies
    reliable_change: _ReliableChange
    sudden_gains: _SuddenGains
    measurement: _Measurement
    goals: _Goals
    measures: dict[InstrumentCode, _Measure]

    @model_validator(mode="after")
    def _names_measures_that_it_has(self) -> Self:
        unknown = sorted({*self.talking_therapies.measures, self.measurement.instrument} - set(self.measures))
        if unknown:
            raise ValueError(f"no section [measures.{unknown[0]}], which the rules need; add it")
        uncut = [code for code in self.talking_therapies.measures if self.measures[code].caseness is None]
        if uncut:
            raise ValueError(f"measures, {uncut[0]}, caseness: missing, and recovery needs it; add it")
        return self


def read_outcome_rules(name: str, content: bytes) -> OutcomeRules:
    """The rule set from the bytes of its file. Raises `DefinitionFaulty`."""
    read = read_toml(name, content, OutcomeRulesFile)
    check_name(name, read.code, read.version)
    return OutcomeRules(
        code=read.code,
        version=read.version,
        sha256=hashlib.sha256(content).hexdigest(),
        measures=MappingProxyType({code: _measure(code, one) for code, one in read.measures.items()}),
        talking_therapies=_talking_therapies(read.talking_therapies),
        sudden_gains=SuddenGainRules(
            percent=read.sudden_gains.percent,
            critical=MappingProxyType(dict(zip((4, 3, 2), read.sudden_gains.critical, strict=True))),
            from_baseline=read.sudden_gains.from_baseline,
        ),
        measurement=_measurement(read.measurement),
        goals=GoalRules(**read.goals.model_dump()),
        reliable_z=read.reliable_change.z,
    )


def shipped_outcome_rules() -> OutcomeRules:
    """The rule set that ships with Casetrail. Raises `DefinitionFaulty` when its file is wrong."""
    return read_outcome_rules(SHIPPED, (files(__package__) / "rule_sets" / SHIPPED).read_bytes())


def _measure(code: str, read: _Measure) -> MeasureRules:
    return MeasureRules(
        instrument=code,
        lowest=read.total.lowest,
        highest=read.total.highest,
        higher_is_worse=read.direction == "higherIsWorse",
        on_track=OnTrackRules(**read.on_track.model_dump()) if read.on_track else None,
        **read.model_dump(exclude={"total", "direction", "on_track"}),
    )


def _talking_therapies(read: _TalkingTherapies) -> TalkingTherapiesRules:
    return TalkingTherapiesRules(
        wait_targets=MappingProxyType({wait.weeks: wait.percent for wait in read.waits}),
        **read.model_dump(exclude={"waits"}),
    )


def _measurement(read: _Measurement) -> MeasurementRules:
    windows = {window.code: FollowUpWindow(**window.model_dump()) for window in read.windows}
    return MeasurementRules(windows=MappingProxyType(windows), **read.model_dump(exclude={"windows"}))
