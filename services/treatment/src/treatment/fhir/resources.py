"""The resources in a body or a file: a Bundle, a single resource, or one of these on each line (NDJSON)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Never

from treatment.fhir.values import Node, as_node, text
from treatment.imports.form import Rejected, Unreadable

MOST_BYTES = 256 * 1024 * 1024
DEEPEST = 64
"""Objects within objects. Real resources stay below twenty."""
READ = ("Observation", "QuestionnaireResponse")
BUNDLES = ("transaction", "collection", "searchset", "batch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One resource, and where it stood."""

    place: str
    resource: Node
    full_url: str = ""

    @property
    def type(self) -> str:
        """Its `resourceType`, or none."""
        return text(self.resource, "resourceType")


def resources(content: bytes) -> Iterator[Found | Rejected]:
    """Everything in the content, in its order. What is no resource is rejected, and the rest is read.

    Raises `Unreadable` when nothing of the content can be read.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"larger than {MOST_BYTES // 1024 // 1024} MiB; split it")
    try:
        written = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise Unreadable("not UTF-8") from error
    try:
        whole = _parsed(written)
    except Unreadable:
        first, line_break, _ = written.partition("\n")
        if not line_break or not _is_json(first):
            raise
        yield from _lines(content.decode("utf-8-sig"))
        return
    yield from _unpacked("", whole)


def _lines(written: str) -> Iterator[Found | Rejected]:
    # Only these end a line: a JSON text may hold the other separators that `splitlines` knows.
    for number, line in enumerate(written.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            yield from _unpacked(place, _parsed(line))
        except Unreadable as error:
            yield error.at(place)


def _unpacked(place: str, value: object) -> Iterator[Found | Rejected]:
    resource = as_node(value)
    kind = text(resource, "resourceType")
    if not kind:
        raise Unreadable("neither a Bundle nor a resource")
    if kind != "Bundle":
        yield _found(place or "the file", resource)
    elif text(resource, "type") not in BUNDLES:
        raise Unreadable(f"a Bundle of this type is not read, only {', '.join(BUNDLES)}")
    else:
        entries = resource.get("entry")
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            yield from _entry(f"{place} entry[{number}]".strip(), as_node(entry))


def _entry(place: str, entry: Node) -> Iterator[Found | Rejected]:
    """An entry may be without a resource: a deletion, or an answer."""
    resource = as_node(entry.get("resource"))
    if text(resource, "resourceType") == "Bundle":
        yield Rejected(place=place, reason="a Bundle within a Bundle is not read")
    elif text(resource, "resourceType"):
        yield _found(place, resource, text(entry, "fullUrl"))
    elif "resource" in entry:
        yield Rejected(place=place, reason="not a resource")


def _found(place: str, resource: Node, full_url: str = "") -> Found:
    kind = text(resource, "resourceType")
    # Only the types that are read are named: a report quotes nothing that was sent.
    named = f"{place} ({kind})" if kind in READ else place
    return Found(place=named, resource=resource, full_url=full_url)


def _parsed(written: str) -> object:
    """JSON with exact decimals. Raises `Unreadable`."""
    if not written:
        raise Unreadable("empty")
    try:
        value: object = json.loads(written, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except (ValueError, ArithmeticError) as error:
        reason = "XML is not read; send JSON" if written.startswith("<") else "not JSON"
        raise Unreadable(reason) from error
    if _deeper_than(DEEPEST, value):
        raise Unreadable("nested too deeply")
    return value


def _no_constant(_: str) -> Never:
    raise ValueError("NaN and Infinity are not JSON")


def _is_json(written: str) -> bool:
    try:
        _parsed(written)
    except Unreadable:
        return False
    return True


def _deeper_than(levels: int, value: object) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [inner for outer in layer for inner in _within(outer)]
        if not layer:
            return False
    return True


def _within(value: object) -> list[object]:
    match value:
        case dict():
            return list(value.values())
        case list():
            return value
        case _:
            return []
