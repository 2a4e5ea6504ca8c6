"""`casetrail quarantine …`: events that a read model could not apply: listed, shown, applied again."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from treatment.cli.read_models import AsJson, Data, number_of, read_database
from treatment.fault import Fault

if TYPE_CHECKING:
    from treatment.projections.projection import ReadModel
    from treatment.projections.quarantine_report import CaseHeld, Shown
    from treatment.store.database import Database

app = typer.Typer(no_args_is_help=True)
STILL_UNHANDLED = 3
"""The exit code when some cases cannot be applied yet, and the rest was."""
MOST_UNASKED = 100
"""Events; more are applied only after a person typed how many they are."""

Of = Annotated[
    str | None, typer.Option("--projection", help="Only this read model's; otherwise every one's.")
]


@app.command("list")
def list_(
    projection: Of = None,
    most: Annotated[int, typer.Option(min=1, help="How many cases are shown.")] = 20,
    data: Data = None,
    *,
    as_json: AsJson = False,
) -> None:
    """The cases in quarantine, with what failed first and how many later events wait."""
    with read_database(data) as database:
        cases = [case for one in _projections(projection) for case in _cases(database, one)]
    if as_json:
        typer.echo(json.dumps([asdict(case) for case in cases], indent=2))
        return
    typer.echo(_counted(cases))
    for case in cases[:most]:
        typer.echo(f"  {_line(case)}")
    if len(cases) > most:
        typer.echo(f"  and {len(cases) - most:,} more; --most shows more, --json all")


@app.command()
def show(
    event_id: Annotated[str, typer.Argument(help="The event's id, or the message's, as `list` shows it.")],
    projection: Of = None,
    data: Data = None,
    *,
    as_json: AsJson = False,
) -> None:
    """What is known of a message in quarantine: ids, type, place, reason, trace id. Nothing that it says."""
    from treatment.projections.quarantine_report import look_at

    with read_database(data) as database:
        looks = [look_at(database, one.name, event_id) for one in _projections(projection)]
    found = [one for one in looks if one is not None]
    if not found:
        raise Fault(f"{event_id} is not in quarantine; `casetrail quarantine list` names what is")
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    typer.echo("\n\n".join("\n".join(_shown(one)) for one in found))


@app.command()
def redrive(
    projection: Of = None,
    tenant: Annotated[str | None, typer.Option(help="Only cases of this organisation.")] = None,
    case: Annotated[str | None, typer.Option(help="Only this case.")] = None,
    data: Data = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Try every case and say what would happen; change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, however many events they are.")] = False,
) -> None:
    """Apply what waits, case by case, each whole and in order or not at all."""
    with read_database(data) as database:
        chosen = [
            (one, held)
            for one in _projections(projection)
            for held in _cases(database, one)
            if held.events
            and (tenant is None or held.tenant == tenant)
            and (case is None or held.case_id == case)
        ]
        typer.echo(_counted(held for _, held in chosen))
        if not dry_run:
            _confirm(sum(held.events for _, held in chosen), yes=yes)
        still = [fault for one in chosen if (fault := _redriven(database, *one, dry_run=dry_run)) is not None]
    done = len(chosen) - len(still)
    verb = "would be applied" if dry_run else "applied"
    typer.echo(f"{number_of(done, 'case')} {verb}, {number_of(len(still), 'case')} not yet")
    for fault in still:
        typer.echo(f"  {fault}")
    if still:
        raise typer.Exit(STILL_UNHANDLED)


def _redriven(
    database: "Database", projection: "ReadModel", held: "CaseHeld", *, dry_run: bool
) -> str | None:
    """Apply one case; why it cannot be."""
    from treatment.projections.quarantine import StillUnhandled
    from treatment.projections.quarantine import redrive as apply_again

    try:
        apply_again(database, projection, held.tenant, held.case_id, dry_run=dry_run)
    except StillUnhandled as problem:
        return f"{projection.name}: {problem}"
    return None


def _confirm(events: int, *, yes: bool) -> None:
    if yes or events <= MOST_UNASKED:
        return
    typed: str = typer.prompt(f"Type the number of events ({events}) to apply them")
    if typed.strip().replace(",", "") != str(events):
        raise Fault("nothing was changed: what was typed is not the number of events")


def _projections(name: str | None) -> "tuple[ReadModel, ...]":
    from treatment.assembly.read_models import named
    from treatment.projections import PROJECTIONS

    return PROJECTIONS if name is None else (named(name),)


def _cases(database: "Database", projection: "ReadModel") -> "list[CaseHeld]":
    from treatment.projections.quarantine import quarantined
    from treatment.projections.quarantine_report import cases_held

    return cases_held(quarantined(database, projection.name))


def _counted(cases: "Iterable[CaseHeld]") -> str:
    held = list(cases)
    failed, waiting = sum(case.failed for case in held), sum(case.waiting for case in held)
    passed, unreadable = sum(case.passed for case in held), sum(case.unreadable for case in held)
    told = (
        f"{number_of(len(held), 'case')} in quarantine: {number_of(failed, 'event')} failed, "
        f"{number_of(waiting, 'event')} behind"
    )
    if passed:
        told += f", {passed:,} of them about risk and applied already"
    return f"{told}; {number_of(unreadable, 'message')} not readable" if unreadable else told


def _line(case: "CaseHeld") -> str:
    return (
        f"{case.projection}  {case.tenant or '-'} {case.case_id or '-'}  since {case.noted_at}: "
        f"{case.event_id} ({case.reason}), {number_of(case.waiting, 'event')} behind"
    )


def _shown(one: "Shown") -> list[str]:
    position = "none" if one.position is None else str(one.position)
    return [
        f"{one.event_id} in the quarantine of {one.projection}",
        f"  kind: {one.kind}",
        f"  reason: {one.reason}",
        f"  since: {one.noted_at}",
        f"  tenant: {one.tenant or '-'}",
        f"  case: {one.case_id or '-'}",
        f"  position: {position}",
        f"  trace id: {one.trace_id or '-'}",
        *(f"  {name}: {value}" for name, value in one.envelope.items()),
        f"  bytes: {one.bytes}, SHA-256 {one.sha256}",
    ]
