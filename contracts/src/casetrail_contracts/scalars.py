"""The words that payloads are spelled with: instants, partial dates, decimals and identifiers.

The usual serialisers print a time or a decimal differently from value to value; these types print
each value in exactly one way, so that one fact has one sequence of bytes.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

# Digits are written [0-9]: where a regular expression knows Unicode, \d takes the digits of every script.
INSTANT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-5][0-9])"
)


def instant_text(value: datetime) -> str:
    """27 characters, always microseconds, always `Z`: `2026-03-01T09:30:00.000000Z`."""
    # `isoformat` takes a quarter of the time of `strftime`; its last six characters are `+00:00`.
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def parse_instant(value: object) -> datetime:
    """An RFC 3339 time with its offset, as UTC. A time without an offset is refused, not guessed."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("the time has no offset from UTC; add one, such as Z or +01:00")
        return _in_utc(value)
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("not an RFC 3339 time with an offset, such as 2026-03-01T09:30:00Z")
    return _in_utc(datetime.fromisoformat(value.upper()))


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time is outside the years 0001 to 9999") from error


Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    PlainSerializer(instant_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": INSTANT_PATTERN}),
]
"""A moment in UTC, to the microsecond. Aware input only; written as 27 characters ending in `Z`."""


class Precision(StrEnum):
    """How exactly a time is known (the envelope's `timeprecision`; absent means to the microsecond)."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
PARTIAL_DATE_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


def _first_day(text: str) -> tuple[date, Precision]:
    found = _PARTIAL.fullmatch(text)
    if not found:
        raise ValueError("not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = found.groups()
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    return date(int(year), int(month or 1), int(day or 1)), precision


def _check_partial(text: str) -> str:
    _first_day(text)
    return text


PartialDate = Annotated[str, StringConstraints(pattern=PARTIAL_DATE_PATTERN), AfterValidator(_check_partial)]
"""A date of which the day, or the month and day, may be unknown: `2026`, `2026-03`, `2026-03-01`."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as exactly as it is known: an instant, a day, a month or a year.

    A partial date stands for its first instant in UTC.
    """

    at: datetime
    precision: Precision | None = None

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read an RFC 3339 time or a partial date; whatever else is a `ValueError`."""
        if isinstance(value, cls):
            return value
        if isinstance(value, str) and _PARTIAL.fullmatch(value):
            day, precision = _first_day(value)
            return cls(datetime(day.year, day.month, day.day, tzinfo=UTC), precision)
        return cls(parse_instant(value))

    def __str__(self) -> str:
        whole = instant_text(self.at)
        match self.precision:
            case None:
                return whole
            case Precision.DAY:
                return whole[:10]
            case Precision.MONTH:
                return whole[:7]
            case Precision.YEAR:
                return whole[:4]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        instant = INSTANT_PATTERN.strip("^$")
        partial = PARTIAL_DATE_PATTERN.strip("^$")
        return {"type": "string", "pattern": f"^({instant}|{partial})$"}


DECIMAL_PATTERN = r"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?$"


def decimal_text(value: Decimal) -> str:
    """Written without trailing zeros: `11.25`, `12`."""
    return format(value.normalize() + 0, "f")


def _parse_decimal(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not re.fullmatch(DECIMAL_PATTERN, value):
        raise ValueError('not a decimal string, such as "11.25"')
    return Decimal(value)


DecimalString = Annotated[
    Decimal,
    BeforeValidator(_parse_decimal),
    PlainSerializer(decimal_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DECIMAL_PATTERN}),
]
"""An exact decimal, sent as a string and written without trailing zeros."""

UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
EVENT_ID_PATTERN = UUID_PATTERN[:-1] + r"-[0-9]{10}$"

Uuid = Annotated[str, StringConstraints(pattern=UUID_PATTERN)]
EventId = Annotated[str, StringConstraints(pattern=EVENT_ID_PATTERN)]
"""`<case uuid>-<sequence, 10 digits>`: stable for ever, also the broker's message id."""
Digest = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""A SHA-256, base64url without padding."""
_WORD = "([A-Z]{1,6}|[A-Za-z][a-z]{0,15})"
_NUMBERS = "[0-9]{1,20}([-_]?[A-Za-z]?[0-9]{1,20}){0,4}"
_ANY_UUID = "[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}"
_ULID = "[0-7][0-9A-HJKMNP-TV-Z]{25}"
# A sentence in one word, or joined by hyphens, must not fit: it would be stored in clear and for ever.
REFERENCE_PATTERN = f"^({_ANY_UUID}|{_ULID}|{_WORD}|({_WORD}([-_]{_WORD})?[-_]?)?{_NUMBERS})$"
Reference = Annotated[str, StringConstraints(pattern=REFERENCE_PATTERN, max_length=64)]
"""A sender's own opaque identifier, never a name: a UUID, a ULID, one short word, or numbers after at most
two words, such as `session-12` or `PHQ9-2026-3`."""
StaffId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A pseudonym of a member of staff, a team or a piece of software."""
TenantName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9]{0,39}$")]
"""A coded term of a definition: a phase, a band, a subscale, a key."""
Term = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,19}([A-Z][a-z]{1,19})?$")]
"""A coded term of a service's own list: at most two words, so that no sentence fits. Whoever takes
it asks whether it is in the list; a reader need not."""
InstrumentCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,15}$")]
DefinitionRef = Annotated[
    str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_-]{0,31}@[0-9][0-9a-z.]{0,15}#[0-9a-f]{64}$")
]
"""`<code>@<version>#<sha256>`: exactly which text of a definition scored or phased something."""
CodeSystem = Annotated[
    str,
    StringConstraints(
        pattern=r"^(https?://[a-z0-9.-]{1,100}(/[A-Za-z0-9._-]{1,60}){0,6}|urn:oid:[0-9.]{1,80})$",
        max_length=200,
    ),
]
"""The address of a terminology, as FHIR names it: `http://snomed.info/sct`."""
CodeValue = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{0,3}[0-9][A-Z0-9]{0,19}([.-][A-Z0-9]{1,10})?$", max_length=30)
]
"""A code of a terminology: `F32.1`, `35489007`, `N06AB06`. It holds a digit, so that no sentence fits."""
RuleKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]{0,159}$")]
"""What a derived fact is about: a rule, and the ids of what it saw. The same key is raised once."""
ProtocolCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_-]{0,31}$")]
