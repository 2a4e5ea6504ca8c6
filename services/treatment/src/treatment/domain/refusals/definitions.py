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
