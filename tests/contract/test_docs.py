"""The pages say what the code does: each name is on its page, and nothing there that does not exist."""

import re
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import cast, get_args, get_origin

import pytest
import treatment.cli
import typer
from casetrail_contracts import CATALOGUE, Personal
from casetrail_contracts.broker import STREAM
from casetrail_contracts.examples import EXAMPLES
from casetrail_contracts.problem import PROBLEM_ROOT
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings
from treatment.api.app import build_app
from treatment.api.auth import TokenVerifier, declared
from treatment.api.parts import Parts
from treatment.api.problems import WORDS
from treatment.settings import PREFIX, Settings
from typer.core import TyperGroup
from typer._click.core import Command, Parameter

from tests.pages import DOCS, ROOT, anchors, blocks, code, every_page, links, read_page, rows, sections

FAILURES = ROOT / "services/treatment/src/treatment/api/failures.py"
FRAMEWORK = (400, 404, 405, 413)
"""What the web framework refuses by itself."""


def documented_settings(page: str, prefix: str) -> dict[str, str]:
    """Name and default of every variable in the tables of the page."""
    found = {code(row[0])[0]: row[1] for row in rows(page)}
    return {name: default for name, default in found.items() if name.startswith(prefix)}


def settings_of(settings: type[BaseSettings], prefix: str) -> dict[str, str]:
    return {f"{prefix}{name.upper()}": shown(field) for name, field in settings.model_fields.items()}


def shown(field: FieldInfo) -> str:
    return "none" if field.is_required() or field.default is None else f"`{field.default}`"


def test_each_setting_is_documented_with_its_default() -> None:
    page = sections(read_page("reference/settings.md"), 2)["Treatment service"]
    assert documented_settings(page, PREFIX) == settings_of(Settings, PREFIX)


def test_each_kind_of_problem_is_documented_with_its_status() -> None:
    own = {words.kind: str(words.status) for words in WORDS.values()}
    general = {
        kind: status
        for kind, status in re.findall(
            r'PROBLEM_ROOT \+ "([a-z-]+)",\n.*?status=(\d{3})', FAILURES.read_text(), re.DOTALL
        )
    }
    framework = {HTTPStatus(status).phrase.lower().replace(" ", "-"): str(status) for status in FRAMEWORK}
    page = sections(read_page("reference/problems.md"), 2)
    told = {code(row[0])[0]: row[1] for section in page.values() for row in rows(section)}
    assert told == own | general | framework
    assert PROBLEM_ROOT in read_page("reference/problems.md")


def test_each_event_is_documented_as_the_catalogue_has_it() -> None:
    page = sections(read_page("reference/events.md"), 2)
    page.pop("What all events share")
    told = {
        name: {row[0]: code(row[1]) for row in rows(section) if row[0] in ("type", "group", "sealed")}
        for name, section in page.items()
    }
    assert told == {
        entry.payload.__name__: {
            "type": [entry.type],
            "group": [entry.group],
            "sealed": sorted(set(sealed_fields(entry.payload))),
        }
        for entry in CATALOGUE
    }
    assert STREAM in read_page("reference/events.md")


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_each_event_links_its_newest_schema_and_example(entry: "object") -> None:
    known = next(one for one in CATALOGUE if one is entry)
    section = sections(read_page("reference/events.md"), 2)[known.payload.__name__]
    file = f"{known.name}/v{known.major}.{known.minor}.json"
    assert set(links(section)) == {f"../../contracts/{folder}/{file}" for folder in ("schemas", "examples")}


def test_each_event_says_what_it_means_and_what_to_do_when_it_comes_twice() -> None:
    wanted = ["type", "group", "schema, example", "meaning", "emitted", "sealed", "twice"]
    page = sections(read_page("reference/events.md"), 2)
    for entry in CATALOGUE:
        assert [row[0] for row in rows(page[entry.payload.__name__])] == wanted


