"""What the operator's commands on read models share: where they are, who works on them, how they end."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.assembly.read_models import ReadModels
    from treatment.settings import Settings
    from treatment.store.database import Database
    from treatment.store.locks import WorkerLock

T = TypeVar("T")

Name = Annotated[str, typer.Argument(help="The read model: `caseload` or `case-summary`.")]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="The data folder of an embedded installation, instead of addresses in the environment."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def number_of(count: int, what: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


@contextmanager
def read_models(data: Path | None) -> Iterator["ReadModels"]:
    """The read models of the data folder, or of the environment, with the store that they are made from."""
    from treatment.assembly.read_models import opened

    with opened(_settings(data), version("casetrail-treatment")) as models:
        yield models


@contextmanager
def read_database(data: Path | None) -> Iterator["Database"]:
    """The read models alone: their projector may do what needs no store."""
    from treatment.assembly.read_models import opened_read_database

    with opened_read_database(_settings(data)) as database:
        yield database


def _settings(data: Path | None) -> "Settings":
    from treatment.embedded.folder import DataFolder
    from treatment.settings import read_settings

    return read_settings() if data is None else DataFolder(data.absolute()).store_settings()


def alone(lock: "WorkerLock", work: Callable[[Callable[[], bool]], T]) -> T:
    """Do what no two processes may do at once. `work` asks whether it was told to stop, by Ctrl-C or SIGTERM.

    Raises a `Fault` when another process has the lock.
    """

    async def holding() -> T:
        if not await lock.acquire():
            raise Fault(
                f"another command has {lock.name}; wait for its end, or stop it with Ctrl-C: it goes on later"
            )
        try:
            stop = Event()
            for stop_signal in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(stop_signal, stop.set)
            return await asyncio.to_thread(work, stop.is_set)
        finally:
            await lock.release()

    return asyncio.run(holding())
