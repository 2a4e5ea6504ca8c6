"""Puts an archive into an empty database, all of it or nothing, and reads it back before anything is kept."""

import hashlib
from pathlib import Path

from treatment.fault import Fault
from treatment.store import migrations
from treatment.store.backup.archive import (
    STORE,
    ArchiveUnusable,
    Kind,
    Manifest,
    Progress,
    check_archive,
    file_of,
    lines_of,
    pages,
)
from treatment.store.backup.tables import PAGE, Stored
from treatment.store.database import Transaction
from treatment.store.standing import Standing

STANDING_SINCE = "store-0004"
"""The migration that made the table of standings."""


class NotEmpty(Fault):
    """The database holds something already. Nothing was changed."""


def restore(
    database: Stored, kind: Kind, folder: Path, *, restored_at: str, progress: Progress = lambda _: None
) -> Manifest:
    """Restore an archive. Raises `ArchiveUnusable` or `NotEmpty`, and changes nothing then.

    What is kept was read back from the database and has the hashes of the manifest. A restored event store
    takes no commands until it was compared with the broker.
    """
    manifest = check_archive(folder, kind)
    require_room(database, kind, manifest, folder)
    migrations.migrate(database, kind.name, levels=manifest.migrations)
    with database.writing() as write:
        if database.is_postgres:
            write.run("SET LOCAL statement_timeout = 0")
        for table in kind.tables:
            if file_of(table) not in manifest.files:
                continue
            for page in pages(lines_of(folder / file_of(table)), PAGE):
                table.insert(write, database, page)
                progress(len(page))
            table.go_on(write, database)
        _read_back(write, database, kind, manifest, folder)
        noted = kind is STORE and STANDING_SINCE in manifest.migrations
        if noted:
            _note_restored(write, manifest, restored_at)
    migrations.migrate(database, kind.name)
    if kind is STORE and not noted:
        with database.writing() as write:
            _note_restored(write, manifest, restored_at)
    return manifest


def require_room(database: Stored, kind: Kind, manifest: Manifest, folder: Path) -> None:
    """Raise `NotEmpty`, or `ArchiveUnusable` where the schema of the database is not that of the archive."""
    known = {migrations.level_of(name) for name in migrations.all_of(database, kind.name)}
    newer = sorted(set(manifest.migrations) - known)
    if newer:
        raise ArchiveUnusable(
            f"{folder} was made by a newer version ({manifest.software}), whose schema has "
            f"{', '.join(newer)}: restore it with that version"
        )
    applied = {migrations.level_of(name) for name in migrations.applied(database)}
    if applied - set(manifest.migrations):
        raise NotEmpty(
            f"the schema {kind.name!r} was migrated further than the archive's: restore into a database "
            "without that schema, it is migrated afterwards"
        )
    present = [table for table in kind.tables if file_of(table) in manifest.files]
    if not applied:
        return
    with database.reading() as read:
        for table in present:
            if read.run(f"SELECT 1 AS found FROM {table.name} LIMIT 1"):
                raise NotEmpty(
                    f"the table {table.name} of the schema {kind.name!r} is not empty: restore into an empty "
                    "database"
                )


def _read_back(write: Transaction, database: Stored, kind: Kind, manifest: Manifest, folder: Path) -> None:
    for table in kind.tables:
        wanted = manifest.files.get(file_of(table))
        if wanted is None:
            continue
        digest = hashlib.sha256()
        for line in table.lines(write, database):
            digest.update(line)
        if digest.hexdigest() != wanted.sha256:
            raise ArchiveUnusable(f"{folder}: {table.name} reads back otherwise than it was written")


def _note_restored(write: Transaction, manifest: Manifest, restored_at: str) -> None:
    write.run(
        "INSERT INTO broker_standing (standing, reason, noted_at) VALUES (:standing, :reason, :at)",
        {
            "standing": Standing.RESTORED.value,
            "reason": f"restored from an archive of {manifest.made_at}",
            "at": restored_at,
        },
    )
