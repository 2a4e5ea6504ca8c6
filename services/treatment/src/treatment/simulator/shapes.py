"""What each group of figures holds: the shapes of `parameters.toml`."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from casetrail_contracts.events.problem_area import Area
from treatment.definitions.reading import Part

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
MIX_TOLERANCE = 1e-6


class Normal(Part):
    """Mean and standard deviation."""

    mean: float
    sd: Annotated[float, Field(ge=0)]


class Range(Part):
    """From the least to the most, both included."""

    least: float
    most: float


class Shrinking(Part):
    """Both scores shrink to a part of themselves."""

    how: Literal["factor"]
    factor: Normal
    gad_factor_sd: float


class Together(Part):
    """Both scores fall, GAD-7 by a share of PHQ-9's drop."""

    how: Literal["together"]
    phq_drop: Normal
    gad_share: float
    gad_sd: float


class Apart(Part):
    """Each score changes by itself."""

    how: Literal["apart"]
    phq_drop: Normal
    gad_drop: Normal


class Rising(Part):
    """Each score rises, by the size of what is drawn."""

    how: Literal["rise"]
    phq_rise: Normal
    gad_rise: Normal


Ending: TypeAlias = Annotated[Shrinking | Together | Apart | Rising, Field(discriminator="how")]


class PathFigures(Part):
    """How scores go from start to end."""

    noise_sd: float
    noise_correlation: Share
    gain_share: Share
    gain_points: Range
    gain_sessions: Range
    reversed_share: Share
    reversed_part: Range


class SelfHarm(Part):
    """How item 9 of PHQ-9 depends on the total."""

    intercept: float
    slope: float
    levels: tuple[Share, Share, Share]
    """Of those who do not answer 0, how many answer 1, 2 and 3."""
    persistence: Share


class ItemFigures(Part):
    """How a total is made up of answers."""

    latent_sd: float
    phq_slopes: tuple[float, ...]
    phq_shifts: tuple[float, ...]
    gad_slopes: tuple[float, ...]
    gad_shifts: tuple[float, ...]
    self_harm: SelfHarm


class AttendanceFigures(Part):
    """What becomes of an appointment."""

    dna: Share
    dna_early: Share
    early_until_session: int
    dna_after_dna: Positive
    dna_severe: Positive
    severe_above: int
    cancelled_by_patient: Share
    cancelled_by_provider: Share
    late_but_seen: Share
    late_not_seen: Share


class Hazard(Part):
    """The share that stays away from a session up to this one."""

    until_session: int
    hazard: Share


class DropoutFigures(Part):
    """How many end earlier than planned."""

    hazards: tuple[Hazard, ...]
    base_factor: Positive
    without_early_improvement: Positive
    early_session: int
    early_percent: int
    after_dnas: Positive
    dnas_in_a_row: int


class Wait(Part):
    """A gamma distribution, in days."""

    mean: Positive
    shape: Positive


class CalendarFigures(Part):
    """When things take place."""

    referral_weeks: int
    wait_days: Wait
    interval_days: Normal
    holiday_share: Share
    reschedule_days: Range
    intake_part: Share
    hours: tuple[int, ...]
    timezone: str


class WorkFigures(Part):
    """What is done beside the scores."""

    significant_other_in_disputes: Share
    significant_other_otherwise: Share
    medication_at_start: Share
    medication_changed: Share
    homework: Share
    homework_done: Share
    homework_partly: Share
    reviewed_signals: Share
    people: Range
    therapists: int


class QualityFigures(Part):
    """What goes wrong with forms."""

    missing: Share
    partial: Share
    partial_items: Range
    late: Share
    late_days: Range
    duplicate: Share
    corrected: Share
    corrected_days: Range
    out_of_range: Share


class Reference(Part):
    """A figure that a cohort is held against: one value as it was printed, or a range."""

    value: float | None = None
    decimals: int = 0
    """How many were printed: beyond them the value is rounded."""
    is_exact: bool = False
    """Not rounded, whatever is printed."""
    count: int | None = None
    """Of how many people or draws it is the figure; absent where that is unknown, or no matter."""
    least: float | None = None
    most: float | None = None
    source: str
    why: str = ""
    """Why a cohort differs from it by design."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.value is None) == (self.least is None or self.most is None):
            raise ValueError("name `value`, or `least` and `most`")
        return self


class CohortFigures(Part):
    """What one kind of service sees."""

    phq_start: Normal
    gad_start: Normal
    correlation: Share
    classes: Mapping[str, Share]
    areas: Mapping[Area, Share]
    protocols: Mapping[str, Share]
    references: Mapping[str, Reference]
    """What the model itself must give."""
    observed: Mapping[str, Reference]
    """What services and trials published; the model comes near, and says where it does not."""

    @model_validator(mode="after")
    def _mixes_are_whole(self) -> Self:
        for name in ("classes", "areas", "protocols"):
            if abs(sum(getattr(self, name).values()) - 1) > MIX_TOLERANCE:
                raise ValueError(f"the shares of {name} do not add up to 1")
        return self
