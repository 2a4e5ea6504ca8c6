"""A payload as its sender wrote it: JSON with its texts in plain, and without what was left out."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from casetrail_contracts import Personal
from casetrail_contracts.scalars import instant_text


def plain_json(value: BaseModel) -> dict[str, Any]:
    """The fields by their names on the wire; a text as it was given, not as it would be stored."""
    shown = {
        field.alias or name: _plain(getattr(value, name)) for name, field in type(value).model_fields.items()
    }
    return {name: inner for name, inner in shown.items() if inner is not None}


def _plain(value: Any) -> Any:
    match value:
        case Personal():
            return value.value
        case BaseModel():
            return plain_json(value)
        case tuple():
            return [_plain(inner) for inner in value]
        case None | bool() | int():
            return value
        case datetime():
            return instant_text(value)
        case _:
            return str(value)
