"""What a command's body looks like, and the command that it asks for.

A body is the event's payload with its personal values in plain, and the time at which it happened.
"""

from abc import abstractmethod
from datetime import date
from types import new_class
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from casetrail_contracts.canonical import Json
from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.assessment import CorrectionReason
from casetrail_contracts.events.measure import (
    Answer,
    AnswerMode,
    InputMode,
    ItemNumber,
    Respondent,
    Setting,
    Total,
)
from casetrail_contracts.events.problem_area import Focus, ProblemAreaRevised, Rank
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.events.texts import Reason
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Form, Personal
from casetrail_contracts.scalars import (
    Code,
    DecimalString,
    EventId,
    InstrumentCode,
    Moment,
    ProtocolCode,
    Reference,
)
from treatment.definitions.installed import Installed
from treatment.domain.commands import (
    ApproveErasure,
    AssignProtocol,
    Command,
    CorrectAssessment,
    Entry,
    Record,
    ReviewDue,
    ScoreAssessment,
    SwitchProtocol,
)

P = TypeVar("P", bound=Contract)


class Body(Contract):
    """The body of a command."""

    # The framework asks for a body that is ready when its route is made.
    model_config = ConfigDict(defer_build=False)

    @abstractmethod
    def command(self, now: Moment, installed: Installed) -> Command:
        """What is asked for. Raises a refusal when a definition is not installed."""


class Timed(Body):
    """When it happened, if not now: an instant, or a date of which the day may be unknown."""

    happened_at: Moment | None = None


class EntryBody(Body):
    """The body of a command that records an entry as it is."""

    ENTRY: ClassVar[type[Contract]]

    def command(self, now: Moment, installed: Installed) -> Command:
        # What is absent and what is null may mean different things: what was not sent stays unset.
        sent = {
            name: getattr(self, name) for name in self.ENTRY.model_fields if name in self.model_fields_set
        }
        entry = self.ENTRY.model_validate(sent)
        if not isinstance(entry, Entry):
            raise TypeError(f"{self.ENTRY.__name__} is not an entry that can be recorded")
        return Record(entry=entry, at=getattr(self, "happened_at", None) or now)


def body_of(name: str, entry: type[Contract], *, timed: bool) -> type[EntryBody]:
    """The body of the command `name`, which records this entry; `timed`: the entry has no time of its own."""
    title = "".join(word.capitalize() for word in name.split("-")) + "Body"
    bases = (entry, EntryBody, Timed) if timed else (entry, EntryBody)
    attributes = {"__doc__": entry.__doc__, "__module__": __name__, "ENTRY": entry}
    body = new_class(title, bases, exec_body=lambda namespace: namespace.update(attributes))
    if not issubclass(body, EntryBody):
        raise TypeError(f"{title} is not the body of an entry")
    return body


class EnterPhaseBody(Timed):
    """Set the phase by hand, and say why."""

    phase: Code
    reason: Personal[Reason]

    def command(self, now: Moment, installed: Installed) -> Command:
        entry = PhaseEntered(phase=self.phase, reason=self.reason, attended_sessions=0, set_by_hand=True)
        return Record(entry=entry, at=self.happened_at or now)


class ReviseProblemAreaBody(Timed):
    """Change the focus, and say why. What it was before, the service knows."""

    because: Because
    rank: Rank
    focus: Focus
    """What the focus is from now on, whole."""
    agreed_on: date | None = None
    session_id: Reference | None = None
    """The session in which it was agreed."""

    def command(self, now: Moment, installed: Installed) -> Command:
        entry = ProblemAreaRevised(
            because=self.because,
            rank=self.rank,
            focus=self.focus,
            agreed_on=self.agreed_on,
            session_id=self.session_id,
        )
        return Record(entry=entry, at=self.happened_at or now)


class AssignProtocolBody(Timed):
    """Let the course follow a protocol: the newest installed version of it."""

    protocol: ProtocolCode

    def command(self, now: Moment, installed: Installed) -> Command:
        return AssignProtocol(protocol=installed.protocol(self.protocol), at=self.happened_at or now)


class SwitchProtocolBody(Timed):
    """Let the course follow another protocol, and say why. The count of sessions goes on."""

    protocol: ProtocolCode
    because: Because

    def command(self, now: Moment, installed: Installed) -> Command:
        protocol = installed.protocol(self.protocol)
        return SwitchProtocol(protocol=protocol, because=self.because, at=self.happened_at or now)


class ApproveErasureBody(Timed):
    """Erase a person's data, as somebody else requested. It cannot be undone."""

    request: EventId

    def command(self, now: Moment, installed: Installed) -> Command:
        return ApproveErasure(request=self.request, at=self.happened_at or now)


class ReviewDueBody(Body):
    """Record what is overdue by now. For the policy clock."""

    def command(self, now: Moment, installed: Installed) -> Command:
        return ReviewDue()


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
    answer_mode: AnswerMode | None = None
    """How `items` are meant; needed where the instrument's answers can be meant in more than one way."""
    not_applicable: Annotated[tuple[ItemNumber, ...], Field(max_length=40)] = ()
    """Numbers of items that do not apply to this person; in `items` they are null."""
    reported_total: Total | None = None
    reported_mean: DecimalString | None = None
    """Instead of `reportedTotal`, for an instrument that is scored by a mean."""
    imported: bool = False

    def command(self, now: Moment, installed: Installed) -> Command:
        return self.form(installed)

    def form(self, installed: Installed) -> ScoreAssessment:
        """The form to score."""
        return ScoreAssessment(
            assessment_id=self.assessment_id,
            instrument=installed.instruments.get(self.instrument),
            taken_at=self.taken_at,
            setting=self.setting,
            respondent=self.respondent,
            input_mode=self.input_mode,
            session_id=self.session_id,
            items=self.items,
            answer_mode=self.answer_mode,
            not_applicable=self.not_applicable,
            reported_total=self.reported_total,
            reported_mean=self.reported_mean,
            imported=self.imported,
        )


class CorrectAssessmentBody(ScoreAssessmentBody, Timed):
    """Say what a form says that was entered wrongly: whole, under its `assessmentId`."""

    reason: CorrectionReason

    def command(self, now: Moment, installed: Installed) -> Command:
        return CorrectAssessment(form=self.form(installed), reason=self.reason, at=self.happened_at or now)


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
