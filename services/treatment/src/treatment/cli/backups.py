"""`casetrail store backup` and `restore`: two archives, the events and their keys apart."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.settings import Settings
    from treatment.store.backup.archive import Kind
    from treatment.store.backup.tables import Stored

LOST_KEYS = 3
"""The exit code when events were restored whose texts nobody can read."""
DataFolderOption = Annotated[
    Path | None,
    typer.Option("--data", help="The folder of an installation on one machine; else the settings."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and count everything; change nothing.")]


def backup(
    *,
    to: Annotated[Path | None, typer.Option(help="New folder for the archive of the events.")] = None,
    keys_to: Annotated[
        Path | None, typer.Option(help="New folder for the archive of the keys, in another place.")
    ] = None,
    dry_run: DryRun = False,
    data: DataFolderOption = None,
) -> None:
    """Back up the event store, the key store, or both, while everything runs."""
    from treatment.store.backup import KEYS, STORE, back_up
    from treatment.store.backup.making import count, moment

    settings = _settings(data)
    _require_apart(to, keys_to)
    # The events first: a key is stored before the event that uses it, so later keys open all of them.
    for kind, folder in ((STORE, to), (KEYS, keys_to)):
        if folder is None:
            continue
        with closing(_database(settings, kind)) as database:
            with moment(database) as read:
                found = count(read, kind)
            for name, rows in found.items():
                typer.echo(f"{kind.name}: {rows} rows of {name}")
            if dry_run:
                continue
            with typer.progressbar(length=sum(found.values()), label=kind.name, file=sys.stderr) as bar:
                manifest = back_up(
                    database,
                    kind,
                    folder,
                    software=version("casetrail-treatment"),
                    made_at=_now(),
                    progress=bar.update,
                )
            typer.echo(f"{kind.name}: {manifest.rows} rows are in {folder}, as of {manifest.made_at}")
    if dry_run:
        typer.echo("nothing was written")
    elif keys_to is not None:
        typer.echo(
            "keep the archive of the keys apart from that of the events, and no longer than an erasure may "
            "take: it holds the keys of whoever is erased later"
        )


def restore(
    *,
    source: Annotated[Path | None, typer.Option("--from", help="The archive of the events.")] = None,
    keys_source: Annotated[Path | None, typer.Option("--keys-from", help="The archive of the keys.")] = None,
    dry_run: DryRun = False,
    data: DataFolderOption = None,
) -> None:
    """Restore archives into empty databases, all or nothing, and say what must follow."""
    if source is None and keys_source is None:
        raise Fault("nothing to restore: name an archive with --from, --keys-from, or both")
    with _stopped(data):
        _restore(_settings(data), source, keys_source, dry_run=dry_run)


def _restore(settings: "Settings", source: Path | None, keys_source: Path | None, *, dry_run: bool) -> None:
    from treatment.store.backup import KEYS, STORE, check_archive
    from treatment.store.backup import restore as put_back
    from treatment.store.backup.restoring import require_room

    # The keys first: then the events can be compared with them.
    for kind, folder in ((KEYS, keys_source), (STORE, source)):
        if folder is None:
            continue
        with closing(_database(settings, kind)) as database:
            manifest = check_archive(folder, kind)
            if kind is KEYS:
                _require_master_key(settings, folder)
            require_room(database, kind, manifest, folder)
            typer.echo(f"{kind.name}: the archive of {manifest.made_at} is whole, {manifest.rows} rows")
            for tenant, position in manifest.positions.items():
                typer.echo(f"  {tenant}: up to position {position}")
            if not dry_run:
                with typer.progressbar(length=manifest.rows, label=kind.name, file=sys.stderr) as bar:
                    put_back(database, kind, folder, restored_at=_now(), progress=bar.update)
    if dry_run:
        typer.echo("nothing was changed")
        return
    _finish(settings)


def _finish(settings: "Settings") -> None:
    """Erase again whom the log says was erased, look whether the keys fit, and say what follows."""
    from treatment.assembly.keeping import open_keeping
    from treatment.store.erasures import erase_again
    from treatment.store.sealed_by import keys_of_texts

    with open_keeping(settings) as keeping:
        erased = erase_again(keeping.store, keeping.keys)
        found = keys_of_texts(keeping.store, keeping.keys.database)
    typer.echo(f"the keys of {erased} erasures in the log are destroyed")
    typer.echo("next: start the relay. Commands are answered 503 until it has compared events and broker")
    typer.echo("then: fill the read models anew, if they are newer than what was restored")
    if found.lost:
        typer.echo(
            f"{found.lost} of {found.named} keys are not in the key store: what they sealed, names and texts "
            "of people, cannot be read by anybody. Restore the archive of the keys that was made after that "
            "of the events; without it this part of the history is lost",
            err=True,
        )
        raise typer.Exit(LOST_KEYS)
    typer.echo(f"every sealed text has its key ({found.there}), or was erased ({found.destroyed})")


def _require_master_key(settings: "Settings", folder: Path) -> None:
    from treatment.store.backup.archive import wrapped_keys
    from treatment.store.keys import MasterKeyUnusable, read_master_key, wrapped_keys_open

    file = Path(settings.text("master_key_file"))
    if not wrapped_keys_open(read_master_key(file), wrapped_keys(folder)):
        raise MasterKeyUnusable(
            f"the master key in {file} is not the one that wrapped the keys in {folder}: nothing was "
            "changed; put the right one in its place"
        )


def _require_apart(to: Path | None, keys_to: Path | None) -> None:
    if to is None and keys_to is None:
        raise Fault("nothing to back up: name a new folder with --to, with --keys-to, or both")
    if to is not None and keys_to is not None:
        one, other = to.resolve(), keys_to.resolve()
        if one == other or one in other.parents or other in one.parents:
            raise Fault(f"{keys_to} lies with {to}: who has events and keys together can read everything")


def _settings(data: Path | None) -> "Settings":
    from treatment.embedded.folder import DataFolder
    from treatment.settings import read_settings

    return read_settings() if data is None else DataFolder(data).store_settings()


@contextmanager
def _stopped(data: Path | None) -> Iterator[None]:
    """On one machine nothing else runs meanwhile. Raises `FolderInUse`."""
    from treatment.embedded.folder import DataFolder, locked

    with locked(DataFolder(data)) if data is not None else nullcontext():
        yield


def _database(settings: "Settings", kind: "Kind") -> "Stored":
    from treatment.store.opening import open_database

    name = "database_url" if kind.name == "store" else "keys_database_url"
    return open_database(settings.address(name), kind.name)


def _now() -> str:
    from casetrail_contracts.scalars import instant_text

    return instant_text(datetime.now(UTC))
