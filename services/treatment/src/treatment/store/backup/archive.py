"""An archive: a folder with a file per table, a manifest that counts and hashes them, and its own hash."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from treatment.fault import Fault
from treatment.store.backup.tables import DATA_KEYS, KEYS_TABLES, STORE_TABLES, Table
from treatment.store.chain import Chain, ChainBroken

MANIFEST = "manifest.json"
MANIFEST_HASH = "manifest.sha256"
FORMAT = 1

Progress = Callable[[int], None]
"""Told of so many more rows."""


class ArchiveUnusable(Fault):
    """The archive cannot be used; the message names the file and the reason. Nothing was changed."""


class FileOfTable(BaseModel):
    """What the manifest says of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rows: int
    sha256: str


class Manifest(BaseModel):
    """What is in an archive, and from when."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int
    kind: str
    """`store` or `keys`."""
    software: str
    made_at: str
    migrations: tuple[str, ...]
    """Of the schema, as it was."""
    files: dict[str, FileOfTable]
    positions: dict[str, int]
    """The newest position of each tenant; empty for keys."""

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(file.rows for file in self.files.values())


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two archives."""

    name: str
    """That of its schema too."""
    tables: tuple[Table, ...]


STORE = Kind("store", STORE_TABLES)
KEYS = Kind("keys", KEYS_TABLES)


def file_of(table: Table) -> str:
    """The name of the file that holds a table."""
    return f"{table.name}.jsonl"


def check_archive(folder: Path, kind: Kind, progress: Progress = lambda _: None) -> Manifest:
    """The manifest of an archive of which every byte is as it was written.

    Raises `ArchiveUnusable`: a file is missing, changed, cut short or too many, or an event does not continue
    the one before it.
    """
    manifest = _manifest(folder, kind)
    known = {*manifest.files, MANIFEST, MANIFEST_HASH}
    for extra in sorted({entry.name for entry in folder.iterdir()} - known):
        raise ArchiveUnusable(f"{folder / extra} does not belong to the archive: take it out")
    chain = Chain()
    for name, wanted in manifest.files.items():
        rows, digest = 0, hashlib.sha256()
        for line in lines_of(folder / name):
            digest.update(line)
            rows += 1
            progress(1)
        if (rows, digest.hexdigest()) != (wanted.rows, wanted.sha256):
            raise ArchiveUnusable(
                f"{folder / name} is not as it was written: its SHA-256 is {digest.hexdigest()} instead of "
                f"{wanted.sha256}, its rows are {rows} instead of {wanted.rows}. Take another copy"
            )
    if kind is STORE:
        _follow(folder, chain)
        if chain.positions != manifest.positions:
            raise ArchiveUnusable(f"{folder}: the events do not end at the positions that the manifest names")
    return manifest


def lines_of(file: Path) -> Iterator[bytes]:
    """The lines of a file. Raises `ArchiveUnusable` when it is not there."""
    try:
        with file.open("rb") as content:
            yield from content
    except OSError as error:
        raise ArchiveUnusable(f"{file} cannot be read: {error.strerror}") from error


def wrapped_keys(folder: Path) -> Iterator[bytes]:
    """The data keys of an archive of the keys, as they are: wrapped."""
    for line in lines_of(folder / file_of(DATA_KEYS)):
        yield base64.b64decode(orjson.loads(line)["wrapped"])


def _manifest(folder: Path, kind: Kind) -> Manifest:
    content = b"".join(lines_of(folder / MANIFEST))
    told = b"".join(lines_of(folder / MANIFEST_HASH))
    if told != hash_line(content):
        raise ArchiveUnusable(
            f"{folder / MANIFEST} is not as it was written, or {MANIFEST_HASH} is not: take another copy"
        )
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise ArchiveUnusable(f"{folder / MANIFEST} is not the manifest of an archive") from error
    if manifest.kind != kind.name:
        raise ArchiveUnusable(f"{folder} is an archive of the {manifest.kind}, not of the {kind.name}")
    wanted = [file_of(table) for table in kind.tables]
    if manifest.format != FORMAT or not set(manifest.files) <= set(wanted):
        raise ArchiveUnusable(f"{folder} was made by a newer version ({manifest.software}): use that one")
    return manifest


def hash_line(content: bytes) -> bytes:
    """As `sha256sum` writes it, so that anybody can check it."""
    return f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode()


def _follow(folder: Path, chain: Chain) -> None:
    newest = 0
    for line in lines_of(folder / "events.jsonl"):
        row_id, _, content = line.rstrip(b"\n").partition(b" ")
        try:
            chain.follow(content)
        except ChainBroken as broken:
            raise ArchiveUnusable(f"{folder / 'events.jsonl'}: {broken}") from broken
        if int(row_id) <= newest:
            raise ArchiveUnusable(f"{folder / 'events.jsonl'}: row {int(row_id)} comes behind row {newest}")
        newest = int(row_id)


def pages(lines: Iterator[bytes], size: int) -> Iterator[Sequence[bytes]]:
    """So many lines at a time."""
    page: list[bytes] = []
    for line in lines:
        page.append(line)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page
