"""`casetrail simulate`: whole courses that nobody had, and their figures beside those of the reference."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from casetrail_contracts.scalars import TenantName
from treatment.cli.options import DATA, DataOption
from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.definitions.installed import Installed
    from treatment.domain.protocols import Protocol
    from treatment.simulator.draw import Cohort
    from treatment.simulator.drawn import DrawnCourse
    from treatment.simulator.judged import Judged
    from treatment.simulator.parameters import Parameters
    from treatment.simulator.run import Told

WEIGHT = r"(?=.*[1-9])[0-9]{1,6}([.][0-9]{1,6})?"
FIRST_DAYS = date(1900, 1, 1), date(9000, 1, 1)
OUTSIDE = 4
"""Exit code: a figure is not what chance makes of it, or an outcome in the store is not the drawn one."""


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
        datetime,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The first day of referrals, which take a year.",
            show_default="2024-01-01",
        ),
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
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Exit with 4 when a figure of the model lies outside of sampling error."
        ),
    ] = False,
) -> None:
    """Draw whole courses of therapy, store them through the same commands, print the cohort's figures."""
    from treatment.definitions.installed import installed
    from treatment.settings import read_settings
    from treatment.simulator.draw import draw_course
    from treatment.simulator.parameters import shipped_parameters

    definitions, parameters = installed(read_settings().definitions_folder), shipped_parameters()
    _check(tenant, first_day.date())
    drawn_by = _cohort(seed, cohort, first_day.date(), _mix(protocol or []), parameters, definitions)
    courses = [draw_course(drawn_by, number) for number in range(1, cases + 1)]
    stored: Sequence[Told] = ()
    if not dry_run:
        from treatment.cli.simulated_store import tell_all

        stored = tell_all(courses, drawn_by, parameters.sha256, definitions, tenant, data)
    judged = _judged(courses, drawn_by, definitions, stored)
    _print(judged, output)
    if check and not judged.within:
        raise typer.Exit(OUTSIDE)


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


def _check(tenant: str, first_day: date) -> None:
    """Raises a `Fault` that names the option which no cohort can have."""
    try:
        TypeAdapter(TenantName).validate_python(tenant)
    except ValidationError:
        raise Fault(
            f"--tenant {tenant}: a name is 1 to 32 of a-z, 0-9 and -, such as local; choose such a name"
        ) from None
    if not FIRST_DAYS[0] <= first_day <= FIRST_DAYS[1]:
        raise Fault(
            f"--first-day {first_day}: courses begin between {FIRST_DAYS[0]} and {FIRST_DAYS[1]}, so that "
            "all of their days can be written; choose one of these days"
        )


def _mix(texts: Sequence[str]) -> dict[str, float]:
    mix: dict[str, float] = {}
    for text in texts:
        code, weight = _weight(text)
        if code in mix:
            raise Fault(f"--protocol {text}: {code} is named twice; name each protocol once")
        mix[code] = weight
    return mix


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


def _judged(
    courses: "Sequence[DrawnCourse]", drawn_by: "Cohort", definitions: "Installed", stored: "Sequence[Told]"
) -> "Judged":
    from treatment.simulator.judged import judge
    from treatment.simulator.results import course_result

    instruments = definitions.instruments.by_code
    results = [course_result(one, drawn_by.rules, instruments) for one in courses]
    return judge(results, drawn_by, stored)


def _print(judged: "Judged", output: Format) -> None:
    if output is Format.JSON:
        typer.echo(json.dumps(judged.told(), indent=2))
        return
    for line in judged.lines():
        typer.echo(line)
