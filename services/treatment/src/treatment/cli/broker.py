"""`casetrail broker …`: the stream, made and checked in one place."""

import asyncio
from typing import Annotated

import typer

from treatment.cli.faults import Fault, told
from treatment.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def provision(
    *,
    correct: Annotated[
        bool, typer.Option("--correct", help="Change a stream that differs, instead of refusing it.")
    ] = False,
) -> None:
    """Make the stream, or check that it is as it must be."""
    from treatment.provision import BrokerUnreachable, StreamDrifted, jetstream
    from treatment.provision import provision as make

    async def work(settings: Settings) -> int:
        async with jetstream(settings.broker()) as js:
            return len(await make(js, settings.nats_replicas, correct=correct))

    with told(BrokerUnreachable, StreamDrifted):
        changed = asyncio.run(work(read_settings()))
    typer.echo("the stream was made or corrected" if changed else "the stream is as it must be")


@app.command()
def check() -> None:
    """Compare the stream with what it must be. Changes nothing; exit code 1 when it differs."""
    from treatment.provision import BrokerUnreachable, jetstream
    from treatment.provision import check as compare

    async def work(settings: Settings) -> list[str]:
        async with jetstream(settings.broker()) as js:
            return [str(difference) for difference in await compare(js, settings.nats_replicas)]

    with told(BrokerUnreachable):
        differences = asyncio.run(work(read_settings()))
    if differences:
        raise Fault("; ".join(differences))
    typer.echo("the stream is as it must be")
