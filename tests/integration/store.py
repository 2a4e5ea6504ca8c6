"""A treatment store on either database, for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from casetrail_contracts import Event, Personal, read
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.identity import Claims, Role
from casetrail_contracts.scalars import Moment
from treatment.application import Application, Caller, Request
from treatment.definitions.installed import Installed, shipped
from treatment.domain.commands import Command, Record, ScoreAssessment
from treatment.store.case_store import CaseStore
from treatment.store.keys import KeyStore
from treatment.store.migrations import migrate
from treatment.store.opening import open_database
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sealing import Sealer
from treatment.store.sqlite_database import SqliteDatabase
from treatment.store.stored_log import StoredLog

AT = Moment(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
INSTALLED = shipped()
PHQ9 = INSTALLED.instruments.get("PHQ9")


@dataclass(frozen=True)
class Store:
    """An open store."""

    events: SqliteDatabase | PostgresDatabase
    keys: KeyStore
    log: StoredLog

    def application(
        self,
        log: StoredLog | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        installed: Installed = INSTALLED,
    ) -> Application:
        return Application(
            CaseStore(log or self.log, Sealer(self.keys)),
            installed=installed,
            issuer=lambda _: "casetrail.example",
            software_version="0.1.0",
            now=now,
            new_case_id=uuid4,
        )

    def count(self, table: str) -> int:
        """All rows of a table."""
        with self.events.reading() as read_only:
            return int(read_only.run(f"SELECT count(*) AS found FROM {table}")[0]["found"])

    def events_of_cases(self) -> list[Event]:
        """All events but those of registers: each tenant's register is told before its first case."""
        return [event for event in self._all() if event.collection == "cases"]

    def commands_of_cases(self) -> int:
        """The rows of the command log, but for those of registers."""
        registers = {event.envelope.subject for event in self._all() if event.collection == "register"}
        with self.events.reading() as read_only:
            rows = read_only.run("SELECT case_id FROM command_log")
        return sum(row["case_id"] not in registers for row in rows)

    def _all(self) -> list[Event]:
        return [read(row.content) for row in self.log.after(0, self.count("events"))]


@contextmanager
def opened(url: str, *, synced: bool = True) -> Iterator[Store]:
    """A migrated store at the address, closed at the end."""
    events, keys = open_database(url, "store", synced=synced), open_database(url, "keys", synced=synced)
    migrate(events, "store")
    migrate(keys, "keys")
    yield Store(events, KeyStore(keys, bytes(32)), StoredLog(events))
    events.close()
    keys.close()


def caller(tenant: str = "north", sub: str = "t-1") -> Caller:
    claims = Claims(sub=sub, tenant=tenant, roles=frozenset({Role.THERAPIST}))
    return Caller(claims=claims, roles=(Role.THERAPIST,))


def request(
    key: str, case: str | None = None, tenant: str = "north", sub: str = "t-1", **more: object
) -> Request:
    body = {"expected": str(more.pop("body", key))}
    version = more.pop("expected_version", None)
    assert version is None or isinstance(version, int)
    return Request(
        caller=caller(tenant, sub),
        idempotency_key=key,
        name="command",
        body=body,
        case_id=case,
        expected_version=version,
    )


def opening(therapist: str = "t-1") -> Command:
    patient = Personal[str].plain("canary patient")
    return Record(entry=CaseOpened(patient_ref=patient, therapist_id=therapist), at=AT)


def form(name: str, item_9: int = 0) -> Command:
    return ScoreAssessment(
        assessment_id=name,
        instrument=PHQ9,
        taken_at=AT,
        setting="remote",
        respondent="patient",
        input_mode="screen",
        items=(1,) * 8 + (item_9,),
    )
