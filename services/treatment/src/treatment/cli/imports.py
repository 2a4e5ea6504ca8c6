"""`casetrail import …`: forms from tables and FHIR files, through the same commands as everybody's."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treatment.cli.import_run import Asked, Format, carry_out
from treatment.cli.options import DATA, DataOption
from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.definitions import Instruments
    from treatment.fhir.links import Links
    from treatment.imports.mapping import Mapping

app = typer.Typer(no_args_is_help=True)

Therapist = Annotated[str, typer.Option(help="Who is in charge of the cases that are opened.")]
Supervisor = Annotated[str | None, typer.Option(help="Who supervises the cases that are opened.")]
Team = Annotated[str | None, typer.Option(help="The team of the cases that are opened.")]
Tenant = Annotated[str, typer.Option(help="The organisation.")]
NewTenant = Annotated[
    bool, typer.Option("--new-tenant", help="The organisation is new here: begin its history.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the report is printed.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Decide on every form as if it were sent; store nothing.")
]


EXAMPLE_OF_SCORES = (
    "Example: casetrail import scores series.csv --patient id --first-day 2025-01-06 "
    "--score 'BDI=bdi_s{session}'"
)
EXAMPLE_OF_FHIR = "Example: casetrail import fhir bundles/*.json --dry-run"


@app.command(epilog=EXAMPLE_OF_SCORES)
def scores(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A delimited table, UTF-8.")],
    mapping: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="TOML file that says which column is what."),
    ] = None,
    patient: Annotated[
        str | None, typer.Option(help="The column that names the patient, if not `patient`.")
    ] = None,
    score: Annotated[
        list[str] | None,
        typer.Option(
            help="INSTRUMENT=COLUMN, such as BDI=bdi_s{session} or BDI=bdi_fu1@112. May be repeated."
        ),
    ] = None,
    first_day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of session 0; forms are weekly.")
    ] = None,
    therapist: Therapist = "therapist-1",
    supervisor: Supervisor = None,
    team: Team = None,
    tenant: Tenant = "local",
    data: DataOption = DATA,
    output: FormatOption = Format.TEXT,
    *,
    new_tenant: NewTenant = False,
    dry_run: DryRun = False,
) -> None:
    """Import scores from a table: one row per patient, or one per form. The same file twice adds nothing."""
    from treatment.definitions.installed import installed
    from treatment.imports.mapping import MappingFaulty
    from treatment.imports.scores import read_scores
    from treatment.settings import read_settings

    asked = Asked(therapist, supervisor, team, tenant, data, output, new_tenant=new_tenant, dry_run=dry_run)
    asked.check()
    try:
        columns = _mapping(mapping, patient, score or [], first_day)
    except MappingFaulty as error:
        raise Fault(str(error)) from None
    instruments = installed(read_settings().definitions_folder).instruments
    carry_out(asked, [(file.name, read_scores(file.read_bytes(), columns, instruments))])


@app.command(epilog=EXAMPLE_OF_FHIR)
def fhir(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="FHIR R4 in JSON or NDJSON.")
    ],
    system: Annotated[
        str, typer.Option(help="Where the files come from: a part of each form's identity.")
    ] = "fhir",
    server: Annotated[
        str | None, typer.Option(help="The base address of the server of which ids without an address are.")
    ] = None,
    links: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="TOML file that says which linkId is which item."),
    ] = None,
    therapist: Therapist = "therapist-1",
    supervisor: Supervisor = None,
    team: Team = None,
    tenant: Tenant = "local",
    data: DataOption = DATA,
    output: FormatOption = Format.TEXT,
    *,
    new_tenant: NewTenant = False,
    dry_run: DryRun = False,
) -> None:
    """Import forms from FHIR R4 Bundles, Observations and QuestionnaireResponses. Twice adds nothing."""
    from treatment.definitions.installed import installed
    from treatment.fhir.reader import read_bundle
    from treatment.settings import read_settings

    asked = Asked(therapist, supervisor, team, tenant, data, output, new_tenant=new_tenant, dry_run=dry_run)
    asked.check(system=system, server=server)
    instruments = installed(read_settings().definitions_folder).instruments
    known = _links(links, instruments)
    readings = [
        (
            file.name,
            read_bundle(file.read_bytes(), instruments, system=system, server=server or "", links=known),
        )
        for file in files
    ]
    carry_out(asked, readings)


def _mapping(
    file: Path | None, patient: str | None, scores_: list[str], first_day: datetime | None
) -> "Mapping":
    from treatment.imports.mapping import MappingFaulty, WideTable, read_mapping, scores_option

    if file is not None:
        given = {"--patient": patient, "--score": scores_ or None, "--first-day": first_day}
        if beside := [option for option, value in given.items() if value is not None]:
            raise MappingFaulty(
                f"{' and '.join(beside)} cannot stand beside --mapping, which says it: leave out one of both"
            )
        return read_mapping(file.name, file.read_bytes())
    if not scores_ or first_day is None:
        raise MappingFaulty("say which columns are scores: --score and --first-day, or --mapping FILE")
    return WideTable(
        patient=patient or "patient",
        first_day=first_day.date(),
        scores=tuple(scores_option(text) for text in scores_),
    )


def _links(file: Path | None, instruments: "Instruments") -> "Links":
    from treatment.fhir.links import read_links
    from treatment.imports.mapping import MappingFaulty

    try:
        return read_links(file.name, file.read_bytes(), instruments) if file is not None else {}
    except MappingFaulty as error:
        raise Fault(str(error)) from None
