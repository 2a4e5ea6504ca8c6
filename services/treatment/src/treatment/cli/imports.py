"""`casetrail import …`: forms from tables and FHIR files, through the same commands as everybody's."""

import json
import sys
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from casetrail_contracts.identity import Claims, Role
from treatment.cli.options import DATA, DataOption
from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.imports.form import Reading
    from treatment.imports.mapping import Mapping
    from treatment.imports.report import ImportReport

app = typer.Typer(no_args_is_help=True)
SOME_REJECTED = 3
"""The exit code when something was rejected and the rest went in."""


class Format(StrEnum):
    """How the report is printed."""

    TEXT = "text"
    JSON = "json"


Therapist = Annotated[str, typer.Option(help="Who is in charge of the cases that are opened.")]
Tenant = Annotated[str, typer.Option(help="The organisation.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How the report is printed.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check the files; store nothing.")]


@app.command()
def scores(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A delimited table, UTF-8.")],
    mapping: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="TOML file that says which column is what."),
    ] = None,
    patient: Annotated[str, typer.Option(help="The column that names the patient.")] = "patient",
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
    tenant: Tenant = "local",
    data: DataOption = DATA,
    output: FormatOption = Format.TEXT,
    *,
    dry_run: DryRun = False,
) -> None:
    """Import scores from a table: one row per patient, or one per form. The same file twice adds nothing."""
    from treatment.definitions.installed import installed
    from treatment.imports.mapping import MappingFaulty
    from treatment.imports.scores import read_scores
    from treatment.settings import read_settings

    try:
        columns = _mapping(mapping, patient, score or [], first_day)
    except MappingFaulty as error:
        raise Fault(str(error)) from None
    reading = read_scores(
        file.read_bytes(), columns, installed(read_settings().definitions_folder).instruments
    )
    _finish([(file.name, reading)], therapist, tenant, data, output, dry_run=dry_run)


@app.command()
def fhir(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="FHIR R4 in JSON or NDJSON.")
    ],
    system: Annotated[
        str, typer.Option(help="Where the files come from: a part of each form's identity.")
    ] = "fhir",
    therapist: Therapist = "therapist-1",
    tenant: Tenant = "local",
    data: DataOption = DATA,
    output: FormatOption = Format.TEXT,
    *,
    dry_run: DryRun = False,
) -> None:
    """Import forms from FHIR R4 Bundles, Observations and QuestionnaireResponses. Twice adds nothing."""
    from treatment.definitions.installed import installed
    from treatment.fhir.reader import read_bundle
    from treatment.settings import read_settings

    instruments = installed(read_settings().definitions_folder).instruments
    readings = [(file.name, read_bundle(file.read_bytes(), instruments, system=system)) for file in files]
    _finish(readings, therapist, tenant, data, output, dry_run=dry_run)


def _mapping(file: Path | None, patient: str, scores_: list[str], first_day: datetime | None) -> "Mapping":
    from treatment.imports.mapping import MappingFaulty, WideTable, read_mapping, scores_option

    if file is not None:
        return read_mapping(file.name, file.read_bytes())
    if not scores_ or first_day is None:
        raise MappingFaulty("say which columns are scores: --score and --first-day, or --mapping FILE")
    return WideTable(
        patient=patient,
        first_day=first_day.date(),
        scores=tuple(scores_option(text) for text in scores_),
    )


def _finish(
    readings: "list[tuple[str, Reading]]",
    therapist: str,
    tenant: str,
    data: Path,
    output: Format,
    *,
    dry_run: bool,
) -> None:
    """Send what was read, with a progress bar, and print the report."""
    from treatment.imports.report import together

    if dry_run:
        report = together((name, _unsent(reading)) for name, reading in readings)
    else:
        report = _sent(readings, therapist, tenant, data)
    _print(report, output, dry_run=dry_run)
    if report.rejected:
        raise typer.Exit(SOME_REJECTED)


def _unsent(reading: "Reading") -> "ImportReport":
    from treatment.imports.report import ImportReport

    return ImportReport(added=len(reading.forms), rejected=reading.rejected, passed_over=reading.passed_over)


def _sent(readings: "list[tuple[str, Reading]]", therapist: str, tenant: str, data: Path) -> "ImportReport":
    from rich.console import Console
    from rich.progress import Progress

    from treatment.api.problems import WORDS
    from treatment.application import Caller
    from treatment.assembly.commands import open_application
    from treatment.definitions.installed import installed
    from treatment.domain.refusals import Refusal
    from treatment.embedded.folder import DataFolder
    from treatment.imports.form import ImportedForm
    from treatment.imports.importer import Importer
    from treatment.imports.report import Outcome, import_forms, together
    from treatment.settings import read_settings

    definitions = installed(read_settings().definitions_folder)
    settings = DataFolder(data.absolute()).store_settings()
    claims = Claims(sub=therapist, tenant=tenant, roles=frozenset({Role.THERAPIST}))
    importer = Importer(
        application=open_application(settings, version("casetrail-treatment"), definitions),
        installed=definitions,
        caller=Caller(claims=claims, roles=(Role.THERAPIST,)),
        run=uuid4().hex,
    )

    def words(refusal: Refusal) -> str:
        return WORDS[type(refusal)].detail(refusal)

    with Progress(console=Console(file=sys.stderr)) as progress:
        task = progress.add_task("importing", total=sum(len(reading.forms) for _, reading in readings))

        def send(form: ImportedForm) -> Outcome:
            progress.advance(task)
            return importer.send(form)

        reports = [(name, import_forms(reading, send, words)) for name, reading in readings]
    return together(reports)


def _print(report: "ImportReport", output: Format, *, dry_run: bool) -> None:
    if output is Format.JSON:
        typer.echo(json.dumps(report.told(), indent=2))
        return
    verb = "would be added" if dry_run else "added"
    typer.echo(f"{report.added} forms {verb}, {report.known} known already, {len(report.rejected)} rejected")
    if report.passed_over:
        typer.echo(f"{report.passed_over} resources had nothing to do with forms, or said the same again")
    for one in report.rejected:
        typer.echo(f"  rejected  {one.place}: {one.reason}")
