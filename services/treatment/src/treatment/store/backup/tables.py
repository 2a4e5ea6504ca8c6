"""What is in an archive: each table as lines, the same for SQLite and PostgreSQL.

An event is a line with its row id and its exact bytes, so that anybody can read and hash it; a row of another
table is a JSON object. Row ids are kept: the clock and the relay remember them.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from treatment.fault import Fault
from treatment.store.append_state import subject_key
from treatment.store.chain import link_of
from treatment.store.database import Transaction, Value
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase

PAGE = 1000
"""Rows of one statement: each ends within the statement timeout."""

Stored = SqliteDatabase | PostgresDatabase


class TableUnknown(Fault):
    """The schema has a table that no archive would hold: nothing is lost silently."""


class Table(Protocol):
    """One table as lines, both ways."""

    @property
    def name(self) -> str:
        """Its name, and that of its file."""

    def lines(self, read: Transaction, database: Stored) -> Iterator[bytes]:
        """Every row as a line, in the order of its key."""

    def insert(self, write: Transaction, database: Stored, lines: Sequence[bytes]) -> None:
        """Store rows exactly as they were."""

    def go_on(self, write: Transaction, database: Stored) -> None:
        """Let new rows be numbered behind those that were stored."""


@dataclass(frozen=True, slots=True)
class EventTable:
    """The events: row id, a blank, the bytes."""

    name: str = "events"

    def lines(self, read: Transaction, database: Stored) -> Iterator[bytes]:
        """In the order of commit."""
        row_id = _row_id(database)
        sql = (
            f"SELECT {row_id} AS row_id, state FROM events WHERE {row_id} > :after "
            f"ORDER BY {row_id} LIMIT {PAGE}"
        )
        after = 0
        while rows := read.run(sql, {"after": after}):
            for row in rows:
                yield b"%d %b\n" % (row["row_id"], bytes(row["state"]))
            after = rows[-1]["row_id"]

    def insert(self, write: Transaction, database: Stored, lines: Sequence[bytes]) -> None:
        """Every column stands in the bytes. Raises `ChainBroken` for what is no event."""
        write.run_many(
            f"INSERT INTO events ({_row_id(database)}, originator_id, originator_version, topic, state, "
            "tenant, position) VALUES (:row_id, :subject, :version, :topic, :state, :tenant, :position)",
            [_event_row(database, line) for line in lines],
        )

    def go_on(self, write: Transaction, database: Stored) -> None:
        """SQLite does so by itself."""
        _renumber(write, database, self.name, _row_id(database))


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Any other table: a JSON object per row, with bytes as base64."""

    name: str
    key: str
    binary: tuple[str, ...] = ()
    numbered: bool = False
    """The key is given by the database."""

    def lines(self, read: Transaction, database: Stored) -> Iterator[bytes]:
        """In the order of the key."""
        for row in self._rows(read, database):
            yield orjson.dumps(self._plain(row), option=orjson.OPT_SORT_KEYS) + b"\n"

    def _rows(self, read: Transaction, database: Stored) -> Iterator[Mapping[str, Any]]:
        if database.is_postgres and not self.numbered:
            # By bytes, as SQLite orders them: no index does so, hence one sort instead of one per page.
            read.run(
                f'DECLARE of_{self.name} CURSOR FOR SELECT * FROM {self.name} ORDER BY {self.key} COLLATE "C"'
            )
            while rows := read.run(f"FETCH {PAGE} FROM of_{self.name}"):
                yield from rows
            read.run(f"CLOSE of_{self.name}")
            return
        after: Value = 0 if self.numbered else ""
        sql = f"SELECT * FROM {self.name} WHERE {self.key} > :after ORDER BY {self.key} LIMIT {PAGE}"
        while rows := read.run(sql, {"after": after}):
            yield from rows
            after = rows[-1][self.key]

    def insert(self, write: Transaction, database: Stored, lines: Sequence[bytes]) -> None:
        """Under the names of its columns."""
        rows = [self._stored(orjson.loads(line)) for line in lines]
        if rows:
            names = list(rows[0])
            values = ", ".join(f":{name}" for name in names)
            write.run_many(f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({values})", rows)

    def go_on(self, write: Transaction, database: Stored) -> None:
        """Only where the database numbers the rows."""
        if self.numbered:
            _renumber(write, database, self.name, self.key)

    def _plain(self, row: Mapping[str, Any]) -> dict[str, Any]:
        shown = {name: base64.b64encode(bytes(row[name])).decode() for name in self.binary}
        return {**row, **shown}

    def _stored(self, row: dict[str, Any]) -> dict[str, Value]:
        return {**row, **{name: base64.b64decode(row[name]) for name in self.binary}}


STORE_TABLES: tuple[Table, ...] = (
    EventTable(),
    PlainTable("command_log", "command_id", binary=("fingerprint",)),
    PlainTable("tenant", "name"),
    PlainTable("broker_seen", "id", numbered=True),
    PlainTable("broker_standing", "id", numbered=True),
    PlainTable("clock_plan", "id", numbered=True),
)
DATA_KEYS = PlainTable("data_key", "key_id", binary=("wrapped",))
KEYS_TABLES: tuple[Table, ...] = (DATA_KEYS, PlainTable("destroyed_key", "key_id"))


def require_known(read: Transaction, database: Stored, tables: Sequence[Table]) -> None:
    """Raise `TableUnknown` when the schema has a table that is not among these."""
    sql = (
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
        if database.is_postgres
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    unknown = {row["name"] for row in read.run(sql)} - {table.name for table in tables} - {"schema_migration"}
    if unknown:
        raise TableUnknown(
            f"the schema has {', '.join(sorted(unknown))}, which this version does not back up: use the "
            "version that made it, or take the table out of the schema"
        )


def _row_id(database: Stored) -> str:
    return "notification_id" if database.is_postgres else "rowid"


def _event_row(database: Stored, line: bytes) -> dict[str, Value]:
    row_id, _, content = line.rstrip(b"\n").partition(b" ")
    link = link_of(content)
    return {
        "row_id": int(row_id),
        "subject": subject_key(database, link.subject),
        "version": link.sequence,
        "topic": link.kind,
        "state": content,
        "tenant": link.tenant,
        "position": link.position,
    }


def _renumber(write: Transaction, database: Stored, table: str, column: str) -> None:
    if database.is_postgres:
        write.run(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), "
            f"coalesce(max({column}), 0) + 1, false) FROM {table}"
        )
