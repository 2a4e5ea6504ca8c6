"""Which rows differ between the tables in use and others: by case and column, never what they hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from treatment.projections.rebuild.tables import key_of, tables_of
from treatment.store.database import Database, Row, Transaction, Value
from treatment.store.log import EventLog

PAGE = 1_000
Case = tuple[str, str]
Key = tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Tables to compare with: a database in which their names have something in front."""

    database: Database
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How the rows of one case differ in one table."""

    tenant: str
    case_id: str
    table: str
    columns: tuple[str, ...]
    """Those that differ in rows which both have."""
    only_in_use: int
    """Rows that only the table in use has."""
    only_other: int


def differences(in_use: Database, other: Side, projection: str) -> list[Difference]:
    """Every difference, table by table and case by case. Memory does not grow with the tables."""
    with in_use.reading() as ours, other.database.reading() as theirs:
        is_postgres = in_use.is_postgres
        found: list[Difference] = []
        for table in tables_of(ours, projection, is_postgres=is_postgres):
            key = key_of(ours, table, is_postgres=is_postgres)
            compared = _Compared()
            for ours_, theirs_ in _pages(ours, theirs, table, other.prefix, key):
                compared.add(_by(key, ours_), _by(key, theirs_))
            found += compared.told(table)
        return found


def moved_on(log: EventLog, low: Mapping[str, int], high: Mapping[str, int]) -> set[Case]:
    """The cases that have events beyond the one and up to the other positions."""
    moved: set[Case] = set()
    for tenant, upto in high.items():
        at = low.get(tenant, 0)
        while at < upto:
            rows = log.feed(tenant, at, PAGE)
            moved |= {(tenant, row.event_id.rpartition("-")[0]) for row in rows if row.position <= upto}
            at = rows[-1].position if rows else upto
    return moved


class _Compared:
    """Gathers differences by case."""

    def __init__(self) -> None:
        self._columns: dict[Case, set[str]] = {}
        self._only: dict[Case, list[int]] = {}

    def add(self, ours: Mapping[Key, Row], theirs: Mapping[Key, Row]) -> None:
        for key in ours.keys() | theirs.keys():
            one, other = ours.get(key), theirs.get(key)
            if one == other:
                continue
            row = one or other or {}
            case = (row["tenant"], row["case_id"])
            columns = self._columns.setdefault(case, set())
            only = self._only.setdefault(case, [0, 0])
            if one is not None and other is not None:
                columns |= {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
            else:
                only[0 if other is None else 1] += 1

    def told(self, table: str) -> Iterator[Difference]:
        for case in sorted(self._columns):
            yield Difference(
                tenant=case[0],
                case_id=case[1],
                table=table,
                columns=tuple(sorted(self._columns[case])),
                only_in_use=self._only[case][0],
                only_other=self._only[case][1],
            )


def _pages(
    ours: Transaction, theirs: Transaction, table: str, prefix: str, key: Sequence[str]
) -> Iterator[tuple[list[Row], list[Row]]]:
    """Both tables by stretches of keys. Only the database compares keys: each sorts texts in its own way."""
    low: Key = ()
    while rows := _rows(ours, table, key, low=low):
        high = tuple(rows[-1][name] for name in key)
        yield rows, _rows(theirs, prefix + table, key, low=low, high=high, limit=None)
        low = high
    while rows := _rows(theirs, prefix + table, key, low=low):
        yield [], rows
        low = tuple(rows[-1][name] for name in key)


def _rows(
    read: Transaction,
    table: str,
    key: Sequence[str],
    *,
    low: Key,
    high: Key = (),
    limit: int | None = PAGE,
) -> list[Row]:
    names = ", ".join(key)
    conditions: list[str] = []
    parameters: dict[str, Value] = {}
    for bound, sign, side in ((low, ">", "low"), (high, "<=", "high")):
        if bound:
            places = ", ".join(f":{side}_{number}" for number in range(len(bound)))
            conditions.append(f"({names}) {sign} ({places})")
            parameters |= {f"{side}_{number}": value for number, value in enumerate(bound)}
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    upto = f" LIMIT {limit}" if limit else ""
    return read.run(f"SELECT * FROM {table} {where}ORDER BY {names}{upto}", parameters)


def _by(key: Sequence[str], rows: Sequence[Row]) -> dict[Key, Row]:
    return {tuple(row[name] for name in key): row for row in rows}
