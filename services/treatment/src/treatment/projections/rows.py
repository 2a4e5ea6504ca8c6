"""Reads and writes many rows at once. Names of tables and columns are ours, values are parameters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import orjson

from treatment.projections.records import Case
from treatment.store.database import Row, Transaction, Value

Columns = Mapping[str, Value]
CASE = ("tenant", "case_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a read model, as its migration made it. Each row belongs to a case."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Literal["TEXT", "BIGINT"]]
    """All columns, in any order; an integer is at most 64 bits wide."""


def rows_of(read: Transaction, table: Table, cases: Iterable[Case]) -> list[Row]:
    """All rows of these cases, in one statement."""
    wanted = [dict(zip(CASE, case, strict=True)) for case in cases]
    if not wanted:
        return []
    keys = _given(read, dict.fromkeys(CASE, "TEXT"))
    sql = f"SELECT {', '.join(table.columns)} FROM {keys} JOIN {table.name} USING {_in(CASE)}"
    return read.run(sql, {"given": _json(wanted)})


def put(write: Transaction, table: Table, rows: Sequence[Columns]) -> None:
    """These whole rows, whether or not there were rows with their keys, in one statement."""
    if not rows:
        return
    changes = ", ".join(f"{name} = excluded.{name}" for name in table.columns if name not in table.key)
    write.run(
        f"INSERT INTO {table.name} {_in(table.columns)} "
        # Without a condition SQLite takes the ON of the next line for that of a join.
        f"SELECT {', '.join(table.columns)} FROM {_given(write, table.columns)} WHERE true "
        f"ON CONFLICT {_in(table.key)} DO UPDATE SET {changes}",
        {"given": _json(rows)},
    )


def add(write: Transaction, table: Table, rows: Iterable[Columns]) -> None:
    """These whole rows, which are new. A row that exists is an error."""
    names = tuple(table.columns)
    write.add_many(table.name, names, ([row[name] for name in names] for row in rows))


def remove(write: Transaction, table: Table, keys: Sequence[Columns]) -> None:
    """Take out the rows with these keys."""
    same = " AND ".join(f"{name} = :{name}" for name in table.key)
    write.run_many(f"DELETE FROM {table.name} WHERE {same}", keys)


def _given(transaction: Transaction, columns: Mapping[str, str]) -> str:
    """The rows of the parameter `given`, as a table.

    As JSON they are one parameter, which costs a fifth of what a statement for each, or arrays, cost here.
    """
    if transaction.is_postgres:
        names = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        return f"json_to_recordset(:given) AS given ({names})"
    names = ", ".join(f"value ->> '{name}' AS {name}" for name in columns)
    return f"(SELECT {names} FROM json_each(:given)) AS given"


def _in(names: Iterable[str]) -> str:
    return f"({', '.join(names)})"


def _json(rows: Sequence[Columns]) -> str:
    return orjson.dumps(rows).decode()
