"""What a file under `definitions/protocols` may say; docs/reference/protocols.md tells it to clinicians."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.protocol import DeviationRule
from casetrail_contracts.scalars import Code, InstrumentCode, ProtocolCode
from treatment.definitions.reading import Part
from treatment.domain.protocols import Artifact, FocusKind, Modality, PhaseKind

Version = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9a-z.]{0,15}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Number = Annotated[int, Field(strict=True, ge=1, le=400)]
"""Of a session, of days, weeks or minutes."""
FromZero = Annotated[int, Field(strict=True, ge=0, le=400)]
Times = Annotated[tuple[Annotated[Decimal, Field(ge=0, le=400)], ...], Field(min_length=1)]
RequiredText = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z]*(@[0-9]{1,3})?$")]
"""An artefact, and the session by which it is due if that is not the last of the phase."""


class _Range(Part):
    min: Number
    planned: Number
    max: Number

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not self.min <= self.planned <= self.max:
            raise ValueError(
                f"min {self.min}, planned {self.planned}, max {self.max}: put them in ascending order"
            )
        return self


class _Weeks(Part):
    min: Number | None = None
    planned: Number
    max: Number

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not (self.min or 0) <= self.planned <= self.max:
            raise ValueError("min, planned and max: put them in ascending order")
        return self


class _Minutes(Part):
    min: Number
    typical: Number
    max: Number

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not self.min <= self.typical <= self.max:
            raise ValueError(
                f"min {self.min}, typical {self.typical}, max {self.max}: put them in ascending order"
            )
        return self


class _PhaseCadence(Part):
    target_days: Number
    tolerance_days: FromZero
    max_gap_days: Number | None = None


class _Cadence(Part):
    target_days: Number
    tolerance_days: FromZero
    max_gap_days: Number
    allowed_days: tuple[Number, ...] = ()

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.max_gap_days < self.target_days + self.tolerance_days:
            raise ValueError("max_gap_days is below target_days and tolerance_days together; raise it")
        return self


class PhaseFile(Part):
    """One phase: sessions `from` to `to`, both included."""

    code: Code
    kind: PhaseKind
    first: FromZero = Field(alias="from")
    last: FromZero = Field(alias="to")
    required_artifacts: tuple[RequiredText, ...] = ()
    exit_gates: tuple[Artifact, ...] = ()
    cadence: _PhaseCadence | None = None
    homework_or_technique: bool = False


class MeasureFile(Part):
    """An instrument, and exactly one of `when`, `sessions`, `weeks` and `months`."""

    instrument: InstrumentCode
    when: Literal["everySession", "phaseEnd"] | None = None
    sessions: Annotated[tuple[Number, ...], Field(min_length=1)] | None = None
    weeks: Times | None = None
    months: Times | None = None
    required: bool = False

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        said = [one for one in (self.when, self.sessions, self.weeks, self.months) if one is not None]
        if len(said) != 1:
            raise ValueError("say when, once: `when`, `sessions`, `weeks` or `months`")
        return self


class _PreSession(Part):
    individual: Number


class _Live(Part):
    min: Number
    max: Number


class _Blend(Part):
    online_sessions: Number
    live_sessions: _Live
    alternating: bool


class _FollowUp(Part):
    contacts: Number
    every_days: Number
    channel: Literal["inPerson", "video", "phone", "message"]


class _Expected(Part):
    who: Literal["parent", "partner", "significantOther"]
    at_sessions: tuple[Number, ...] = ()
    in_phases: tuple[Code, ...] = ()


class _Limit(Part):
    instrument: InstrumentCode
    at_most: FromZero


class _EntryGate(Part):
    any_of: Annotated[tuple[_Limit, ...], Field(min_length=1)]


class _Recurrence(Part):
    instrument: InstrumentCode
    at_least: FromZero
    visits: Number
    within_days: Number


class ProtocolFile(Part):
    """A whole file."""

    code: ProtocolCode
    version: Version
    title: Text
    source: Text
    """Where the protocol is described; [MODEL] and [GK] mark what this file adds itself."""
    modality: Modality
    focus: FocusKind
    sessions: _Range
    weeks: _Weeks
    cadence: _Cadence
    session_minutes: _Minutes | None = None
    phases: Annotated[tuple[PhaseFile, ...], Field(min_length=1)]
    measures: tuple[MeasureFile, ...] = ()
    deviations: tuple[DeviationRule, ...] | None = None
    """The rules that apply; absent: all of them."""
    discouraged_areas: tuple[Area, ...] = ()
    fixed_ending: bool = False
    pre_session: _PreSession | None = None
    blended: _Blend | None = None
    follow_up: _FollowUp | None = None
    expected_attendees: tuple[_Expected, ...] = ()
    entry_gate: _EntryGate | None = None
    recurrence: _Recurrence | None = None
