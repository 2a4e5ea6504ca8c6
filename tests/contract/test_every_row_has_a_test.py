"""Every row of the domain reference is named by a test; a row without one is red, or whose test is gone."""

import ast
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
TESTS = HERE.parent
SECTIONS = [
    *(f"1.{number}" for number in range(1, 11)),
    *(f"2.{number}" for number in range(1, 5)),
    *(f"3.{number}" for number in range(13)),
    *(f"4.{number}" for number in range(1, 8)),
    *(f"5.{number}" for number in range(1, 5)),
    "8.2",
    "8.3",
    "8.4",
]


class Row(NamedTuple):
    """A row of the reference, and the test that names what it says."""

    section: str
    row: str
    test: str


def read(lines: Iterable[str]) -> list[Row]:
    """The rows of the list."""
    told = [line for line in lines if line.strip() and not line.startswith("#")]
    return [Row(*(part.strip() for part in line.split("|"))) for line in told]


def there_are() -> set[str]:
    """Every test as the list names it: its file, whatever folder it is in, and its name."""
    return {
        f"{file.name}::{part.name}"
        for file in TESTS.rglob("test_*.py")
        for part in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name.startswith("test_")
    }


def without_test(rows: Iterable[Row], known: set[str]) -> list[Row]:
    return [row for row in rows if row.test not in known]


ROWS = read((HERE / "rows_of_the_reference.txt").read_text(encoding="utf-8").splitlines())


def test_every_row_of_the_reference_has_a_test_that_is_there() -> None:
    assert without_test(ROWS, there_are()) == [], "name the test that shows what the row says"


def test_every_section_has_its_rows_each_once_and_in_the_order_of_the_reference() -> None:
    assert list(dict.fromkeys(row.section for row in ROWS)) == SECTIONS
    assert {
        row: count for row, count in Counter((row.section, row.row) for row in ROWS).items() if count > 1
    } == {}


def test_the_rule_sees_a_row_without_a_test_and_one_whose_test_is_gone() -> None:
    rows = read(
        ["# head", "", "1.1 | Case |", "1.1 | IPT | test_x.py::test_gone", "1.1 | DNA | test_x.py::test_a"]
    )
    assert [row.row for row in without_test(rows, {"test_x.py::test_a"})] == ["Case", "IPT"]
