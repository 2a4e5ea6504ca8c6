"""`casetrail simulate`: whole courses that nobody had, and their figures beside those of the reference."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from treatment.cli.options import DATA, DataOption
from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.definitions.installed import Installed
    from treatment.domain.protocols import Protocol
    from treatment.simulator.draw import Cohort
    from treatment.simulator.drawn import DrawnCourse
    from treatment.simulator.parameters import Parameters
    from treatment.simulator.run import Told

WEIGHT = r"(?=.*[1-9])[0-9]{1,6}([.][0-9]{1,6})?"
LATEST_ENTRY = timedelta(days=30)
"""After the last appointment nothing is entered later than this."""


class Format(StrEnum):
    """How the figures are printed."""

    TEXT = "text"
    JSON = "json"


def simulate(
    cases: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many courses.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same courses.")] = 1,
    cohort: Annotated[
        str, typer.Option(help="The kind of service: nhs-like or ipt-specialist.")
    ] = "nhs-like",
    first_day: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day of referrals, which take a year.")
    ] = datetime(2024, 1, 1),  # noqa: DTZ001 (a day, without a time)
    protocol: Annotated[
        list[str] | None,
        typer.Option(help="CODE=WEIGHT, such as IPT-16=3; may be repeated. Instead of the cohort's own mix."),
    ] = None,
    tenant: Annotated[str, typer.Option(help="The organisation.")] = "local",
    data: DataOption = DATA,
    output: Annotated[Format, typer.Option("--format", help="How the figures are printed.")] = Format.TEXT,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Draw the courses and print the figures; store nothing.")
    ] = False,
) -> None:
    """Draw whole courses of therapy, store them through the same commands, print the cohort's figures."""
    from treatment.definitions.installed import installed
    from treatment.simulator.draw import draw_course
    from treatment.simulator.parameters import shipped_parameters

    definitions, parameters = installed(), shipped_parameters()
    mix = dict(_weight(text) for text in protocol or [])
    drawn_by = _cohort(seed, cohort, first_day.date(), mix, parameters, definitions)
    courses = [draw_course(drawn_by, number) for number in range(1, cases + 1)]
    stored = [] if dry_run else _stored(courses, drawn_by, parameters, definitions, tenant, data)
    _print(courses, drawn_by, definitions, stored, output)


def _cohort(
    seed: int,
    name: str,
    first_day: date,
    mix: Mapping[str, float],
    parameters: "Parameters",
    definitions: "Installed",
) -> "Cohort":
    """What is drawn by; the cohort's own mix of protocols where `mix` is empty."""
    from treatment.simulator.draw import Cohort

    known = parameters.figures.cohorts
    if name not in known:
        raise Fault(f"no cohort {name} is known; choose one of {', '.join(sorted(known))} with --cohort")
    chosen = mix or known[name].protocols
    return Cohort(
        seed=seed,
        name=name,
        first_day=first_day,
        mix=chosen,
        protocols={code: _usable(definitions, code) for code in chosen},
        figures=parameters.figures,
        rules=definitions.definitions.outcomes,
    )


def _weight(text: str) -> tuple[str, float]:
    code, _, weight = text.partition("=")
    if not re.fullmatch(WEIGHT, weight or "1"):
        raise Fault(
            f"--protocol {text}: the weight is no number above 0; write CODE=WEIGHT, such as IPT-16=3"
        )
    return code, float(weight or 1)


def _usable(definitions: "Installed", code: str) -> "Protocol":
    """A protocol that simulated courses can follow: individual, with one of the four problem areas."""
    from treatment.domain.refusals import ProtocolUnknown

    try:
        found = definitions.protocol(code)
    except ProtocolUnknown as unknown:
        raise Fault(f"no protocol {code} is known; choose one of {', '.join(unknown.known)}") from None
    kinds = {phase.kind for phase in found.phases}
    if found.modality != "individual" or found.focus != "problemArea" or not {"initial", "ending"} <= kinds:
        raise Fault(
            f"--protocol {code}: only individual courses with a problem area, a beginning and an ending "
            "can be simulated; choose another one, such as IPT-16"
        )
    return found


def _stored(
    courses: "Sequence[DrawnCourse]",
    drawn_by: "Cohort",
    parameters: "Parameters",
    definitions: "Installed",
    tenant: str,
    data: Path,
) -> "list[Told]":
    """Tell each course to the store of the data folder, with a progress bar."""
    from rich.console import Console
    from rich.progress import track

    from treatment.assembly.commands import open_application
    from treatment.embedded.folder import DataFolder
    from treatment.simulator.course import ended_at
    from treatment.simulator.run import Narrator, simulated_application

    if max(map(ended_at, courses)) + LATEST_ENTRY > datetime.now(UTC):
        raise Fault("some courses would end in the future; choose an earlier --first-day")
    settings = DataFolder(data.absolute()).store_settings()
    software_version = version("casetrail-treatment")
    store = open_application(settings, software_version, definitions).store

    @cache
    def issuer(name: str) -> str:
        return store.log.issuer(name, settings.text("issuer"))

    application, time = simulated_application(store, definitions, issuer, software_version)
    narrator = Narrator(
        application=application,
        time=time,
        installed=definitions,
        cohort=drawn_by,
        sha256=parameters.sha256,
        tenant=tenant,
    )
    console = Console(file=sys.stderr)
    return [narrator.tell(course) for course in track(courses, "simulating", console=console)]


def _print(
    courses: "Sequence[DrawnCourse]",
    drawn_by: "Cohort",
    definitions: "Installed",
    stored: "Sequence[Told]",
    output: Format,
) -> None:
    from treatment.simulator.cohort import cohort_figures
    from treatment.simulator.reference import compare
    from treatment.simulator.report import table, told
    from treatment.simulator.results import course_result

    instruments = definitions.instruments.by_code
    figures = cohort_figures([course_result(one, drawn_by.rules, instruments) for one in courses])
    comparisons = compare(figures, drawn_by.figures, drawn_by.name)
    events, refused = sum(one.events for one in stored), sum(one.refused for one in stored)
    if output is Format.JSON:
        counts = {"drawn": len(courses), "stored": len(stored), "events": events, "refusedForms": refused}
        typer.echo(json.dumps({**counts, "figures": told(figures, comparisons)}, indent=2))
        return
    typer.echo(
        f"{len(courses)} courses drawn"
        + (f", stored as {events} events; {refused} forms out of range were refused" if stored else "")
    )
    for line in table(figures, comparisons):
        typer.echo(line)
