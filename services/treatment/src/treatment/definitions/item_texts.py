"""The wording of questionnaires, where the owner lets it be shipped: beside the scoring, and replaceable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from casetrail_contracts.scalars import InstrumentCode
from treatment.definitions.instruments import Instruments
from treatment.definitions.reading import Part, faulty, read_toml
from treatment.domain.instruments import Items

Wording: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Options: TypeAlias = Annotated[tuple[Wording, ...], Field(min_length=2, max_length=12)]


class UnscoredTextFile(Part):
    """An item that is not counted, with answers of its own."""

    text: Wording
    options: Options


class ItemTextsFile(Part):
    """What a file under `definitions/item_texts` may say."""

    instrument: InstrumentCode
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
    licence: Wording
    question: Wording
    options: Options
    items: tuple[Wording, ...]
    unscored: tuple[UnscoredTextFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemText:
    """One item as it is put to the patient."""

    number: int
    text: str
    options: tuple[str, ...]
    """The lowest answer first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """The wording of an instrument in one language."""

    instrument: str
    language: str
    licence: str
    """The owner's notice: shown wherever the wording is."""
    question: str
    items: tuple[ItemText, ...]


def read_item_texts(name: str, content: bytes, instruments: Instruments) -> Questionnaire:
    """The wording from the bytes of its file. Raises `DefinitionFaulty`."""
    read = read_toml(name, content, ItemTextsFile)
    known = instruments.by_code.get(read.instrument)
    if name != f"{read.instrument}-{read.language}.toml":
        raise faulty(name, [f"the file must be called {read.instrument}-{read.language}.toml"])
    if known is None or known.items is None:
        raise faulty(
            name, [f"instrument: {read.instrument} is not installed, or has no items; define it first"]
        )
    if found := list(_faults(read, known.items)):
        raise faulty(name, found)
    counted = [ItemText(number=n, text=text, options=read.options) for n, text in enumerate(read.items, 1)]
    beside = [
        ItemText(number=number, text=one.text, options=one.options)
        for number, one in enumerate(read.unscored, len(counted) + 1)
    ]
    return Questionnaire(
        instrument=read.instrument,
        language=read.language,
        licence=read.licence,
        question=read.question,
        items=(*counted, *beside),
    )


def shipped_item_texts(instruments: Instruments) -> Mapping[tuple[str, str], Questionnaire]:
    """The wordings that ship, by instrument and language. Raises `DefinitionFaulty` when a file is wrong."""
    folder = files(__package__) / "item_texts"
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    read = [read_item_texts(entry.name, entry.read_bytes(), instruments) for entry in entries]
    return MappingProxyType({(one.instrument, one.language): one for one in read})


def _faults(read: ItemTextsFile, rule: Items) -> Iterator[str]:
    if len(read.items) != rule.count:
        yield f"items: {len(read.items)} texts for {rule.count} items; give one for each"
    if len(read.options) != len(rule.allowed):
        yield f"options: {len(read.options)} for answers {rule.lowest} to {rule.highest}; give one for each"
    if [len(one.options) for one in read.unscored] != [one.highest - one.lowest + 1 for one in rule.unscored]:
        yield "unscored: give each item that is not counted, with one option for each answer"
