"""The one transaction that adds events: places without gaps, and each command whole or not at all."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

import structlog
from eventsourcing.persistence import IntegrityError

from casetrail_contracts import Event, digest, read
from treatment.failpoints import failpoint
from treatment.store.codec import EventTooLarge, encode
from treatment.store.database import AWAY_ERRORS, PostgresDatabase, SqliteDatabase, Transaction
from treatment.store.group_commit import Append
from treatment.store.log import LostRace

APPEND_LOCK = 0xCA5E_7241
"""PostgreSQL advisory lock of the append: order of commit equals order of rows, and it collides with
neither vacuum nor readers, as the library's table lock does."""

APPEND_SECONDS = 6.0
"""A transaction that takes longer is cut off: waiting for the lock ends after five, the rest is quick."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Tail:
    """The end of a tenant's history."""

    position: int
    recorded: datetime


@dataclass(slots=True)
class _Known:
    """What the log holds of the cases and commands of a group, kept up while the group is placed."""

    now: datetime
    tails: dict[str, _Tail]
    heads: dict[str, tuple[int, str]]
    """By subject: the version and the hash of the newest event."""
    commands: set[str]


@dataclass(frozen=True, slots=True)
class AppendTransaction:
    """Stores groups of appends on either database."""

    database: SqliteDatabase | PostgresDatabase
    now: Callable[[], datetime]

    def commit(self, group: Sequence[Append]) -> None:
        """Settle each append: with its events, with `LostRace`, or with why the store failed.

        An answer that was lost on the way is looked up: the lock is free only when the transaction of
        the lost answer has ended, so what the log then says of a command is final.
        """
        placed: dict[str, list[Event]] = {}
        try:
            with self.database.writing(APPEND_SECONDS) as write:
                placed = self._placed(write, group)
                failpoint("append.before_commit")
        except IntegrityError:
            # A writer that does not know the lock. The driver's message quotes keys: it is not passed on.
            _settle(group, {}, LostRace())
        except AWAY_ERRORS as error:
            self._look_up(group, placed, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
            _settle(group, {}, error)
        else:
            failpoint("append.committed")
            _settle(group, placed, None)

    def _look_up(self, group: Sequence[Append], placed: Mapping[str, list[Event]], error: Exception) -> None:
        waiting = [append for append in group if append.command.command_id in placed]
        try:
            with self.database.writing(APPEND_SECONDS) as write:
                self._lock(write)
                stored = _commands(write, self.database, waiting)
        except AWAY_ERRORS:
            stored = set()
        else:
            _log.warning("commit_looked_up", stored=len(stored), not_stored=len(waiting) - len(stored))
        _settle(group, {name: events for name, events in placed.items() if name in stored}, error)

    def _placed(self, write: Transaction, group: Sequence[Append]) -> dict[str, list[Event]]:
        """Insert what can be stored; the events by command. The others of the group are settled."""
        self._lock(write)
        known = self._known(write, group)
        placed: dict[str, list[Event]] = {}
        stored: list[Append] = []
        for append in group:
            try:
                placed[append.command.command_id] = _place(append, known)
                stored.append(append)
            except (LostRace, EventTooLarge) as refused:
                append.outcome = refused
        failpoint("append.before_insert")
        write.run_many(
            "INSERT INTO events (originator_id, originator_version, topic, state, tenant, position) "
            "VALUES (:case_id, :version, :topic, :state, :tenant, :position)",
            [self._row(event) for event in chain.from_iterable(placed.values())],
        )
        write.run_many(
            "INSERT INTO command_log VALUES (:command_id, :fingerprint, :case_id, :first, :last)",
            [
                {
                    "command_id": append.command.command_id,
                    "fingerprint": append.command.fingerprint,
                    "case_id": append.command.case_id,
                    "first": append.command.first_version,
                    "last": append.command.last_version,
                }
                for append in stored
            ],
        )
        return placed

    def _lock(self, write: Transaction) -> None:
        if self.database.is_postgres:
            write.run(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")

    def _known(self, write: Transaction, group: Sequence[Append]) -> _Known:
        now = self.now()
        if self.database.is_postgres:
            now = write.run("SELECT clock_timestamp() AS now")[0]["now"].astimezone(UTC)
        return _Known(
            now=now,
            tails={tenant: _tail(write, tenant, now) for tenant in {append.tenant for append in group}},
            heads=_heads(write, self.database, group),
            commands=_commands(write, self.database, group),
        )

    def _row(self, event: Event) -> dict[str, str | int | bytes]:
        return {
            "case_id": subject_key(self.database, event.envelope.subject),
            "version": event.sequence,
            "topic": event.envelope.type,
            "state": event.bytes,
            "tenant": event.tenant,
            "position": event.position,
        }


def subject_key(database: SqliteDatabase | PostgresDatabase, subject: str) -> str:
    """The library keeps the id of a case as 32 digits in SQLite and as a uuid in PostgreSQL."""
    return subject if database.is_postgres else UUID(subject).hex


def _settle(group: Sequence[Append], placed: Mapping[str, list[Event]], error: Exception | None) -> None:
    for append in group:
        if append.outcome is None:
            append.outcome = placed.get(append.command.command_id, error)


def _place(append: Append, known: _Known) -> list[Event]:
    """The events of an append, with their bytes. Raises `LostRace` or `EventTooLarge`, and places none."""
    command = append.command
    expected = (command.first_version - 1, append.previous)
    if command.command_id in known.commands or known.heads.get(command.case_id, (0, None)) != expected:
        raise LostRace
    tail = known.tails[append.tenant]
    recorded, previous = max(known.now, tail.recorded), append.previous
    events: list[Event] = []
    for offset, draft in enumerate(append.drafts, start=1):
        position = f"{tail.position + offset:016d}"
        envelope = draft(position=position, recordedtime=recorded, previoushash=previous)
        events.append(read(encode(envelope)))
        previous = events[-1].hash
    known.commands.add(command.command_id)
    if previous is not None:
        known.heads[command.case_id] = command.last_version, previous
    known.tails[append.tenant] = _Tail(tail.position + len(events), recorded)
    return events


def _tail(write: Transaction, tenant: str, now: datetime) -> _Tail:
    rows = write.run(
        "SELECT position, state FROM events WHERE tenant = :tenant ORDER BY position DESC LIMIT 1",
        {"tenant": tenant},
    )
    if not rows:
        return _Tail(0, now)
    recorded = datetime.fromisoformat(json.loads(bytes(rows[0]["state"]))["recordedtime"])
    return _Tail(rows[0]["position"], recorded)


def _heads(
    write: Transaction, database: SqliteDatabase | PostgresDatabase, group: Sequence[Append]
) -> dict[str, tuple[int, str]]:
    wanted = [subject_key(database, append.command.case_id) for append in group]
    rows = write.run(
        "SELECT e.originator_id, e.originator_version, e.state "
        f"FROM ({_values(database, 'uuid')}) AS wanted "
        "JOIN events e ON e.originator_id = wanted.value AND e.originator_version = "
        "(SELECT max(m.originator_version) FROM events m WHERE m.originator_id = wanted.value)",
        {"wanted": json.dumps(wanted)},
    )
    return {
        str(UUID(str(row["originator_id"]))): (row["originator_version"], digest(bytes(row["state"])))
        for row in rows
    }


def _commands(
    write: Transaction, database: SqliteDatabase | PostgresDatabase, group: Sequence[Append]
) -> set[str]:
    wanted = [append.command.command_id for append in group]
    rows = write.run(
        f"SELECT command_id FROM command_log WHERE command_id IN ({_values(database, 'text')})",
        {"wanted": json.dumps(wanted)},
    )
    return {row["command_id"] for row in rows}


def _values(database: SqliteDatabase | PostgresDatabase, kind: str) -> str:
    """A list that is passed as one parameter, `wanted`, as rows with one column, `value`."""
    if database.is_postgres:
        return (
            f"SELECT CAST(one AS {kind}) AS value FROM json_array_elements_text(CAST(:wanted AS json)) AS one"
        )
    return "SELECT value FROM json_each(:wanted)"
