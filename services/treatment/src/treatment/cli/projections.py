"""`casetrail projections …`: how far the read models are; make one anew, compare, switch, go back."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from treatment.cli.projections_told import comparison_in_words, standing, standing_in_words
from treatment.cli.read_models import AsJson, Data, Name, alone, read_models

if TYPE_CHECKING:
    from treatment.projections.rebuild.work import Rebuild

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True)
STOPPED = 130
"""The exit code of a rebuild that was told to stop: what a shell says of Ctrl-C."""
SOMETHING_DIFFERS = 3


@app.command()
def status(
    over: Annotated[
        float, typer.Option(min=0.1, max=3600, help="Seconds between the two looks that tell the slope.")
    ] = 2.0,
    data: Data = None,
    *,
    as_json: AsJson = False,
) -> None:
    """How far each read model is behind the store, whether it catches up, and when. Changes nothing."""
    from treatment.projections import PROJECTIONS
    from treatment.projections.lag import held, lag
    from treatment.projections.quarantine import quarantined
    from treatment.projections.quarantine_report import cases_held
    from treatment.projections.rebuild.look import look

    with read_models(data) as models:
        before = [held(models.live, models.log, one.name, time.monotonic()) for one in PROJECTIONS]
        if any(one.behind for one in before):
            time.sleep(over)
        found = []
        for projection, first in zip(PROJECTIONS, before, strict=True):
            now = held(models.live, models.log, projection.name, time.monotonic())
            cases = cases_held(quarantined(models.live, projection.name))
            beside = models.rebuild(projection)
            kept = look(beside)
            beside.beside.close()
            found.append((lag(projection.name, first, now), cases, kept))
    if as_json:
        typer.echo(json.dumps([standing(*one) for one in found], indent=2))
        return
    for one in found:
        typer.echo("\n".join(standing_in_words(*one)))


@app.command()
def rebuild(
    name: Name,
    data: Data = None,
    *,
    switch: Annotated[
        bool, typer.Option("--switch", help="Use the new tables as soon as they are full.")
    ] = False,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Throw away what was begun; the read model in use stays.")
    ] = False,
) -> None:
    """Make a read model anew from the store, beside the one in use. Stopped, it goes on when run again."""

    def work(beside: "Rebuild", stop: Callable[[], bool]) -> None:
        if cancel:
            beside.beside.discard()
            typer.echo(f"nothing stands beside {name} any more; the read model in use was not touched")
            return
        went_on = beside.begin()
        at = beside.progress()
        typer.echo(
            f"going on with {name} at {at.held:,} of {at.stored:,} events"
            if went_on
            else f"making {name} anew beside the one in use, from {at.stored:,} events"
        )
        _fill(beside, stop)
        if not switch:
            typer.echo(
                f"{name} is made anew beside the one in use. "
                f"Compare with `casetrail projections diff {name}`, "
                f"use it with `casetrail projections switch {name}`"
            )
            return
        beside.switch()
        _say_switched(name)

    _on(name, work, data)


@app.command()
def diff(
    name: Name,
    most: Annotated[int, typer.Option(min=1, help="How many cases are shown.")] = 20,
    data: Data = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Which cases differ between the tables in use and the rebuild, or the former ones; never in what."""
    from treatment.projections.rebuild.comparing import compare

    comparison = _on(name, lambda beside, _: compare(beside), data)
    if as_json:
        typer.echo(json.dumps(asdict(comparison), indent=2))
    else:
        typer.echo("\n".join(comparison_in_words(comparison, most)))
    if comparison.differences:
        raise typer.Exit(SOMETHING_DIFFERS)


@app.command()
def switch(name: Name, data: Data = None) -> None:
    """Use a finished rebuild from now on. The tables of before are kept until the next switch."""
    _on(name, lambda beside, _: beside.switch(), data)
    _say_switched(name)


@app.command()
def back(name: Name, data: Data = None) -> None:
    """Use the former tables again, brought up to date. Those in use are then the former ones."""
    _on(name, lambda beside, _: beside.back(), data)
    typer.echo(
        f"{name} uses its former tables again, brought up to date; `casetrail projections back {name}` "
        "takes this back"
    )


def _on(name: str, work: "Callable[[Rebuild, Callable[[], bool]], T]", data: Data) -> T:
    from treatment.assembly.read_models import named
    from treatment.collecting import OBJECTS_OF_A_BATCH, collecting_seldom

    projection = named(name)
    with read_models(data) as models:
        beside = models.rebuild(projection)

        def working(stop: Callable[[], bool]) -> T:
            try:
                with collecting_seldom(OBJECTS_OF_A_BATCH):
                    return work(beside, stop)
            finally:
                beside.beside.close()

        return alone(models.lock_of(projection), working)


def _fill(beside: "Rebuild", stop: Callable[[], bool]) -> None:
    """Fill with a progress bar. Raises `typer.Exit` when it was told to stop."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    name, at = beside.projection.name, beside.progress()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("events"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:
        task = bar.add_task(name, total=at.stored, completed=at.held)
        whole = beside.fill(stop=stop, told=lambda events: bar.advance(task, events))
    if not whole:
        at = beside.progress()
        typer.echo(
            f"stopped at {at.held:,} of {at.stored:,} events; the read model in use was not touched. "
            f"`casetrail projections rebuild {name}` goes on from there, --cancel throws it away"
        )
        raise typer.Exit(STOPPED)


def _say_switched(name: str) -> None:
    typer.echo(
        f"{name} uses the new tables; the former ones are kept until the next switch: "
        f"`casetrail projections back {name}` uses them again"
    )
