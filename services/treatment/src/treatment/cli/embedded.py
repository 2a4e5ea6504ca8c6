"""`casetrail up` and `casetrail demo`: everything on this machine."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treatment.cli.options import DATA, DataOption

if TYPE_CHECKING:
    from treatment.embedded.up import Serving

ApiPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of the treatment service; another one when it is taken.")
]
NotificationsPort = Annotated[
    int, typer.Option(min=0, max=65535, help="Port of the notification service, likewise.")
]
DEMO_DATA = Path(".casetrail/demo")


def up(data: DataOption = DATA, port: ApiPort = 8400, notifications_port: NotificationsPort = 8401) -> None:
    """Start everything on this machine, and serve until Ctrl-C."""
    _run(data, port, notifications_port)


def demo(
    data: DataOption = DEMO_DATA,
    port: ApiPort = 8400,
    notifications_port: NotificationsPort = 8401,
    first_day: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The first day of every course; forms are weekly.",
            show_default="2026-01-05",
        ),
    ] = datetime(2026, 1, 5),  # noqa: DTZ001 (a day, without a time)
    *,
    stop: Annotated[bool, typer.Option("--stop", help="Stop after the summary instead of serving.")] = False,
) -> None:
    """Start everything, load real input, show what happened, and keep serving until Ctrl-C."""
    from treatment.embedded.demo import Demo

    telling = Demo(first_day.date(), stop=stop)
    telling.check(datetime.now(UTC).date())
    _run(data, port, notifications_port, telling)


def _run(data: Path, port: int, notifications_port: int, serving: "Serving | None" = None) -> None:
    from treatment.embedded.folder import DataFolder
    from treatment.embedded.up import run

    _check_definitions()
    asyncio.run(
        run(
            DataFolder(data.absolute()),
            api_port=port,
            notifications_port=notifications_port,
            serving=serving,
        )
    )


def _check_definitions() -> None:
    """Raise `DefinitionFaulty` before anything starts: of the log of a part only its last line is shown."""
    from treatment.definitions.installed import installed
    from treatment.settings import read_settings

    folder = read_settings().definitions_folder
    if folder is not None:
        installed(folder)
