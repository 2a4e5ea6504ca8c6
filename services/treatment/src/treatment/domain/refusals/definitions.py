"""Refusals about the definitions that entries name."""

from dataclasses import dataclass

from treatment.domain.refusals.refusal import Refusal


@dataclass(slots=True)
class InstrumentUnknown(Refusal):
    """No definition of this instrument is installed."""

    instrument: str
    known: tuple[str, ...]


@dataclass(slots=True)
class ProtocolUnknown(Refusal):
    """No definition of this protocol is installed."""

    protocol: str
    known: tuple[str, ...]


@dataclass(slots=True)
class ProtocolMissing(Refusal):
    """The course follows no protocol yet."""


@dataclass(slots=True)
class PhaseUnknown(Refusal):
    """The protocol has no such phase."""

    phase: str
    known: tuple[str, ...]


@dataclass(slots=True)
class TermUnknown(Refusal):
    """The term at this place is not in its list. It is not repeated: what is in no list may be anything."""

    place: str
    listed: str
    known: tuple[str, ...]


@dataclass(slots=True)
class RingUnknown(Refusal):
    """The closeness circle has fewer rings."""

    ring: int
    rings: int
