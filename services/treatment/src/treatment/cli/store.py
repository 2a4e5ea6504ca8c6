"""`casetrail store …`: the databases, their schemas, and what is done to keep them."""

from typing import Annotated

import typer

from treatment.cli.adopt import adopt_from_broker
from treatment.cli.backups import backup, restore

app = typer.Typer(no_args_is_help=True)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("adopt-from-broker")(adopt_from_broker)
SCHEMAS = (
    ("store", "database_url", "treatment.store.migrations"),
    ("keys", "keys_database_url", "treatment.store.migrations"),
    ("read", "read_database_url", "treatment.projections.migrations"),
)


@app.command()
def migrate(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be applied; change nothing.")
    ] = False,
) -> None:
    """Bring the schemas up to date, as their owner. Doing it twice changes nothing."""
    from treatment.settings import read_settings
    from treatment.store import migrations
    from treatment.store.opening import open_database

    settings = read_settings()
    for schema, name, package in SCHEMAS:
        database = open_database(settings.address(name), schema)
        try:
            if dry_run:
                for missing in migrations.pending(database, schema, package):
                    typer.echo(f"{schema}: would apply {missing}")
            else:
                for applied in migrations.migrate(database, schema, package):
                    typer.echo(f"{schema}: applied {applied}")
        finally:
            database.close()
    typer.echo("nothing was changed" if dry_run else "the schemas are up to date")
