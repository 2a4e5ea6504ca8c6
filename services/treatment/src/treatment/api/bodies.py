"""What a command's body looks like, and the command that it asks for.

A body is the event's payload with its personal values in plain, and the time at which it happened.
"""

from abc import abstractmethod
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field

from casetrail_contracts.canonical import Json
from casetrail_contracts.events.case import CaseClosed, CaseOpened
from casetrail_contracts.events.formulation import InventoryRecorded, ProblemAreaSelected
from casetrail_contracts.events.measure import Answer, InputMode, Respondent, Setting, Total
from casetrail_contracts.events.plan import GoalsRevised
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Form, Personal
from casetrail_contracts.scalars import InstrumentCode, Moment, Reference
from treatment.definitions import Instruments
from treatment.domain.commands import (
    CloseCase,
    Command,
    HoldSession,
    OpenCase,
    RecordInventory,
    ReviseGoals,
    ScoreAssessment,
    SelectProblemArea,
)

P = TypeVar("P", bound=Contract)


class Body(Contract):
    """The body of a command."""

    @abstractmethod
    def command(self, now: datetime, instruments: Instruments) -> Command:
        """What is asked for. Raises a refusal when a definition is not installed."""


class Timed(Body):
    """When it happened, if not now: an instant, or a date of which the day may be unknown."""

    happened_at: Moment | None = None

    def when(self, now: datetime) -> Moment:
        """The time that was sent, or now."""
        return self.happened_at or Moment(now)


class OpenCaseBody(CaseOpened, Timed):
    """Open a course of therapy for one patient."""

    def command(self, now: datetime, instruments: Instruments) -> Command:
        return OpenCase(case=_payload(self, CaseOpened), at=self.when(now))


class RecordInventoryBody(InventoryRecorded, Timed):
    """Record the interpersonal inventory, whole; a later one replaces it."""

    def command(self, now: datetime, instruments: Instruments) -> Command:
        return RecordInventory(inventory=_payload(self, InventoryRecorded), at=self.when(now))


class SelectProblemAreaBody(ProblemAreaSelected, Timed):
    """Choose the problem area that becomes the focus of the therapy."""

    def command(self, now: datetime, instruments: Instruments) -> Command:
        return SelectProblemArea(selection=_payload(self, ProblemAreaSelected), at=self.when(now))


class HoldSessionBody(SessionHeld, Body):
    """Record a session that took place. It happened when it started."""

    def command(self, now: datetime, instruments: Instruments) -> Command:
        return HoldSession(session=_payload(self, SessionHeld))


class ReviseGoalsBody(GoalsRevised, Timed):
    """Set, change or close goals, and say why."""

    def command(self, now: datetime, instruments: Instruments) -> Command:
        return ReviseGoals(revision=_payload(self, GoalsRevised), at=self.when(now))


class CloseCaseBody(CaseClosed, Timed):
    """End the course."""

    def command(self, now: datetime, instruments: Instruments) -> Command:
        return CloseCase(closure=_payload(self, CaseClosed), at=self.when(now))


class ScoreAssessmentBody(Body):
    """Score a form: its answers in item order (null where one is missing), or its total alone.

    Accepted in every state of the case; a positive risk item raises a flag at once.
    """

    assessment_id: Reference
    instrument: InstrumentCode
    taken_at: Moment
    setting: Setting
    respondent: Respondent = "patient"
    input_mode: InputMode = "screen"
    session_id: Reference | None = None
    items: Annotated[tuple[Answer | None, ...], Field(min_length=1, max_length=40)] | None = None
    reported_total: Total | None = None
    imported: bool = False

    def command(self, now: datetime, instruments: Instruments) -> Command:
        return ScoreAssessment(
            assessment_id=self.assessment_id,
            instrument=instruments.get(self.instrument),
            taken_at=self.taken_at,
            setting=self.setting,
            respondent=self.respondent,
            input_mode=self.input_mode,
            session_id=self.session_id,
            items=self.items,
            reported_total=self.reported_total,
            imported=self.imported,
        )


def _payload(body: Contract, payload: type[P]) -> P:
    """The event's payload within a command's body."""
    return payload.model_validate({name: getattr(body, name) for name in payload.model_fields})


def plain_json(body: BaseModel) -> dict[str, Json]:
    """The body as JSON with personal values in plain: only to be fingerprinted, never to be stored."""
    return {name: _plain(getattr(body, name)) for name in type(body).model_fields}


def _plain(value: Any) -> Any:
    match value:
        case Personal():
            return value.value if value.form is Form.PLAIN else None
        case BaseModel():
            return plain_json(value)
        case tuple():
            return [_plain(inner) for inner in value]
        case None | bool() | int():
            return value
        case _:
            return str(value)
