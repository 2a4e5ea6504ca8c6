"""`casetrail run …`: one process of the production shape. The same image runs them all."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.command()
def api() -> None:
    """Serve the HTTP interface, with the policy clock beside it."""
    import uvicorn

    from treatment import clock
    from treatment.api.app import build_app
    from treatment.assembly.service import build_clock, build_hint, build_parts, build_verifier
    from treatment.collecting import OBJECTS_OF_REQUESTS, collecting_seldom
    from treatment.settings import read_settings
    from treatment.store.locks import worker_lock
    from treatment.telemetry import configure

    settings = read_settings()
    configure(settings.log_level, "treatment-api")
    software = version("casetrail-treatment")
    hint = build_hint(settings)
    parts = build_parts(settings, software, hint.stored if hint is not None else lambda: None)

    async def beside(stop: asyncio.Event) -> None:
        keeping_time = clock.run(
            build_clock(settings, parts.application),
            lock=worker_lock(settings.address("database_url"), "clock"),
            every_seconds=settings.clock_seconds,
            stop=stop,
        )
        await asyncio.gather(keeping_time, *([hint.run(stop)] if hint is not None else []))

    built = build_app(parts, build_verifier(settings), software, beside)
    with collecting_seldom(OBJECTS_OF_REQUESTS):
        uvicorn.run(
            built,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )


@app.command()
def relay() -> None:
    """Publish stored events to the broker, in order, once."""
    from treatment.assembly.log import open_log
    from treatment.readiness import say_ready
    from treatment.relay.worker import run
    from treatment.settings import read_settings
    from treatment.store.locks import worker_lock
    from treatment.telemetry import configure

    settings = read_settings()
    configure(settings.log_level, "treatment-relay")

    async def work(stop: asyncio.Event) -> None:
        await run(
            open_log(settings),
            settings.broker(),
            lock=worker_lock(settings.address("database_url"), "relay"),
            poll_seconds=settings.relay_poll_seconds,
            stop=stop,
            on_ready=say_ready,
        )

    _until_stopped(work)


@app.command()
def projector(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Only these read models; without a name all of them."),
    ] = None,
) -> None:
    """Keep the read models up to date, or those that are named."""
    from treatment.assembly.read_models import named
    from treatment.collecting import OBJECTS_OF_A_BATCH, collecting_seldom
    from treatment.projections import PROJECTIONS
    from treatment.projections.runner import run
    from treatment.readiness import say_ready
    from treatment.settings import read_settings
    from treatment.telemetry import configure

    projections = [named(name) for name in dict.fromkeys(names)] if names else PROJECTIONS
    settings = read_settings()
    configure(settings.log_level, "treatment-projector")

    async def work(stop: asyncio.Event) -> None:
        await run(
            settings.address("read_database_url"),
            settings.broker(),
            stop=stop,
            projections=projections,
            on_ready=say_ready,
        )

    with collecting_seldom(OBJECTS_OF_A_BATCH):
        _until_stopped(work)


def _until_stopped(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until SIGTERM or SIGINT, which let the work end cleanly."""

    async def supervised() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for stop_signal in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(stop_signal, stop.set)
        await work(stop)

    asyncio.run(supervised())
