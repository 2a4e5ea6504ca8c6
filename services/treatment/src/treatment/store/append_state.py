"""What the log says of the tenants, cases and commands of a group: asked on one trip, under the lock."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from casetrail_contracts import digest
from treatment.store.database import Row, Statement, Transaction
from treatment.store.group_commit import Append
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase
from treatment.store.standing import NEWEST_STANDING, require_together

APPEND_LOCK = 0xCA5E_7241
"""PostgreSQL advisory lock of the append: order of commit equals order of rows, and it collides with
neither vacuum nor readers, as the library's table lock does."""

Stores = SqliteDatabase | PostgresDatabase


@dataclass(slots=True)
class Tail:
    """The end of a tenant's history."""

    position: int
    recorded: datetime


@dataclass(slots=True)
class Known:
    """What the log holds of the cases and commands of a group, kept up while the group is placed."""

    now: datetime
    tails: dict[str, Tail]
    heads: dict[str, tuple[int, str]]
    """By subject: the version and the hash of the newest event."""
    commands: set[str]


def known_of(
    write: Transaction, database: Stores, group: Sequence[Append], now: Callable[[], datetime]
) -> Known:
    """Take the lock, then ask; the answers hold until the transaction ends."""
    questions = [
        _moment(database),
        _tails({append.tenant for append in group}, database),
        _heads({append.command.case_id for append in group}, database),
        _commands([append.command.command_id for append in group], database),
    ]
    (moment, *_), tails, heads, commands = _under_the_lock(write, database, questions)
    require_together(moment)
    time = moment["now"].astimezone(UTC) if database.is_postgres else now()
    return Known(
        now=time,
        tails={append.tenant: Tail(0, time) for append in group} | _tails_in(tails),
        heads=_heads_in(heads),
        commands=_commands_in(commands),
    )


def stored_commands(write: Transaction, database: Stores, waiting: Sequence[Append]) -> set[str]:
    """Which of these commands are stored, once the transaction whose answer was lost has ended."""
    question = _commands([append.command.command_id for append in waiting], database)
    (rows,) = _under_the_lock(write, database, [question])
    return _commands_in(rows)


def subject_key(database: Stores, subject: str) -> str:
    """The library keeps the id of a case as 32 digits in SQLite and as a uuid in PostgreSQL."""
    return subject if database.is_postgres else UUID(subject).hex


def _under_the_lock(write: Transaction, database: Stores, questions: Sequence[Statement]) -> list[list[Row]]:
    if not database.is_postgres:
        return write.run_together(questions)
    lock: Statement = (f"SELECT pg_advisory_xact_lock({APPEND_LOCK})", {})
    return write.run_together([lock, *questions])[1:]


def _moment(database: Stores) -> Statement:
    """The time of this moment, not of the transaction's beginning: others have recorded since."""
    clock = "clock_timestamp()" if database.is_postgres else "NULL"
    return f"SELECT {clock} AS now, {NEWEST_STANDING} AS standing", {}


def _tails(tenants: Iterable[str], database: Stores) -> Statement:
    return _newest("tenant", "position", sorted(tenants), _values(database, "text"))


def _tails_in(rows: Iterable[Row]) -> dict[str, Tail]:
    return {
        row["tenant"]: Tail(
            row["position"], datetime.fromisoformat(json.loads(bytes(row["state"]))["recordedtime"])
        )
        for row in rows
        if row["state"] is not None
    }


def _heads(subjects: Iterable[str], database: Stores) -> Statement:
    keys = [subject_key(database, subject) for subject in subjects]
    return _newest("originator_id", "originator_version", keys, _values(database, "uuid"))


def _heads_in(rows: Iterable[Row]) -> dict[str, tuple[int, str]]:
    return {
        str(UUID(str(row["originator_id"]))): (row["originator_version"], digest(bytes(row["state"])))
        for row in rows
        if row["state"] is not None
    }


def _commands(names: Sequence[str], database: Stores) -> Statement:
    found = "SELECT c.command_id FROM command_log c WHERE c.command_id = wanted.value"
    asked = f"SELECT ({found}) AS command_id FROM ({_values(database, 'text')}) AS wanted"
    return asked, {"wanted": json.dumps(names)}


def _commands_in(rows: Iterable[Row]) -> set[str]:
    return {row["command_id"] for row in rows if row["command_id"] is not None}


def _newest(key: str, order: str, wanted: Sequence[str], values: str) -> Statement:
    """By key: the newest event, or none. Subqueries, for a join would be planned by a guess.

    PostgreSQL expects a hundred rows of any JSON list, and reads the whole table rather than its index
    a hundred times: under the append lock, and the longer the more there is.
    """
    newest = f"FROM events e WHERE e.{key} = wanted.value ORDER BY e.{order} DESC LIMIT 1"
    asked = (
        f"SELECT wanted.value AS {key}, (SELECT e.{order} {newest}) AS {order}, "
        f"(SELECT e.state {newest}) AS state FROM ({values}) AS wanted"
    )
    return asked, {"wanted": json.dumps(wanted)}


def _values(database: Stores, kind: str) -> str:
    """A list that is passed as one parameter, `wanted`, as rows with one column, `value`."""
    if database.is_postgres:
        return (
            f"SELECT CAST(one AS {kind}) AS value FROM json_array_elements_text(CAST(:wanted AS json)) AS one"
        )
    return "SELECT value FROM json_each(:wanted)"
