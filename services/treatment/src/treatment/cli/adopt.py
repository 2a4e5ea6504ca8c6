"""`casetrail store adopt-from-broker`: take back from the stream what a restored store has lost."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.assembly.keeping import Keeping
    from treatment.relay.lost_tail import Lacking, LostTail
    from treatment.settings import Settings
    from treatment.store.adoption import Adoption


def adopt_from_broker(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check and count what the store lacks; change nothing.")
    ] = False,
    confirm: Annotated[
        str | None,
        typer.Option(
            help="`adopt NUMBER`, with the number of events that --dry-run tells; else it is asked."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="The folder of an installation on one machine, which runs; else the settings hold."
        ),
    ] = None,
) -> None:
    """Take the events that the broker has and the store has lost back into the store, byte for byte.

    For a store that was restored from a backup. Every event is checked before the first is stored.
    """
    settings = _settings(data)
    asyncio.run(_adopt(settings, dry_run=dry_run, confirm=confirm))


def _settings(data: Path | None) -> "Settings":
    from treatment.embedded.folder import DataFolder
    from treatment.settings import read_settings

    return read_settings() if data is None else DataFolder(data).running_settings("relay")


async def _adopt(settings: "Settings", *, dry_run: bool, confirm: str | None) -> None:
    from treatment.assembly.keeping import open_keeping
    from treatment.provision import jetstream
    from treatment.relay.lost_tail import LostTail
    from treatment.store.adoption import Adoption

    with open_keeping(settings) as keeping:
        adoption = Adoption(keeping.store)
        async with jetstream(settings.broker()) as js:
            tail = LostTail(js, keeping.log)
            lacking = await tail.survey(adoption.chain())
            for line in _told(lacking):
                typer.echo(line)
            if dry_run:
                typer.echo("nothing was changed")
                return
            if lacking.events:
                _confirm(lacking, confirm)
                await _take_back(keeping, tail, lacking, adoption)
        _settle(keeping, lacking.events)


async def _take_back(keeping: "Keeping", tail: "LostTail", lacking: "Lacking", adoption: "Adoption") -> None:
    from treatment.store.standing import Standing

    keeping.log.note_standing(Standing.BEHIND, "events are being taken back from the broker")
    with typer.progressbar(length=lacking.events, label="taking back") as bar:
        async for group in tail.groups(lacking):
            await asyncio.to_thread(adoption.append, group)
            bar.update(len(group))


def _settle(keeping: "Keeping", events: int) -> None:
    """The store has everything: who is erased in it stays erased, and commands are accepted again."""
    from treatment.store.erasures import erase_again
    from treatment.store.standing import Standing

    erased = erase_again(keeping.store, keeping.keys)
    keeping.log.note_standing(Standing.TOGETHER, "the store has what the stream has")
    typer.echo(f"{events} events were taken back; the keys of {erased} erasures in the log are destroyed")
    typer.echo("commands are accepted again; the relay goes on by itself, and the read models with it")


def _told(lacking: "Lacking") -> list[str]:
    if not lacking.events:
        return ["the store has everything that the stream has"]
    told = [f"the store lacks {lacking.events} events of {len(lacking.commands)} commands, each checked"]
    told += [f"  {tenant}: positions {first} to {last}" for tenant, (first, last) in lacking.tenants.items()]
    return told


def _confirm(lacking: "Lacking", given: str | None) -> None:
    wanted = f"adopt {lacking.events}"
    if given is None:
        given = typer.prompt(f"type `{wanted}` to store them")
    if given.strip() != wanted:
        raise Fault(f"{given!r} is not `{wanted}`: nothing was taken back")
