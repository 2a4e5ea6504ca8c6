"""A message that tells a person to run a command tells one that exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup

import treatment.cli

SERVICES = Path(__file__).parents[2] / "services"
NAMED = re.compile(r"`casetrail ((?:[a-z][a-z-]*(?: |(?=`)))*)[^`]*`")
NOT_THERE_YET = {
    "audit check",
}
"""Named by the relay's stream, and still to be built: nothing may be added here."""


def named_in(source: str) -> Iterator[str]:
    """The words after `casetrail` of every command between backticks in the module's texts."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(text)):
                pass
            case ast.JoinedStr(values=parts):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            case _:
                continue
        for match in NAMED.finditer(text):
            yield match[1].strip()


NAMED_BY_THE_SERVICES = [
    (file, words)
    for file in SERVICES.glob("*/src/**/*.py")
    for words in named_in(file.read_text(encoding="utf-8"))
]


def test_each_command_that_is_named_exists() -> None:
    program = typer.main.get_command(treatment.cli.app)
    missing = {
        f"{file.name}: casetrail {words}"
        for file, words in NAMED_BY_THE_SERVICES
        if words not in NOT_THERE_YET and not exists(program, words.split())
    }
    assert missing == set()


def test_a_command_that_is_there_is_no_longer_listed_as_missing() -> None:
    program = typer.main.get_command(treatment.cli.app)
    assert {words for words in NOT_THERE_YET if exists(program, words.split())} == set()
    assert {words for _, words in NAMED_BY_THE_SERVICES} >= NOT_THERE_YET


def test_a_command_is_found_where_a_message_is_written_in_several_lines() -> None:
    source = (
        """raise Fault(f"{one}: run `casetrail store " "adopt --dry-run`, or `casetrail broker check`")"""
    )
    assert set(named_in(source)) == {"store adopt", "broker check"}


def exists(command: object, words: list[str]) -> bool:
    """Whether the program has such a command; a group of commands is one too."""
    match command:
        case TyperGroup():
            return not words or (
                words[0] in command.commands and exists(command.commands[words[0]], words[1:])
            )
        case TyperCommand():
            # What follows the name of a command are its arguments.
            return True
        case _:
            return False
