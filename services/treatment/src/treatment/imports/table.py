"""Delimited text to rows of named cells: the delimiter found, the encoding checked, every line numbered."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from treatment.imports.form import Rejected, Unreadable

DELIMITERS = (",", ";", "\t", "|")
_NAMES_THE_DELIMITER = re.compile(r"sep=(.)\r?\n")
"""What Excel writes above the header, for itself."""
_MOST_NAMES = 30
"""Columns that a message lists."""
MOST_BYTES = 64 * 1024 * 1024
"""Larger files are refused whole: a table of scores never needs so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row below the header."""

    line: int
    """Where it ends in the file, counted from 1."""
    cells: Mapping[str, str]
    """By column, without white space around them; only those that are not empty."""

    def place(self, column: str) -> str:
        """Where a cell stands, for whoever has to look."""
        return f"line {self.line}, column {column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that was opened. Its rows can be read once."""

    columns: tuple[str, ...]
    rows: Iterator[Row | Rejected]

    def need(self, *columns: str) -> None:
        """Raises `Unreadable` unless each of the columns is there, once."""
        for column in columns:
            if self.columns.count(column) != 1:
                times = "more than once" if column in self.columns else "not"
                raise Unreadable(f"the column {column} is {times} in the header; {self.header}")

    @property
    def header(self) -> str:
        """The names of the columns, for whoever has to mend the mapping."""
        if any(re.fullmatch(r"[0-9][0-9.,:/T+-]*", column) for column in self.columns):
            # A table without a header begins with a patient, and no report quotes one.
            return "its first line looks like scores: put the names of the columns above it"
        more = ", …" if len(self.columns) > _MOST_NAMES else ""
        return f"the header has: {', '.join(self.columns[:_MOST_NAMES])}{more}"


def open_table(content: bytes, missing: Sequence[str]) -> Table:
    """The table in the bytes of a file. Raises `Unreadable` when there is none."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB; split it")
    try:
        # Spreadsheets put a byte order mark before the first column's name.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("the file is not UTF-8; save it again as CSV UTF-8") from error
    marked = _NAMES_THE_DELIMITER.match(text)
    lines = _lines(text, marked[1] if marked else _delimiter(text))
    if marked:
        next(lines)
    try:
        columns = tuple(cell.strip() for cell in next(lines, (1, []))[1])
    except csv.Error as error:
        raise Unreadable("the header is not a line of delimited text") from error
    if not any(columns):
        raise Unreadable("the file has no header")
    return Table(columns=columns, rows=_rows(lines, columns, frozenset(missing)))


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for cells in reader:
        yield reader.line_num, cells


def _delimiter(text: str) -> str:
    """The one that cuts the header into most cells: scores hold none, so the header tells."""
    header = text.splitlines()[:1]
    return max(DELIMITERS, key=lambda delimiter: sum(len(cells) for cells in _cut(header, delimiter)))


def _cut(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []


def _rows(
    lines: Iterator[tuple[int, list[str]]], columns: tuple[str, ...], missing: frozenset[str]
) -> Iterator[Row | Rejected]:
    line = 1
    try:
        for line, cells in lines:
            if len(cells) > len(columns):
                yield Rejected(place=f"line {line}", reason="the row has more cells than the header")
                continue
            named = zip(columns, (cell.strip() for cell in cells), strict=False)
            kept = {column: cell for column, cell in named if cell and cell not in missing}
            if kept:
                yield Row(line=line, cells=kept)
    except csv.Error:
        yield Rejected(place=f"below line {line}", reason="the quoting is broken; nothing below was read")
