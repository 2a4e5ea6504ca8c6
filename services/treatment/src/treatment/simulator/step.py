"""One command of a simulated course: when it is sent, by whom, and what it says after earlier answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from casetrail_contracts import Event
from casetrail_contracts.events.care import RiskFlagRaised, RiskFlagResolved
from casetrail_contracts.events.outcome import NotOnTrackSignalled
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import Command, Entry, Record
from treatment.domain.instruments import Instrument
from treatment.domain.protocols import Protocol
from treatment.simulator.drawn import DrawnCourse

Sender = Literal["therapist", "doctor"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the senders know of their case: the answers so far."""

    ids: dict[str, str] = field(default_factory=dict)
    """By the key of a step, the first event that it led to."""
    open_flags: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    """Events that say that the course is not on track, and that nobody reviewed."""

    def after(self, key: str, events: Sequence[Event]) -> "Seen":
        """What is known once the step `key` was answered with these events."""
        flags, signals = dict.fromkeys(self.open_flags), list(self.signals)
        for event in events:
            match event.payload:
                case RiskFlagRaised(flag_id=flag_id):
                    flags[flag_id] = None
                case RiskFlagResolved(flag_id=flag_id):
                    flags.pop(flag_id, None)
                case NotOnTrackSignalled():
                    signals.append(event.envelope.id)
                case _:
                    pass
        ids = {**self.ids, **({key: events[0].envelope.id} if events else {})}
        return Seen(ids, tuple(flags), tuple(signals))

    def reviewed(self) -> "Seen":
        """All signals were looked at."""
        return replace(self, signals=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command to be sent."""

    key: str
    """Unlike that of any other step of the course."""
    name: str
    """The command's name, as in its address."""
    at: datetime
    """When it is sent."""
    command: Callable[[Seen], Command | None]
    """None: there is nothing to do."""
    by: Sender = "therapist"
    is_mistake: bool = False
    """It says what no such form can hold, and has to be refused."""
    reviews: bool = False
    """After it, no signal is left without a review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who treats."""

    therapist: str
    supervisor: str
    doctor: str
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A course, and what is needed to tell it in commands."""

    course: DrawnCourse
    staff: Staff
    protocol: Protocol
    instruments: Mapping[str, Instrument]
    """By code."""
    timezone: str
    seed: int

    @property
    def minutes(self) -> int:
        """How long a session lasts."""
        return self.protocol.minutes.planned if self.protocol.minutes else 50

    @property
    def last_of_initial_phase(self) -> int:
        """The number of the session in which the focus is agreed."""
        return next(phase.last for phase in self.protocol.phases if phase.kind == "initial")

    def end_of(self, number: int) -> datetime:
        """When the session with this number is over."""
        return self.course.visits[number - 1].starts_at + timedelta(minutes=self.minutes)


def entry(key: str, name: str, at: datetime, payload: Entry, by: Sender = "therapist") -> Step:
    """A step that records an entry of that moment."""
    record = Record(entry=payload, at=Moment(at))
    return Step(key=key, name=name, at=at, command=lambda _: record, by=by)


def entry_when(key: str, name: str, at: datetime, payload: Callable[[Seen], Entry | None]) -> Step:
    """A step that records an entry which depends on earlier answers, if there is one to record."""

    def command(seen: Seen) -> Command | None:
        found = payload(seen)
        return None if found is None else Record(entry=found, at=Moment(at))

    return Step(key=key, name=name, at=at, command=command)
