"""Which column of a table is what: said by a TOML file, or by options of the command line.

shape = "wide"                    shape = "long"
patient = "id"                    patient = "patient"
first_day = 2025-01-06            date = "date"
[[scores]]                        instrument = "instrument"
instrument = "BDI"                total = "total"
column = "bdi_s{session}"
"""

import re
import tomllib
from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from casetrail_contracts.events.measure import AnswerMode
from casetrail_contracts.scalars import InstrumentCode
from treatment.imports.form import Standing

Column = Annotated[str, StringConstraints(min_length=1, max_length=64)]
System = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$")]
Server = Annotated[str, StringConstraints(pattern=r"^https?://[^\s|?#]{1,200}$")]
"""The base address of a FHIR server."""
IF_CHANGED = 'say changed = "correct" in the mapping if the file is right, or correct the form in its case'
"""What to do about other content of a row or cell that is known."""
LONGEST_COURSE = 3660
"""Days between the first day and a score: ten years, so that a slip of the pen is noticed."""


class MappingFaulty(ValueError):
    """A mapping cannot be used; the message names the place in it and the reason."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class _Table(_Part):
    patient: Column
    """The column that names the patient."""
    missing: tuple[str, ...] = ("NA",)
    """What a cell says where there is no value. An empty cell always says so."""
    system: System = "table"
    """Where the table comes from: a part of each form's identity, so keep it from file to file."""
    changed: Literal["reject", "correct"] = "reject"
    """What becomes of a form that was stored with other content: rejected, or corrected to this one."""

    @property
    def standing(self) -> Standing:
        """How the forms of the table stand to what was said of them before."""
        return "corrected" if self.changed == "correct" else "said"


class Scores(_Part):
    """Columns that hold totals of one instrument, each taken some days after the first day."""

    instrument: InstrumentCode
    column: Column
    """A column, or with `{session}` in it every column that has a number there."""
    days_per_session: Annotated[int, Field(ge=1, le=366)] = 7
    day: Annotated[int, Field(ge=0, le=LONGEST_COURSE)] = 0
    """Days from the first day to the column, or to session 0."""

    @model_validator(mode="after")
    def _one_session(self) -> Self:
        if self.column.count("{session}") > 1:
            raise ValueError("{session} stands in a column's name once")
        return self

    def days(self, column: str) -> int | None:
        """Days from the first day to this column; None for a column that is not meant."""
        before, mark, after = self.column.partition("{session}")
        if not mark:
            return self.day if column == self.column else None
        found = re.fullmatch(f"{re.escape(before)}([0-9]{{1,3}}){re.escape(after)}", column)
        return self.day + int(found[1]) * self.days_per_session if found else None


class WideTable(_Table):
    """One row per patient, one column per score."""

    shape: Literal["wide"] = "wide"
    first_day: date | Column
    """The day of session 0: one for all, or the column in which it stands."""
    scores: Annotated[tuple[Scores, ...], Field(min_length=1)]


class LongTable(_Table):
    """One row per form: its total, its answers, or both."""

    shape: Literal["long"] = "long"
    date: Column
    """The column that says when: a date, or a time with its offset from UTC."""
    instrument: Column | None = None
    """The column that names the instrument."""
    instrument_code: InstrumentCode | None = None
    """The instrument of all rows, where no column names one."""
    total: Column | None = None
    items: Column | None = None
    """The columns of the answers, such as `phq9_{item}`."""
    answers: AnswerMode | None = None
    """How the answers are meant, for instruments where that is not clear by itself."""
    form: Column | None = None
    """The column with the sender's id of the form. Without it, forms of one day count as 1st, 2nd …"""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.instrument is None) == (self.instrument_code is None):
            raise ValueError("name the instrument by `instrument`, a column, or by `instrument_code`")
        if self.total is None and self.items is None:
            raise ValueError("name the column of the total, or those of the items")
        if self.items is not None and self.items.count("{item}") != 1:
            raise ValueError("write {item} in `items` where the number of the item stands")
        if self.changed == "correct" and self.form is None:
            raise ValueError("to correct forms, name the column with the sender's id of the form as `form`")
        return self


Mapping: TypeAlias = WideTable | LongTable
_MAPPING: TypeAdapter[Mapping] = TypeAdapter(Annotated[Mapping, Field(discriminator="shape")])


def read_mapping(name: str, content: bytes) -> Mapping:
    """The mapping that a TOML file describes. Raises `MappingFaulty`."""
    try:
        return _MAPPING.validate_python(tomllib.loads(content.decode()))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise MappingFaulty(f"{name}: {place}: {in_plain_words(first)}") from error
    except UnicodeDecodeError as error:
        raise MappingFaulty(f"{name}: not UTF-8; save it again as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise MappingFaulty(f"{name}: not TOML: {error}") from error


def in_plain_words(refused: ErrorDetails) -> str:
    """What is wrong with a file that a person wrote, without the words of its checker."""
    context = refused.get("ctx", {})
    match refused["type"]:
        case "union_tag_invalid" | "union_tag_not_found":
            return 'say shape = "wide" or "long"'
        case "value_error":
            return str(context["error"])
        case "missing":
            return "it is needed, and is missing"
        case "extra_forbidden":
            return "there is no such key; see the table of keys in the how-to on importing scores"
        case "literal_error":
            return f"write {context['expected']}"
        case "string_type":
            return "write it as text, in quotes"
        case "string_pattern_mismatch":
            return f"it does not have the form {context['pattern']}"
        case "string_too_short" | "too_short":
            return "it must not be empty"
        case _:
            return refused["msg"].replace("Input should be", "it should be")


def scores_option(text: str) -> Scores:
    """`BDI=bdi_s{session}` or `BDI=bdi_fu1@112`: instrument, column, days from the first day.

    Raises `MappingFaulty`.
    """
    found = re.fullmatch(r"([A-Z][A-Z0-9_]{0,15})=(.{1,64}?)(?:@([0-9]{1,4}))?", text)
    if found is None or int(found[3] or 0) > LONGEST_COURSE or found[2].count("{session}") > 1:
        raise MappingFaulty("write INSTRUMENT=COLUMN, such as BDI=bdi_s{session} or BDI=bdi_fu1@112")
    return Scores(instrument=found[1], column=found[2], day=int(found[3] or 0))
