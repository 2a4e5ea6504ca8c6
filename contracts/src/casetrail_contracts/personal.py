"""Personal values: plain while deciding, sealed in the bytes, erased when their key is gone.

A payload field `alias: Personal[Alias]` belongs to a data subject. That is the patient, unless the
model that holds the field has the class attribute `SUBJECT_FIELD` and names another person in that field.

The JSON Schema of such a field has two modes: `validation` is the plain text that a command's body
carries, `serialization` is the sealed text that the stored and published bytes carry.
"""

import re
from enum import StrEnum
from functools import cache
from typing import Final, Generic, Self, TypeVar, final, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")

SEALED_PATTERN = r"^sealed:v1:[A-Za-z0-9_-]{22}:[A-Za-z0-9_-]{43}:[A-Za-z0-9_-]{38,2900}$"
"""`sealed:v1:<key id>:<commitment>:<nonce ‖ ciphertext, base64url>`: what the stored bytes hold."""


STORED: dict[str, bool] = {"stored": True}
"""Validation context that says: this comes from stored bytes, so personal values are sealed.

Without it a value comes from a command's body and is plain, whatever it looks like.
"""


class Form(StrEnum):
    """Which of its three forms a personal value is in."""

    PLAIN = "plain"
    SEALED = "sealed"
    ERASED = "erased"


@final
class Personal(Generic[T]):
    """A value about a person. Its text appears in no repr, so in no log and no traceback."""

    # Not a dataclass: pydantic would build its own schema for one, and write its fields unsealed.
    __slots__ = ("form", "sealed", "value")

    def __init__(self, form: Form, value: T | None = None, sealed: str | None = None) -> None:
        self.form: Final = form
        self.value: Final = value
        self.sealed: Final = sealed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Personal) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Personal({self.form.value})"

    def _key(self) -> tuple[Form, T | None, str | None]:
        return self.form, self.value, self.sealed

    @classmethod
    def plain(cls, value: T) -> Self:
        """The value itself, as the deciding code sees it."""
        return cls(Form.PLAIN, value=value)

    @classmethod
    def from_sealed(cls, text: str) -> Self:
        """The stored form, which only the holder of the data key can open."""
        return cls(Form.SEALED, sealed=text)

    @classmethod
    def erased(cls) -> Self:
        """What remains when the key was destroyed."""
        return cls(Form.ERASED)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        (inner,) = get_args(source) or (str,)

        def check(
            value: object, plain: core_schema.ValidatorFunctionWrapHandler, info: core_schema.ValidationInfo
        ) -> "Personal[T]":
            if isinstance(value, Personal):
                return cls.plain(plain(value.value)) if value.form is Form.PLAIN else value
            if info.context is not STORED:
                return cls.plain(plain(value))
            if not isinstance(value, str) or not re.fullmatch(SEALED_PATTERN, value):
                raise ValueError("a stored personal value is not in its sealed form")
            return cls.from_sealed(value)

        return core_schema.with_info_wrap_validator_function(
            check,
            handler.generate_schema(inner),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _stored_form, return_schema=core_schema.str_schema(pattern=SEALED_PATTERN)
            ),
        )


@cache
def personal_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that can hold a personal value, at any depth; most events have none."""
    return tuple(name for name, field in model.model_fields.items() if _can_hold_one(field.annotation))


def _can_hold_one(annotation: object) -> bool:
    if Personal in (annotation, get_origin(annotation)):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bool(personal_fields(annotation))
    return any(_can_hold_one(inner) for inner in get_args(annotation))


class NotSealed(ValueError):
    """A personal value was about to be written unsealed. What is stored once stays for ever."""


def _stored_form(value: Personal[T]) -> str:
    if value.sealed is None:
        raise NotSealed("a personal value reached the encoder unsealed; seal the payload first")
    return value.sealed