def sealed_fields(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Where personal values are in a payload, as on the wire."""
    for name, field in model.model_fields.items():
        yield from _sealed_in(field.annotation, f"{path}{field.alias or name}")


def _sealed_in(annotation: object, path: str) -> Iterator[str]:
    if get_origin(annotation) is Personal:
        yield path
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from sealed_fields(annotation, f"{path}.")
    else:
        item = f"{path}[]" if get_origin(annotation) is tuple else path
        for inner in get_args(annotation):
            yield from _sealed_in(inner, item)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """The application as it is described; it is never called."""
    parts = Parts(*cast("tuple[None, None, None]", (None, None, None)))  # type: ignore[arg-type]
    return build_app(parts, TokenVerifier(Path("jwks.json"), "issuer", "audience"), "0")


def calls(app: FastAPI) -> dict[str, set[str]]:
    """Every call of the application, and the roles that may make it."""
    found = {}
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        assert isinstance(route, APIRoute)
        rule = declared(route)
        roles = {"anybody"} if rule == "public" else set(rule or ())
        for method in route.methods:
            found[f"{method} {route.path}"] = roles
    return found


def test_each_call_is_documented_with_its_roles(app: FastAPI) -> None:
    page = read_page("reference/http.md")
    told = {}
    for title in ("Commands", "Queries", "Feed", "Operations"):
        for row in rows(sections(page, 2)[title]):
            call = code(row[0])[0]
            if call.split()[0] in ("GET", "POST"):
                roles = row[2] if title == "Commands" else row[1]
                told[call] = set(code(roles)) or {roles}
    assert told == calls(app)


def test_each_call_of_the_openapi_description_is_documented(app: FastAPI) -> None:
    described = {
        f"{method.upper()} {path}" for path, item in app.openapi()["paths"].items() for method in item
    }
    assert described | {"GET /openapi.json"} == set(calls(app))


def test_every_route_says_who_may_call_it(app: FastAPI) -> None:
    assert [call for call, roles in calls(app).items() if not roles] == []


def commands(command: Command, name: str) -> Iterator[tuple[str, Command]]:
    """Every command that does something, by what a person types."""
    if isinstance(command, TyperGroup):
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}")
    else:
        yield name, command


def default_of(option: Parameter) -> str:
    """As the page tells it."""
    if option.name == "role":
        return "`therapist`"
    if option.default is None:
        return "none"
    if option.default is False:
        return "off"
    return f"`{str(option.default).removesuffix(' 00:00:00')}`"


def test_each_command_is_documented_with_its_options() -> None:
    page = read_page("reference/cli.md")
    told = {
        code(heading)[0]: {code(row[0])[0]: row[1] for row in rows(section)}
        for heading, section in sections(page, 2).items()
    }
    program = typer.main.get_command(treatment.cli.app)
    assert told == {
        name: {option.opts[0]: default_of(option) for option in command.params}
        for name, command in commands(program, "casetrail")
    }


def test_each_option_of_the_program_itself_is_documented() -> None:
    program = typer.main.get_command(treatment.cli.app)
    head = read_page("reference/cli.md").split("\n## ")[0]
    assert [code(row[0])[0] for row in rows(head)] == [option.opts[0] for option in program.params]


@pytest.mark.parametrize("page", every_page(), ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in links(page.read_text(encoding="utf-8")):
        if target.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        known = anchors(file.read_text(encoding="utf-8")) if anchor and file.exists() else {anchor}
        if not file.exists() or anchor not in known:
            broken.append(target)
    assert broken == []


def test_each_page_is_reached_from_the_index() -> None:
    index = {(DOCS / target.partition("#")[0]).resolve() for target in links(read_page("README.md"))}
    assert {page for page in DOCS.rglob("*.md") if page.name != "README.md"} - index == set()


def test_each_page_says_in_its_first_line_for_whom_it_is() -> None:
    silent = []
    for page in DOCS.rglob("*.md"):
        first = page.read_text(encoding="utf-8").split("\n\n")[1]
        if not first.startswith(("For ", "Status: ")):
            silent.append(page.name)
    assert silent == []


def test_decisions_are_numbered_without_gaps_and_have_the_same_parts() -> None:
    records = sorted(page for page in (DOCS / "decisions").glob("*.md"))
    assert [record.name[:4] for record in records] == [f"{n:04d}" for n in range(1, len(records) + 1)]
    wanted = ["Context", "Decision", "Consequences", "Alternatives", "What enforces it"]
    assert [record.name for record in records if list(sections(record.read_text(), 2)) != wanted] == []


def runnable() -> list[tuple[str, str]]:
    return [
        (str(page.relative_to(DOCS)), block.text)
        for page in sorted((DOCS / "how-to").glob("*.md"))
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.language == "python" and "runnable" in block.marks
    ]


def run(block: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", block]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A folder with the page that the how-tos save: the events of one case, as the feed sends them."""
    page = b'{"events":[' + b",".join(EXAMPLES.values()) + b'],"next":"8"}'
    (tmp_path / "case.json").write_bytes(page)
    return tmp_path


@pytest.mark.parametrize(("page", "block"), runnable())
def test_runnable_blocks_run(page: str, block: str, saved: Path) -> None:
    said = run(block, saved)
    assert said.returncode == 0, f"{page}\n{said.stdout}{said.stderr}"


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ('"total":16', '"total":15'),
        ('"level":"urgent"', '"level":"review"'),
        ('"position":"0000000000000003"', '"position":"0000000000000004"'),
    ],
)
def test_the_programs_that_verify_notice_a_changed_event(true: str, false: str, saved: Path) -> None:
    page = (saved / "case.json").read_text()
    assert true in page
    (saved / "case.json").write_text(page.replace(true, false))
    programs = [block for page, block in runnable() if page.endswith("verify-an-event.md")]
    assert [run(program, saved).returncode for program in programs] == [1] * len(programs)
    assert programs


def test_the_programs_that_verify_notice_a_missing_event(saved: Path) -> None:
    content = b'{"events":[' + b",".join(list(EXAMPLES.values())[1:]) + b'],"next":"8"}'
    (saved / "case.json").write_bytes(content)
    programs = [block for page, block in runnable() if page.endswith("verify-an-event.md")]
    assert [run(program, saved).returncode for program in programs] == [1] * len(programs)
