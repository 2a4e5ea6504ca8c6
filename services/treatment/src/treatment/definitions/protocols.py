"""Protocols read from files: those that ship with Casetrail, and those of a service's own folder."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from treatment.definitions import DefinitionFaulty
from treatment.definitions.protocol_checks import faults
from treatment.definitions.protocol_file import ProtocolFile
from treatment.definitions.protocol_values import protocol_of
from treatment.definitions.reading import check_name, faulty, read_toml
from treatment.definitions.versions import version_order
from treatment.domain.protocols import Protocol
from treatment.domain.refusals import ProtocolUnknown


@dataclass(frozen=True, slots=True)
class Protocols:
    """The protocols that this installation knows: every version, and the newest of each code."""

    by_reference: Mapping[str, Protocol]
    by_code: Mapping[str, Protocol]
    texts: Mapping[str, bytes]
    """The file of each reference, unchanged: what the register of a tenant publishes."""

    def get(self, code: str) -> Protocol:
        """The newest version of the protocol, or the refusal that lists the known ones."""
        try:
            return self.by_code[code]
        except KeyError:
            raise ProtocolUnknown(code, tuple(sorted(self.by_code))) from None


def read_protocol(name: str, content: bytes, instruments: Collection[str] | None = None) -> Protocol:
    """One protocol from the bytes of its file. Raises `DefinitionFaulty`.

    `instruments` are the codes that its measures may name; absent, those that ship with Casetrail.
    """
    read = read_toml(name, content, ProtocolFile)
    check_name(name, read.code, read.version)
    if found := list(faults(read, shipped_instrument_codes() if instruments is None else instruments)):
        raise faulty(name, found)
    return protocol_of(read, hashlib.sha256(content).hexdigest())


def shipped_protocols(instruments: Collection[str] | None = None) -> Protocols:
    """The protocols of domain reference 2.3. Raises `DefinitionFaulty` when a file is wrong."""
    return protocols_in(None, instruments)


def protocols_in(folder: Path | None, instruments: Collection[str] | None = None) -> Protocols:
    """The shipped protocols and those of a service's own folder, where there is one.

    Raises `DefinitionFaulty` when the folder is not there, a file is wrong, or a file defines a version
    again that ships with other content: a released version never changes.
    """
    known = shipped_instrument_codes() if instruments is None else instruments
    shipped = {entry.name: entry.read_bytes() for entry in (files(__package__) / "protocols").iterdir()}
    contents = [(name, content, "ships with Casetrail") for name, content in sorted(shipped.items())]
    if folder is not None:
        contents += [(path.name, path.read_bytes(), f"is in {folder}") for path in _files_in(folder)]
    return _gathered(contents, known)


def shipped_instrument_codes() -> frozenset[str]:
    """The codes of the instruments that ship with Casetrail, from the names of their files."""
    names = [entry.name for entry in (files(__package__) / "instruments").iterdir()]
    return frozenset(name.rpartition("-")[0] for name in names if name.endswith(".toml"))


def _files_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DefinitionFaulty(f"{folder}: no such folder; make it, or name another one")
    return sorted(path for path in folder.iterdir() if path.suffix == ".toml")


def _gathered(contents: Iterable[tuple[str, bytes, str]], instruments: Collection[str]) -> Protocols:
    by_reference: dict[str, Protocol] = {}
    by_code: dict[str, Protocol] = {}
    texts: dict[str, bytes] = {}
    origins: dict[str, tuple[str, str]] = {}
    for name, content, origin in contents:
        protocol = read_protocol(name, content, instruments)
        known, where = origins.setdefault(name, (protocol.sha256, origin))
        if known != protocol.sha256:
            raise DefinitionFaulty(
                f"{name}: code and version: {protocol.code}@{protocol.version} {where} with other content; "
                "give your file a code or a version of its own"
            )
        by_reference[protocol.reference], texts[protocol.reference] = protocol, content
        newest = by_code.get(protocol.code)
        if newest is None or version_order(protocol.version) > version_order(newest.version):
            by_code[protocol.code] = protocol
    return Protocols(MappingProxyType(by_reference), MappingProxyType(by_code), MappingProxyType(texts))
