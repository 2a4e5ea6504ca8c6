"""`casetrail broker …`: the stream, made and checked in one place."""

import asyncio
from typing import Annotated

import typer

from treatment.fault import Fault

app = typer.Typer(no_args_is_help=True)


@app.command()
def provision(
    *,
    correct: Annotated[
        bool, typer.Option("--correct", help="Change a stream that differs, instead of refusing it.")
    ] = False,
) -> None:
    """Make the stream, or check that it is as it must be."""
    from treatment.provision import jetstream
    from treatment.provision import provision as make
    from treatment.settings import read_settings

    settings = read_settings()

    async def work() -> int:
        async with jetstream(settings.broker()) as js:
            return len(await make(js, settings.nats_replicas, correct=correct))

    changed = asyncio.run(work())
    typer.echo("the stream was made or corrected" if changed else "the stream is as it must be")


@app.command()
def check() -> None:
    """Compare the stream with what it must be. Changes nothing; exit code 1 when it differs."""
    from treatment.provision import check as compare
    from treatment.provision import jetstream
    from treatment.settings import read_settings

    settings = read_settings()

    async def work() -> list[str]:
        async with jetstream(settings.broker()) as js:
            return [str(difference) for difference in await compare(js, settings.nats_replicas)]

    differences = asyncio.run(work())
    if differences:
        raise Fault("; ".join(differences))
    typer.echo("the stream is as it must be")
