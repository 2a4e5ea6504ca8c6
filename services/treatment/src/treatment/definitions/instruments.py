"""Instruments read from files: every version that ships, and the newest of each code."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from treatment.definitions.instrument_checks import faults
from treatment.definitions.instrument_file import InstrumentFile
from treatment.definitions.instrument_values import instrument_of
from treatment.definitions.own_folder import own_files
from treatment.definitions.reading import check_name, faulty, read_toml
from treatment.definitions.versions import version_order
from treatment.domain.instruments import Instrument
from treatment.domain.refusals import InstrumentUnknown


@dataclass(frozen=True, slots=True)
class Instruments:
    """The instruments that this installation knows."""

    by_code: Mapping[str, Instrument]
    """The newest version of each."""
    by_reference: Mapping[str, Instrument] = field(default_factory=dict)
    """Every version, by `<code>@<version>#<sha256>`: what events of any time name."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """The file of each reference, unchanged."""

    def get(self, code: str) -> Instrument:
        """The instrument, or the refusal that lists the known ones."""
        try:
            return self.by_code[code]
        except KeyError:
            raise InstrumentUnknown(code, tuple(sorted(self.by_code))) from None


def read_instrument(name: str, content: bytes) -> Instrument:
    """One definition from the bytes of its file. Raises `DefinitionFaulty`."""
    read = read_toml(name, content, InstrumentFile)
    check_name(name, read.code, read.version)
    if found := list(faults(read)):
        raise faulty(name, found)
    return instrument_of(read, hashlib.sha256(content).hexdigest())


def shipped_instruments() -> Instruments:
    """The definitions that ship with Casetrail. Raises `DefinitionFaulty` when a file is wrong."""
    return instruments_in(None)


def instruments_in(folder: Path | None) -> Instruments:
    """The shipped definitions, and those in `instruments` below a service's own folder.

    Raises `DefinitionFaulty` when a file is wrong, or defines a version that ships with other content.
    """
    entries = (files(__package__) / "instruments").iterdir()
    shipped = {entry.name: entry.read_bytes() for entry in entries}
    return _gathered(sorted((shipped | own_files(folder, "instruments", shipped)).items()))


def _gathered(contents: Iterable[tuple[str, bytes]]) -> Instruments:
    by_code: dict[str, Instrument] = {}
    by_reference: dict[str, Instrument] = {}
    texts: dict[str, bytes] = {}
    for name, content in contents:
        instrument = read_instrument(name, content)
        by_reference[instrument.reference], texts[instrument.reference] = instrument, content
        newest = by_code.get(instrument.code)
        if newest is None or version_order(instrument.version) > version_order(newest.version):
            by_code[instrument.code] = instrument
    return Instruments(MappingProxyType(by_code), MappingProxyType(by_reference), MappingProxyType(texts))
