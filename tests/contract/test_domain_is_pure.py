"""The domain reads no clock, draws nothing by chance, touches nothing outside: what it may use is listed."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "services/treatment/src/treatment/domain"
ALLOWED = {
    "__future__",
    "bisect",
    "calendar",
    "casetrail_contracts",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "itertools",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
    "types",
    "typing",
    "uuid",
    "zoneinfo",
}
"""With what is inside them; and the domain's own modules."""
UUID_NAMES = {"UUID", "uuid5", "NAMESPACE_URL", "NAMESPACE_OID", "NAMESPACE_DNS"}
"""The others draw by chance or read a clock."""
CLOCK_AND_CHANCE = {"now", "utcnow", "today", "uuid1", "uuid4", "getnode"}


def impurities(source: str) -> list[str]:
    """What a module of the domain must not do, with its line."""
    return [f"line {line}: {what}" for line, what in _impurities(ast.parse(source))]


def _impurities(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for name in names:
                    # A whole `uuid` would bring its chance along.
                    if name.name == "uuid" or not _allowed(name.name):
                        yield node.lineno, f"import {name.name}"
            case ast.ImportFrom(module=str(module), names=names):
                forbidden = {name.name for name in names} - UUID_NAMES if module == "uuid" else set()
                if forbidden or not _allowed(module):
                    yield node.lineno, f"from {module} import {', '.join(name.name for name in names)}"
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in CLOCK_AND_CHANCE:
                yield node.lineno, f"{name}()"
            case _:
                pass


def _allowed(module: str) -> bool:
    return f"{module}.".startswith("treatment.domain.") or module.partition(".")[0] in ALLOWED


@pytest.mark.parametrize(
    "module", sorted(DOMAIN.rglob("*.py")), ids=lambda module: str(module.relative_to(DOMAIN))
)
def test_a_module_of_the_domain_is_pure(module: Path) -> None:
    assert impurities(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import time", ["line 1: import time"]),
        ("import locale, math", ["line 1: import locale"]),
        ("import uuid", ["line 1: import uuid"]),
        ("from uuid import UUID, uuid4", ["line 1: from uuid import UUID, uuid4"]),
        ("from uuid import UUID, uuid5", []),
        ("from os.path import join", ["line 1: from os.path import join"]),
        ("from treatment.store import log", ["line 1: from treatment.store import log"]),
        ("from treatment.domain.facts import Fact", []),
        ("from collections.abc import Sequence", []),
        ("at = datetime.now(UTC)", ["line 1: now()"]),
        ("at = datetime.utcnow()", ["line 1: utcnow()"]),
        ("on = date.today()", ["line 1: today()"]),
        ("key = uuid4()", ["line 1: uuid4()"]),
        ("at = circumstances.now", []),
    ],
)
def test_what_is_not_pure_is_found(line: str, found: list[str]) -> None:
    assert impurities(line) == found
