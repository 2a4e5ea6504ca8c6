"""The one way in: for the HTTP interface, imports, the clock, the simulator and the demo."""

from treatment.application.asking import (
    Answer,
    Assigned,
    Caller,
    KeyUsedForAnother,
    NotYourOwn,
    Request,
    VersionMismatch,
    command_identity,
)
from treatment.application.cases import Application
from treatment.application.registrar import Registrar

__all__ = [
    "Answer",
    "Application",
    "Assigned",
    "Caller",
    "KeyUsedForAnother",
    "NotYourOwn",
    "Registrar",
    "Request",
    "VersionMismatch",
    "command_identity",
]
