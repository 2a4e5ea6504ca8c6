"""The shape that every published model shares: frozen, closed to the writer, camelCase on the wire."""

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Contract(BaseModel):
    """A part of the published contract. Frozen; an unknown field is refused, not ignored."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        # A program starts with the models that it uses, not with all that there are.
        defer_build=True,
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema, each field described by the docstring below it in the source.

        The library reads them when a class is made, which costs every start; here they are read only
        where somebody asks for a schema.
        """
        found = handler(schema)
        properties = handler.resolve_ref_schema(found).get("properties", {})
        for name, text in _attribute_docstrings(cls).items():
            field = cls.model_fields.get(name)
            told = properties.get((field.alias or name) if field is not None else name)
            if told is not None:
                told.setdefault("description", text)
        return found


@cache
def _attribute_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings below the fields of a model and of those that it inherits from."""
    found: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if part is not BaseModel and issubclass(part, BaseModel):
            found |= _own_docstrings(part)
    return found


def _own_docstrings(model: type[BaseModel]) -> dict[str, str]:
    try:
        source = ast.parse(textwrap.dedent(inspect.getsource(model)))
    except (OSError, TypeError):
        # Made while the program runs, so it has no source and no field of its own.
        return {}
    body = source.body[0].body if isinstance(source.body[0], ast.ClassDef) else []
    return {
        first.target.id: inspect.cleandoc(second.value.value)
        for first, second in pairwise(body)
        if isinstance(first, ast.AnnAssign)
        and isinstance(first.target, ast.Name)
        and isinstance(second, ast.Expr)
        and isinstance(second.value, ast.Constant)
        and isinstance(second.value.value, str)
    }
