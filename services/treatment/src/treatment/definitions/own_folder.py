"""The folder with a service's own definitions: which files may be in it, and which may not."""

from collections.abc import Mapping
from pathlib import Path

from treatment.definitions.faulty import DefinitionFaulty

KINDS = ("instruments", "protocols", "rules")
"""The folders in it; each may be absent."""


def own_folder(folder: Path | None, kind: str) -> Path | None:
    """The folder of one kind, where there is one. Raises `DefinitionFaulty` for what no definition is in."""
    if folder is None:
        return None
    if not folder.is_dir():
        raise DefinitionFaulty(f"{folder}: no such folder; make it, or name another one")
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in KINDS)
    if strangers:
        raise DefinitionFaulty(
            f"{folder / strangers[0]}: nothing reads it; put definitions into {', '.join(KINDS)} beside it"
        )
    found = folder / kind
    return found if found.is_dir() else None


def own_files(folder: Path | None, kind: str, shipped: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of one kind by name. Raises `DefinitionFaulty` for one that ships with other content."""
    place = own_folder(folder, kind)
    paths = sorted(place.glob("*.toml")) if place is not None else []
    found = {path.name: path.read_bytes() for path in paths}
    for name, content in found.items():
        if shipped.get(name, content) != content:
            raise DefinitionFaulty(
                f"{name}: code and version: they ship with Casetrail with other content; "
                "give your file a code or a version of its own"
            )
    return {name: content for name, content in found.items() if name not in shipped}
