"""What a person types: `casetrail`. Heavy parts are imported by the command that needs them."""

from typing import Annotated

import typer

from treatment.cli import (
    broker,
    embedded,
    imports,
    projections,
    quarantine,
    run,
    secrets,
    simulate,
    store,
    token,
)

app = typer.Typer(
    name="casetrail",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Casetrail: courses of interpersonal psychotherapy, as provable histories.",
)
app.command("up")(embedded.up)
app.command("demo")(embedded.demo)
app.command("token")(token.token)
app.command("simulate")(simulate.simulate)
app.add_typer(imports.app, name="import", help="Forms from tables and FHIR files.")
app.add_typer(run.app, name="run", help="Run one process of the production shape.")
app.add_typer(store.app, name="store", help="The databases: make and migrate their schemas.")
app.add_typer(secrets.app, name="secrets", help="Random secrets for a new installation.")
app.add_typer(broker.app, name="broker", help="The broker: make and check the stream.")

app.add_typer(projections.app, name="projections", help="The read models: how far they are, and anew.")
app.add_typer(quarantine.app, name="quarantine", help="Events that a read model could not apply.")


@app.callback(invoke_without_command=True)
def casetrail(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Casetrail: courses of interpersonal psychotherapy, as provable histories."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("casetrail-treatment"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(2)
