"""What the import commands do with what was read: checked options, forms sent or tried, a report."""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import typer
from pydantic import TypeAdapter, ValidationError

from casetrail_contracts.identity import Claims, Role
from casetrail_contracts.scalars import StaffId, TenantName
from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.application import Application
    from treatment.imports.form import Reading
    from treatment.imports.importer import Importer
    from treatment.imports.report import ImportReport

SOME_REJECTED = 3
"""The exit code when something was rejected and the rest went in."""
BEGINNING = "local"
"""The tenant of an installation of one's own: it is there before anything is stored of it."""
PSEUDONYM = "a pseudonym of 1 to 64 letters, digits, `.`, `_` and `-`, beginning with a letter or a digit"


class Format(StrEnum):
    """How the report is printed."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that all imports share."""

    therapist: str
    supervisor: str | None
    team: str | None
    tenant: str
    data: Path
    output: Format
    new_tenant: bool
    dry_run: bool

    def check(self, *, system: str | None = None, server: str | None = None) -> None:
        """Raises a `Fault` that names the first option which nothing can be stored under."""
        from treatment.imports.mapping import Server, System

        forms: list[tuple[str, str | None, Any, str]] = [
            ("--therapist", self.therapist, StaffId, PSEUDONYM),
            ("--supervisor", self.supervisor, StaffId, PSEUDONYM),
            ("--team", self.team, StaffId, PSEUDONYM),
            ("--tenant", self.tenant, TenantName, "1 to 32 small letters, digits and `-`"),
            (
                "--system",
                system,
                System,
                "1 to 64 letters, digits, `.`, `_`, `:`, `/` and `-`, beginning with a letter or a digit",
            ),
            ("--server", server, Server, "an address such as https://clinic.example/fhir"),
        ]
        for option, value, form, words in forms:
            try:
                TypeAdapter(form | None).validate_python(value)
            except ValidationError:
                raise Fault(f"{option}: write {words}") from None


def carry_out(asked: Asked, readings: "list[tuple[str, Reading]]") -> None:
    """Send what was read and print the report. Raises a `Fault` when nothing can begin."""
    if all(reading.unreadable is not None for _, reading in readings):
        raise Fault("; ".join(f"{name}: {reading.unreadable}" for name, reading in readings))
    report = _sent(asked, readings)
    _print(report, asked.output, dry_run=asked.dry_run)
    if report.rejected:
        raise typer.Exit(SOME_REJECTED)


def _sent(asked: Asked, readings: "list[tuple[str, Reading]]") -> "ImportReport":
    from rich.console import Console
    from rich.progress import Progress

    from treatment.api.problems import WORDS
    from treatment.domain.refusals import Refusal
    from treatment.imports.form import ImportedForm, TakenBack
    from treatment.imports.report import Sent, import_forms, together

    importer = _importer(asked)

    def words(refusal: Refusal) -> str:
        return WORDS[type(refusal)].detail(refusal)

    with Progress(console=Console(file=sys.stderr)) as progress:
        total = sum(len(reading.forms) + len(reading.taken_back) for _, reading in readings)
        task = progress.add_task("importing", total=total)

        def send(form: ImportedForm | TakenBack) -> Sent:
            progress.advance(task)
            return importer.send(form)

        return together([(name, import_forms(reading, send, words)) for name, reading in readings])


def _importer(asked: Asked) -> "Importer":
    from treatment.application import Caller
    from treatment.assembly.commands import open_application
    from treatment.definitions.installed import installed
    from treatment.embedded.folder import DataFolder
    from treatment.imports.importer import Importer
    from treatment.imports.patients import Charge, Patients
    from treatment.settings import read_settings

    definitions = installed(read_settings().definitions_folder)
    settings = DataFolder(asked.data.absolute()).store_settings()
    application = open_application(settings, version("casetrail-treatment"), definitions)
    _check_tenant(asked, application)
    claims = Claims(sub=asked.therapist, tenant=asked.tenant, roles=frozenset({Role.THERAPIST}))
    return Importer(
        application=application,
        installed=definitions,
        patients=Patients(
            application=application,
            caller=Caller(claims=claims, roles=(Role.THERAPIST,)),
            charge=Charge(supervisor_id=asked.supervisor, team_id=asked.team),
            # Who has the data folder has every case of it.
            administers=True,
        ),
        now=lambda: datetime.now(UTC),
        run=uuid4().hex,
        dry=asked.dry_run,
    )


def _check_tenant(asked: Asked, application: "Application") -> None:
    """A slip of the pen must not begin an organisation of its own."""
    if asked.new_tenant or asked.tenant == BEGINNING or application.registrar.of(asked.tenant) is not None:
        return
    raise Fault(
        f"nothing is stored of a tenant {asked.tenant} here; check the spelling of --tenant, "
        "or say --new-tenant to begin its history"
    )


def _print(report: "ImportReport", output: Format, *, dry_run: bool) -> None:
    if output is Format.JSON:
        typer.echo(json.dumps(report.told(), indent=2))
        return
    verb = "would be added" if dry_run else "added"
    typer.echo(f"{report.added} forms {verb}, {report.known} known already, {len(report.rejected)} rejected")
    if report.corrected or report.taken_back:
        verb = "would be" if dry_run else "were"
        typer.echo(f"{report.corrected} {verb} corrected, {report.taken_back} {verb} taken back")
    if report.elsewhere:
        typer.echo(f"{report.elsewhere} of those known already are in cases of another therapist")
    if report.passed_over:
        typer.echo(f"{report.passed_over} resources had nothing to do with forms, or said the same again")
    for case in report.cases:
        typer.echo(f"  case {case.case_id}  forms {case.forms}, the oldest at {case.place}")
    for one in report.rejected:
        typer.echo(f"  rejected  {one.place}: {one.reason}")
