"""The reference pages say what the code does: every name is there, and nothing that does not exist."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, get_args, get_origin

import pytest
import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings
from tests.pages import ROOT, code, links, read_page, rows, sections, source_of
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

import notifications.__main__
import treatment.cli
from casetrail_contracts import CATALOGUE, Personal
from casetrail_contracts.broker import STREAM
from casetrail_contracts.events import EventType
from casetrail_contracts.problem import PROBLEM_ROOT
from notifications.api.problems import WORDS as NOTIFICATIONS_WORDS
from notifications.settings import PREFIX as NOTIFICATIONS_PREFIX
from notifications.settings import Settings as NotificationsSettings
from treatment.api import failures
from treatment.api.problems import WORDS
from treatment.settings import PREFIX, Settings

SETTINGS: list[tuple[str, str, type[BaseSettings]]] = [
    ("Treatment service", PREFIX, Settings),
    ("Notification service", NOTIFICATIONS_PREFIX, NotificationsSettings),
]
FRAMEWORK = (400, 404, 405, 413)
"""What the web framework refuses by itself."""


@pytest.mark.parametrize(("title", "prefix", "settings"), SETTINGS, ids=str)
def test_each_setting_is_documented_with_its_default(
    title: str, prefix: str, settings: type[BaseSettings]
) -> None:
    section = sections(read_page("reference/settings.md"), 2)[title]
    told = {code(row[0])[0]: row[1] for row in rows(section)}
    assert told == {f"{prefix}{name.upper()}": shown(field) for name, field in settings.model_fields.items()}


def shown(field: FieldInfo) -> str:
    """A default as the page tells it."""
    return "none" if field.is_required() or field.default is None else f"`{field.default}`"


def test_each_other_variable_is_documented() -> None:
    """Those that no settings class has; one of them is between `casetrail up` and its processes only."""
    found = {
        name
        for file in (ROOT / "services").rglob("src/**/*.py")
        for name in re.findall(r'"(CASETRAIL_[A-Z_]*[A-Z])"', file.read_text(encoding="utf-8"))
    }
    known = {f"{prefix}{name.upper()}" for _, prefix, settings in SETTINGS for name in settings.model_fields}
    section = sections(read_page("reference/settings.md"), 2)["Other variables"]
    assert {code(row[0])[0] for row in rows(section)} == found - known - {"CASETRAIL_READY_FD"}


def test_each_kind_of_problem_is_documented_with_its_status() -> None:
    pattern = r'PROBLEM_ROOT \+ "([a-z-]+)",\n.*?status=(\d{3})'
    general = dict(re.findall(pattern, source_of(failures), re.DOTALL))
    framework = {HTTPStatus(status).phrase.lower().replace(" ", "-"): str(status) for status in FRAMEWORK}
    page = sections(read_page("reference/problems.md"), 2)
    page.pop("Notification service")
    assert kinds_in("".join(page.values())) == kinds_of(WORDS) | general | framework
    assert PROBLEM_ROOT in read_page("reference/problems.md")


def test_each_kind_of_problem_of_the_notification_service_is_documented() -> None:
    told = kinds_in(read_page("reference/problems.md"))
    assert kinds_of(NOTIFICATIONS_WORDS).items() <= told.items()


def kinds_in(text: str) -> dict[str, str]:
    return {code(row[0])[0]: row[1] for row in rows(text) if re.fullmatch(r"\d{3}", row[1])}


def kinds_of(words: Mapping[type[Exception], Any]) -> dict[str, str]:
    return {known.kind: str(known.status) for known in words.values()}


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


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: str(entry.name))
def test_each_event_has_its_newest_schema_its_example_and_its_meaning(entry: EventType) -> None:
    section = sections(read_page("reference/events.md"), 2)[entry.payload.__name__]
    file = f"{entry.name}/v{entry.major}.{entry.minor}.json"
    assert set(links(section)) == {f"../../contracts/{folder}/{file}" for folder in ("schemas", "examples")}
    wanted = ["type", "group", "schema, example", "meaning", "emitted", "sealed", "twice"]
    assert [row[0] for row in rows(section)] == wanted


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


def test_each_command_is_documented_with_its_options() -> None:
    told = {
        code(heading)[0]: {code(row[0])[0]: row[1] for row in rows(section)}
        for heading, section in sections(read_page("reference/cli.md"), 2).items()
    }
    program = typer.main.get_command(treatment.cli.app)
    wanted = {
        name: {option.opts[0]: default_of(option) for option in command.params}
        for name, command in commands(program, "casetrail")
    }
    beside = re.findall(r'add_parser\("([a-z-]+)"', source_of(notifications.__main__))
    assert told == wanted | {f"casetrail-notifications {name}": {} for name in beside}


def test_each_option_of_the_program_itself_is_documented() -> None:
    program = typer.main.get_command(treatment.cli.app)
    head = read_page("reference/cli.md").split("\n## ", maxsplit=1)[0]
    assert [code(row[0])[0] for row in rows(head)] == [option.opts[0] for option in program.params]


def commands(command: object, name: str) -> Iterator[tuple[str, TyperCommand]]:
    """Every command that does something, by what a person types."""
    match command:
        case TyperGroup():
            for word, inner in command.commands.items():
                yield from commands(inner, f"{name} {word}")
        case TyperCommand():
            yield name, command


def default_of(option: object) -> str:
    """A default as the page tells it."""
    if isinstance(option, TyperArgument):
        return "needed" if option.required else "none"
    assert isinstance(option, TyperOption)
    match option.default:
        case None:
            # Without a role the token is a therapist's: the code says so, not the option.
            return "`therapist`" if option.name == "role" else "none"
        case False:
            return "off"
        case default:
            return f"`{str(default).removesuffix(' 00:00:00')}`"


def test_each_dependency_is_listed_with_the_members_that_declare_it() -> None:
    declared: dict[str, list[str]] = {}
    for member in ("contracts", "services/treatment", "services/notifications"):
        project = tomllib.loads((ROOT / member / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        name = member.rpartition("/")[2]
        for dependency in project["dependencies"]:
            declared.setdefault(_name(dependency), []).append(name)
        for extra, dependencies in project.get("optional-dependencies", {}).items():
            for dependency in dependencies:
                declared.setdefault(_name(dependency), []).append(f"{name}, extra `{extra}`")
    told = {row[0]: row[1] for row in rows(read_page("decisions/0011-dependencies.md"))}
    assert told == {
        name: ", ".join(members) for name, members in declared.items() if not name.startswith("casetrail-")
    }


def _name(dependency: str) -> str:
    return re.split(r"[\[<>=!~ ]", dependency)[0]
