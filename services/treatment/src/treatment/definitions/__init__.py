"""Definitions read from files: at the edge, once, and handed to the domain as values.

A file is one version of one definition and never changes once released: its digest is named by the
events that used it. A change is a new file with a new version.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from casetrail_contracts.scalars import Code, InstrumentCode
from treatment.domain.instruments import Band, Instrument, Items, RiskItem
from treatment.domain.refusals import InstrumentUnknown


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Range(_Part):
    lowest: int
    highest: int


class _Band(_Range):
    code: Code


class _Items(_Range):
    count: Annotated[int, Field(ge=1, le=40)]
    unscored: int = 0
    most_missing: int = 0


class _RiskItem(_Part):
    number: int
    review_at: int
    urgent_at: int


class InstrumentFile(_Part):
    """What a file under `definitions/instruments` may say."""

    code: InstrumentCode
    version: Annotated[str, Field(pattern=r"^[0-9][0-9a-z.]{0,15}$")]
    title: str
    licence: str
    """The notice that stays with the instrument."""
    direction: Literal["higherIsWorse", "higherIsBetter"]
    total: _Range
    items: _Items | None = None
    bands: tuple[_Band, ...] = ()
    risk_items: tuple[_RiskItem, ...] = ()


class DefinitionFaulty(ValueError):
    """A definition file cannot be used; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """The instruments that this installation knows: the newest version of each."""

    by_code: Mapping[str, Instrument]

    def get(self, code: str) -> Instrument:
        """The instrument, or the refusal that lists the known ones."""
        try:
            return self.by_code[code]
        except KeyError:
            raise InstrumentUnknown(code, tuple(sorted(self.by_code))) from None


def read_instrument(name: str, content: bytes) -> Instrument:
    """One definition from the bytes of its file. Raises `DefinitionFaulty`."""
    try:
        read = InstrumentFile.model_validate(tomllib.loads(content.decode()))
    except ValueError as error:
        raise DefinitionFaulty(f"{name}: {error}") from error
    if name != f"{read.code}-{read.version}.toml":
        raise DefinitionFaulty(f"{name}: the file must be called {read.code}-{read.version}.toml")
    return Instrument(
        code=read.code,
        version=read.version,
        sha256=hashlib.sha256(content).hexdigest(),
        lowest=read.total.lowest,
        highest=read.total.highest,
        items=Items(**read.items.model_dump()) if read.items else None,
        bands=tuple(Band(**band.model_dump()) for band in read.bands),
        risk_items=tuple(RiskItem(**item.model_dump()) for item in read.risk_items),
    )


def shipped_instruments() -> Instruments:
    """The definitions that ship with Casetrail. Raises `DefinitionFaulty` when a file is wrong."""
    found: dict[str, Instrument] = {}
    folder = files(__package__) / "instruments"
    for entry in sorted(folder.iterdir(), key=lambda file: file.name):
        instrument = read_instrument(entry.name, entry.read_bytes())
        newest = found.get(instrument.code)
        if newest is None or _version(instrument) > _version(newest):
            found[instrument.code] = instrument
    return Instruments(MappingProxyType(found))


def _version(instrument: Instrument) -> tuple[int, str]:
    number = instrument.version.split(".")[0]
    return (int(number) if number.isdigit() else 0, instrument.version)
