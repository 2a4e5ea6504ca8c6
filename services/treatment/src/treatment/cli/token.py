"""`casetrail token`: a bearer token of an installation's own issuer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from casetrail_contracts.identity import Claims, Role
from casetrail_contracts.problem import reason
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

    roles, teams = role or [Role.THERAPIST], team or []
    if Role.SYSTEM in roles and act is None:
        raise Fault("the role system acts for a person: name the software that does with --act")
    acting = None if act is None else {"sub": act}
    _check({"sub": sub, "tenant": tenant, "roles": roles, "teams": teams, "scope": scope, "act": acting})
    key = signing_key or DataFolder(data.absolute()).signing_key
    if not key.exists():
        raise Fault(f"there is no signing key at {key}; start `casetrail up --data {data}` once")
    typer.echo(
        sign(
            key,
            sub=sub,
            tenant=tenant,
            roles=roles,
            teams=teams,
            scope=scope,
            act=act,
            now=datetime.now(UTC),
        )
    )


def _check(claims: dict[str, object]) -> None:
    """Raises a `Fault` that names the options which make a token that no service accepts."""
    try:
        Claims.model_validate(claims)
    except ValidationError as refused:
        wrong = (f"--{str(one['loc'][0]).removesuffix('s')}: {reason(one)}" for one in refused.errors())
        raise Fault("; ".join(wrong)) from None
