"""Careful looks into parsed JSON: what is not of the expected type is not there."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

from casetrail_contracts.scalars import Moment
from treatment.imports.form import Unreadable

Node: TypeAlias = Mapping[str, object]
"""A JSON object of which nothing is known yet."""

NOTHING: Node = {}
_LARGEST = 1000
"""No total and no answer of any instrument is larger."""
_NOT_WHOLE = "the value is not a whole number"
_FINER_THAN_MICROSECONDS = re.compile(r"(\.[0-9]{6})[0-9]+")


def as_node(value: object) -> Node:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else NOTHING


def part(of: Node, name: str) -> Node:
    """The object under a name, or an empty one."""
    return as_node(of.get(name))


def parts(of: Node, name: str) -> list[Node]:
    """The objects in the list under a name."""
    found = of.get(name)
    return [inner for inner in found if isinstance(inner, dict)] if isinstance(found, list) else []


def text(of: Node, name: str) -> str:
    """The text under a name, or none."""
    found = of.get(name)
    return found.strip() if isinstance(found, str) else ""


def moment(value: str) -> Moment:
    """A FHIR dateTime, as exactly as it is written. Raises `Unreadable`."""
    try:
        return Moment.parse(_FINER_THAN_MICROSECONDS.sub(r"\1", value))
    except ValueError as error:
        raise Unreadable("the time is neither a date nor a time with its offset from UTC") from error


def number(of: Node, worth: Callable[[str], int | None]) -> int | None:
    """The value[x] of an observation or answer as a whole number; None when it has none.

    `worth` looks up the code of an answer. Raises `Unreadable` for what is no whole number.
    """
    found = figure(of, worth)
    if found is not None and found != int(found):
        raise Unreadable(_NOT_WHOLE)
    return None if found is None else int(found)


def figure(of: Node, worth: Callable[[str], int | None] = lambda _: None) -> Decimal | None:
    """The value[x] as a number, which need not be whole; None when it has none. Raises `Unreadable`.

    Without `worth` no code is worth anything: totals are numbers.
    """
    for name in ("valueInteger", "valueDecimal", "valueString"):
        if name in of:
            return _figure(of[name])
    if "valueQuantity" in of:
        quantity = part(of, "valueQuantity")
        if "comparator" in quantity:
            raise Unreadable("the value is a bound, not a number")
        return _figure(quantity["value"]) if "value" in quantity else None
    if "valueCoding" in of:
        return _coded([part(of, "valueCoding")], worth)
    if "valueCodeableConcept" in of:
        return _coded(parts(part(of, "valueCodeableConcept"), "coding"), worth)
    if any(name.startswith("value") for name in of):
        raise Unreadable("the value is of a type that no score has")
    return None


def last_changed(resource: Node) -> Moment | None:
    """When the sender changed the resource last, if it says so in a way that can be read."""
    for said in (text(part(resource, "meta"), "lastUpdated"), text(resource, "issued")):
        if said:
            try:
                return moment(said)
            except Unreadable:
                continue
    return None


def _figure(value: object) -> Decimal:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,4}(\.[0-9]{1,9})?", value.strip(), re.ASCII):
        return Decimal(value.strip())
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        # The size first: a decimal such as 1e999999 is a number too.
        if not -_LARGEST <= value <= _LARGEST:
            raise Unreadable("the value is larger than any score")
        return Decimal(value)
    raise Unreadable(_NOT_WHOLE)


def _coded(codings: list[Node], worth: Callable[[str], int | None]) -> Decimal:
    """By table only: a weight that came with the form may be anything."""
    known = [points for one in codings if (points := worth(text(one, "code"))) is not None]
    if len(set(known)) != 1:
        raise Unreadable("the answer's code is not in the table of answers")
    return Decimal(known[0])
