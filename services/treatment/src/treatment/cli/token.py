"""`casetrail token`: a bearer token of an installation's own issuer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from casetrail_contracts.identity import Role
from treatment.cli.options import DATA, DataOption
from treatment.fault import Fault


def token(
    sub: Annotated[str, typer.Option(help="Pseudonym of the person.")] = "therapist-1",
    role: Annotated[list[Role] | None, typer.Option(help="May be repeated.")] = None,
    tenant: Annotated[str, typer.Option(help="The organisation.")] = "local",
    team: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    scope: Annotated[str, typer.Option(help="Granted groups of the feed, for integrators.")] = "events:*",
    act: Annotated[str | None, typer.Option(help="The software that acts for the person.")] = None,
    data: DataOption = DATA,
    signing_key: Annotated[
        Path | None, typer.Option(help="The key of an installation that has no data folder, such as compose.")
    ] = None,
) -> None:
    """Print a token signed by this installation's own key. Whoever holds it is that person for 30 days."""
    from treatment.embedded.folder import DataFolder
    from treatment.local_tokens import sign

    key = signing_key or DataFolder(data.absolute()).signing_key
    if not key.exists():
        raise Fault(f"there is no signing key at {key}; start `casetrail up --data {data}` once")
    typer.echo(
        sign(
            key,
            sub=sub,
            tenant=tenant,
            roles=role or [Role.THERAPIST],
            teams=team or [],
            scope=scope,
            act=act,
            now=datetime.now(UTC),
        )
    )
