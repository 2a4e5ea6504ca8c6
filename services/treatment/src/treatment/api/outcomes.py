"""The outcomes of one case, computed from its events."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict, PlainSerializer

from casetrail_contracts.events.outcome import Points
from casetrail_contracts.identity import Role
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import DefinitionRef, EventId, Instant, InstrumentCode
from treatment.api.auth import allow
from treatment.api.exact import NO_STORE
from treatment.api.parts import CaseId, Open
from treatment.application import Caller
from treatment.domain.outcomes.on_track import OnTrackCode
from treatment.domain.outcomes.reliable_change import ChangeClass
from treatment.domain.outcomes.talking_therapies import Change

Reader = Annotated[
    Caller, Depends(allow(Role.THERAPIST, Role.SYSTEM, Role.SUPERVISOR, Role.DOCTOR, Role.AUDITOR))
]
Figure = Annotated[float, PlainSerializer(lambda value: round(value, 3), return_type=float)]
"""To three places."""


class _Shown(Contract):
    model_config = ConfigDict(from_attributes=True)


class ScoreView(_Shown):
    """One score that counts, and whether it is that of a case."""

    event_id: EventId
    taken_at: Instant
    session: int | None
    """The attended session that it belongs to; 0 is the baseline."""
    score: Points
    is_case: bool | None


class TrendView(_Shown):
    """From the first score to the current one; a positive change is for the better on any instrument."""

    first: Points
    current: Points
    since_first: Points
    since_previous: Points


class NoticedView(_Shown):
    """Whether it got better by as much as patients notice."""

    by_points: bool | None
    by_percent: bool | None


class WindowView(_Shown):
    """A measure with a window: CMS159, NQF1884, DRRE. Exclusions and encounters are not looked at."""

    code: InstrumentCode
    in_measure: bool
    index: EventId | None
    opens_on: date | None
    closes_on: date | None
    follow_up: EventId | None
    remission: bool
    response: bool


class SuddenGainView(_Shown):
    """A large, stable drop between two consecutive sessions, or weeks where none was held. Not a forecast."""

    after_session: int
    before: Points
    after: Points
    share_of_total: Figure | None
    reversed: bool


class MeasureView(_Shown):
    """One instrument. Change is from the first score of the course to the last; null is unknown, never no."""

    instrument: InstrumentCode
    scores: tuple[ScoreView, ...]
    trend: TrendView | None
    change: Change | None
    """Beyond chance, by the rule set's reliable change."""
    change_class: ChangeClass | None
    """Of Jacobson and Truax, by the rule set's thresholds."""
    change_index: Figure | None
    """The change in standard errors of the difference; negative where the score fell."""
    change_beyond_error: bool | None
    noticed: NoticedView | None
    response: bool | None
    remission: bool | None
    windows: tuple[WindowView, ...]
    rules_that_hold: tuple[OnTrackCode, ...]
    """Early response, on-track rules and milestones that hold at the newest score."""
    sudden_gains: tuple[SuddenGainView, ...]


class TalkingTherapiesView(_Shown):
    """The outcome of the course by the NHS Talking Therapies rules, as if it ended now."""

    caseness: bool | None
    recovered: bool | None
    change: Change | None
    reliably_recovered: bool | None


class CoverageView(_Shown):
    """At how many attended sessions a core measure was taken, and the numbers of those without it."""

    instrument: InstrumentCode
    sessions: int
    measured: int
    missing: tuple[int, ...]


class OutcomesOfCase(_Shown):
    """What the scores of a case say by the installed rule set. Information, no forecast."""

    rules: DefinitionRef
    sessions: int
    """Attended treatment sessions."""
    talking_therapies: TalkingTherapiesView
    measures: tuple[MeasureView, ...]
    coverage: tuple[CoverageView, ...]
    goal_attainment: Figure | None
    """The summary T of goal attainment scaling: 50 when all went as expected."""


def router() -> APIRouter:
    """The outcomes of a case."""
    routes = APIRouter(prefix="/v1/cases", tags=["queries"])
    routes.add_api_route(
        "/{case_id}/outcomes", outcomes, response_model=OutcomesOfCase, operation_id="readOutcomes"
    )
    return routes


async def outcomes(caller: Reader, case_id: CaseId, parts: Open) -> Response:
    """Series, caseness, change, response, remission, windows, rules that hold and sudden gains by now."""
    found = await parts.read(parts.application.outcomes, caller, case_id)
    view = OutcomesOfCase.model_validate(found)
    return Response(view.model_dump_json(), 200, NO_STORE, "application/json")
