"""The event log on SQLite and on PostgreSQL: what is appended, and all the ways to read it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from casetrail_contracts import Event, read
from casetrail_contracts.scalars import instant_text
from treatment.store.append_state import subject_key
from treatment.store.append_transaction import AppendTransaction
from treatment.store.group_commit import Append, GroupCommit
from treatment.store.log import BrokerSeen, CommandRecord, Draft, NotedByAnother, RelayLag, Row
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.recorder import PostgresRecorder, SqliteRecorder
from treatment.store.sqlite_database import SqliteDatabase
from treatment.store.standing import NEWEST_STANDING, Standing, require_together, standing_of

MOST_COUNTED = 1_000_000
NOTE_LOCK = 0xCA5E_7242
"""PostgreSQL advisory lock of whoever notes what it saw of the broker."""
# The database writes the ids of the events: made in Python, each took longer than reading its row.
_CASE_ID_SQLITE = " || '-' || ".join(
    f"substr(originator_id, {start}, {length})"
    for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
)
_EVENT_ID_SQLITE = f"{_CASE_ID_SQLITE} || printf('-%010d', originator_version)"
_EVENT_ID_POSTGRES = "originator_id::text || '-' || lpad(originator_version::text, 10, '0')"


class StoredLog:
    """The event log on either database."""

    def __init__(
        self,
        database: SqliteDatabase | PostgresDatabase,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        """`stored` is called after each append, from the thread that appended."""
        self._database = database
        self._now = now
        self._stored = stored
        self._recorder: SqliteRecorder | PostgresRecorder
        if isinstance(database, SqliteDatabase):
            self._recorder, self._row_id = SqliteRecorder(database.datastore), "rowid"
            self._event_id = _EVENT_ID_SQLITE
        else:
            self._recorder, self._row_id = PostgresRecorder(database.datastore), "notification_id"
            self._event_id = _EVENT_ID_POSTGRES
        self._appends = GroupCommit(AppendTransaction(database, now).commit)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def append(
        self, tenant: str, drafts: Sequence[Draft], previous: str | None, command: CommandRecord
    ) -> list[Event]:
        append = Append(tenant=tenant, drafts=drafts, previous=previous, command=command)
        events = self._appends.store(append)
        self._stored()
        return events

    def events_of(self, tenant: str, subject: str, after: int = 0) -> list[Event]:
        rows = self._recorder.select_events(UUID(subject), gt=after)
        events = [read(bytes(row.state)) for row in rows]
        return events if events and events[0].tenant == tenant else []

    def command(self, command_id: str) -> CommandRecord | None:
        rows = self._rows("SELECT * FROM command_log WHERE command_id = :id", {"id": command_id})
        if not rows:
            return None
        return CommandRecord(**{**rows[0], "fingerprint": bytes(rows[0]["fingerprint"])})

    def after(self, row_id: int, limit: int) -> list[Row]:
        return self._select(f"{self._row_id} > :after ORDER BY {self._row_id}", limit, {"after": row_id})

    def feed(self, tenant: str, after: int, limit: int, types: Sequence[str] = ()) -> list[Row]:
        wanted = {f"type_{number}": name for number, name in enumerate(types)}
        only = f" AND topic IN ({', '.join(f':{name}' for name in wanted)})" if wanted else ""
        return self._select(
            f"tenant = :tenant AND position > :after{only} ORDER BY position",
            limit,
            {"tenant": tenant, "after": after, **wanted},
        )

    def head(self, tenant: str) -> int:
        rows = self._rows(
            "SELECT coalesce(max(position), 0) AS head FROM events WHERE tenant = :tenant", {"tenant": tenant}
        )
        return int(rows[0]["head"])

    def heads(self) -> dict[str, int]:
        # From one tenant to the next by the index: the events are not counted.
        rows = self._rows(
            "WITH RECURSIVE known (tenant) AS (SELECT min(tenant) FROM events UNION ALL "
            "SELECT (SELECT min(tenant) FROM events WHERE tenant > known.tenant) FROM known "
            "WHERE known.tenant IS NOT NULL) "
            "SELECT tenant, (SELECT max(position) FROM events WHERE events.tenant = known.tenant) AS head "
            "FROM known WHERE tenant IS NOT NULL",
            {},
        )
        return {row["tenant"]: int(row["head"]) for row in rows}

    def find(self, event_id: str) -> Row | None:
        case_id, sequence = event_id[:36], int(event_id[37:])
        found = self._select(
            "originator_id = :case_id AND originator_version = :version",
            1,
            {"case_id": subject_key(self._database, case_id), "version": sequence},
        )
        return found[0] if found else None

    def last(self) -> Row | None:
        found = self._select(f"true ORDER BY {self._row_id} DESC", 1, {})
        return found[0] if found else None

    def issuer(self, tenant: str, proposed: str) -> str:
        with self._database.writing() as write:
            write.run(
                "INSERT INTO tenant (name, issuer) VALUES (:name, :issuer) ON CONFLICT (name) DO NOTHING",
                {"name": tenant, "issuer": proposed},
            )
        rows = self._rows("SELECT issuer FROM tenant WHERE name = :name", {"name": tenant})
        return str(rows[0]["issuer"])

    def note_broker(self, created: str, last_event_id: str | None, last_sequence: int, *, behind: int) -> int:
        with self._database.writing() as write:
            if write.is_postgres:
                # One note at a time; SQLite has one writer anyway.
                write.run(f"SELECT pg_advisory_xact_lock({NOTE_LOCK})")
            if write.run("SELECT coalesce(max(id), 0) AS newest FROM broker_seen")[0]["newest"] != behind:
                raise NotedByAnother
            noted = write.run(
                "INSERT INTO broker_seen (created, last_event_id, last_sequence, noted_at) "
                "VALUES (:created, :event_id, :sequence, :noted_at) RETURNING id",
                {
                    "created": created,
                    "event_id": last_event_id,
                    "sequence": last_sequence,
                    "noted_at": instant_text(self._now()),
                },
            )
        return int(noted[0]["id"])

    def broker_seen(self) -> BrokerSeen | None:
        rows = self._rows("SELECT * FROM broker_seen ORDER BY id DESC LIMIT 1", {})
        if not rows:
            return None
        row = rows[0]
        return BrokerSeen(
            row["created"], row["last_event_id"], row["last_sequence"], row["noted_at"], row["id"]
        )

    def relay_lag(self) -> RelayLag:
        seen = self.broker_seen()
        last = self.find(seen.last_event_id) if seen is not None and seen.last_event_id else None
        after = last.row_id if last is not None else 0
        waiting = f"SELECT 1 FROM events WHERE {self._row_id} > :after LIMIT {MOST_COUNTED}"
        events = self._rows(f"SELECT count(*) AS found FROM ({waiting}) AS waiting", {"after": after})[0][
            "found"
        ]
        oldest = self.after(after, 1)
        return RelayLag(int(events), read(oldest[0].content) if oldest else None)

    def standing(self) -> Standing:
        return standing_of(self._newest_standing()["standing"])

    def note_standing(self, standing: Standing, reason: str) -> None:
        with self._database.writing() as write:
            write.run(
                "INSERT INTO broker_standing (standing, reason, noted_at) VALUES (:standing, :reason, :at)",
                {"standing": standing.value, "reason": reason, "at": instant_text(self._now())},
            )

    def require_together(self) -> None:
        require_together(self._newest_standing())

    def _newest_standing(self) -> dict[str, Any]:
        return self._rows(f"SELECT {NEWEST_STANDING} AS standing", {})[0]

    def _select(self, where: str, limit: int, parameters: Mapping[str, str | int]) -> list[Row]:
        columns = f"{self._row_id}, tenant, position, {self._event_id}, state"
        sql = f"SELECT {columns} FROM events WHERE {where} LIMIT :limit"
        return self._database.ask_for_many(sql, {**parameters, "limit": limit}, Row._make)

    def _rows(self, sql: str, parameters: Mapping[str, str | int]) -> list[dict[str, Any]]:
        return self._database.ask(sql, parameters)
