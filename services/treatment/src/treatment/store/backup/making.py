"""Makes an archive from one moment of a database, while others write."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from treatment.store.backup.archive import (
    FORMAT,
    MANIFEST,
    MANIFEST_HASH,
    STORE,
    ArchiveUnusable,
    FileOfTable,
    Kind,
    Manifest,
    Progress,
    file_of,
    hash_line,
)
from treatment.store.backup.tables import Stored, Table, require_known
from treatment.store.database import Transaction
from treatment.store.migrations import level_of


def back_up(
    database: Stored,
    kind: Kind,
    folder: Path,
    *,
    software: str,
    made_at: str,
    progress: Progress = lambda _: None,
) -> Manifest:
    """Write an archive into a folder that does not exist yet; it appears whole or not at all.

    Readers and writers are not held up. Raises `ArchiveUnusable` when the folder cannot be made, and
    `TableUnknown`.
    """
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    with moment(database) as read:
        require_known(read, database, kind.tables)
        try:
            if folder.exists():
                raise ArchiveUnusable(f"{folder} exists already: name a new folder")
            unfinished.mkdir(parents=True, mode=0o700)
            files = {
                file_of(table): _write(read, database, table, unfinished / file_of(table), progress)
                for table in kind.tables
            }
            manifest = manifest_of(read, kind, files, software=software, made_at=made_at)
            content = manifest.model_dump_json(indent=2).encode() + b"\n"
            _put(unfinished / MANIFEST, iter([content]))
            _put(unfinished / MANIFEST_HASH, iter([hash_line(content)]))
            unfinished.rename(folder)
        except OSError as error:
            raise ArchiveUnusable(f"{folder} cannot be written: {error.strerror}") from error
    return manifest


@contextmanager
def moment(database: Stored) -> Iterator[Transaction]:
    """A transaction that sees one moment only, however long it reads."""
    with database.reading() as read:
        if database.is_postgres:
            read.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # One sort of a large table may take longer than a command may.
            read.run("SET LOCAL statement_timeout = 0")
        yield read


def count(read: Transaction, kind: Kind) -> dict[str, int]:
    """Rows of each table."""
    return {
        table.name: int(read.run(f"SELECT count(*) AS found FROM {table.name}")[0]["found"])
        for table in kind.tables
    }


def manifest_of(
    read: Transaction, kind: Kind, files: dict[str, FileOfTable], *, software: str, made_at: str
) -> Manifest:
    """What the database says of itself at this moment."""
    positions: dict[str, int] = {}
    if kind is STORE:
        rows = read.run("SELECT tenant, max(position) AS newest FROM events GROUP BY tenant ORDER BY tenant")
        positions = {row["tenant"]: row["newest"] for row in rows}
    applied = sorted(level_of(row["name"]) for row in read.run("SELECT name FROM schema_migration"))
    return Manifest(
        format=FORMAT,
        kind=kind.name,
        software=software,
        made_at=made_at,
        migrations=tuple(applied),
        files=files,
        positions=positions,
    )


def _write(read: Transaction, database: Stored, table: Table, file: Path, progress: Progress) -> FileOfTable:
    rows, digest = 0, hashlib.sha256()

    def counted() -> Iterator[bytes]:
        nonlocal rows
        for line in table.lines(read, database):
            digest.update(line)
            rows += 1
            progress(1)
            yield line

    _put(file, counted())
    return FileOfTable(rows=rows, sha256=digest.hexdigest())


def _put(file: Path, lines: Iterator[bytes]) -> None:
    """On the disk when this returns, and nobody else's to read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.writelines(lines)
        out.flush()
        os.fsync(out.fileno())
