"""From the bytes of a definition file to its checked shape; a fault names file, field, reason and cure."""

import json
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from casetrail_contracts.events.register import LONGEST_DEFINITION
from treatment.definitions.faulty import DefinitionFaulty

MOST_BYTES = 48 * 1024
"""Of the text in UTF-8, written as JSON: a definition is published whole in one event, of at most 60 KiB."""
Shape = TypeVar("Shape", bound=BaseModel)


class Part(BaseModel):
    """A part of a definition file: frozen, and closed to fields that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Definition(Part):
    """What every definition file begins with."""

    code: str
    version: str
    title: str


def read_toml(name: str, content: bytes, shape: type[Shape]) -> Shape:
    """The file in its shape. Raises `DefinitionFaulty`."""
    try:
        text = content.decode()
        written = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise DefinitionFaulty(f"{name}: not UTF-8 text ({error.reason}); save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise DefinitionFaulty(f"{name}: not TOML: {error}; correct the file there") from error
    size = len(json.dumps(text, ensure_ascii=False).encode())
    if len(text) > LONGEST_DEFINITION or size > MOST_BYTES:
        raise DefinitionFaulty(
            f"{name}: {len(text)} characters in {size} bytes; {LONGEST_DEFINITION} in {MOST_BYTES} are "
            "possible, since a definition is published whole in one event; shorten the comments"
        )
    try:
        return shape.model_validate(written)
    except ValidationError as error:
        raise faulty(name, (_told(detail) for detail in error.errors())) from error


def check_name(name: str, code: str, version: str) -> None:
    """The file is called after what it defines. Raises `DefinitionFaulty`."""
    if name != f"{code}-{version}.toml":
        raise DefinitionFaulty(
            f"{name}: code and version: they are {code} and {version}; "
            f"the file must be called {code}-{version}.toml"
        )


def faulty(name: str, faults: Iterable[str]) -> DefinitionFaulty:
    """One fault a line, each with the name of the file."""
    return DefinitionFaulty("\n".join(f"{name}: {fault}" for fault in faults))


def _told(detail: ErrorDetails) -> str:
    """A fault of the shape: field, reason, cure."""
    field = place(detail["loc"])
    match detail["type"]:
        case "extra_forbidden":
            return f"{field}: unknown field; correct its spelling or remove it"
        case "missing":
            return f"{field}: missing; add it"
        case "value_error":
            return f"{field}: {str(detail['msg']).removeprefix('Value error, ')}"
        case _:
            return f"{field}: {detail['msg']}; correct the value"


def place(location: Iterable[int | str]) -> str:
    """Where something is in the file, counted as people count: `phases 2, first_session`."""
    told = ""
    for step in location:
        told += f" {step + 1}" if isinstance(step, int) else f", {step}" if told else step
    return told or "the file"
