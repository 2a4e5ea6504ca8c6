"""Canonical JSON: one value, one sequence of bytes.

The restricted profile that Casetrail stores (ASCII object keys, no floats, integers within ±2^53,
no lone surrogates) makes the standard library's encoder equal RFC 8785 (JSON Canonicalization
Scheme), so anyone can make the same bytes with the tools of their own language.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

LARGEST_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3)."""


class NotCanonical(ValueError):
    """The value cannot be written as canonical JSON; the message names the place and the reason."""


def check(value: object, at: str = "$") -> None:
    """Refuse whatever would not survive canonical JSON unchanged: floats, large integers, odd keys."""
    match value:
        case None | bool():
            return
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise NotCanonical(f"{at}: {value} is outside ±2^53; send it as a string")
        case str():
            # A lone surrogate has no UTF-8 form. ASCII, the common case, cannot contain one.
            if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
                raise NotCanonical(f"{at}: the text holds a lone surrogate, which UTF-8 cannot carry")
        case float():
            raise NotCanonical(f"{at}: floats are not exact; send decimals as strings")
        case Mapping():
            for key, inner in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise NotCanonical(f"{at}: the key {key!r} is not an ASCII string")
                check(inner, f"{at}.{key}")
        case list() | tuple():
            for index, inner in enumerate(value):
                check(inner, f"{at}[{index}]")
        case _:
            raise NotCanonical(f"{at}: {type(value).__name__} is not a JSON value")


def encode(value: Json) -> bytes:
    """The canonical bytes of a JSON value: UTF-8, sorted keys, no white space."""
    check(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()
