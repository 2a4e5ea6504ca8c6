"""Events that a read model could not apply: kept for their case, in order, until they can be."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from casetrail_contracts.events import CareEvent
from casetrail_contracts.scalars import instant_text
from treatment.projections.arrivals import Arrival
from treatment.projections.positions import lock_positions
from treatment.projections.projection import ReadModel
from treatment.projections.records import Record, Unreadable, read_record
from treatment.store.database import AWAY_ERRORS, Database, Transaction

Kind = Literal["failed", "behind", "unreadable"]
BEHIND = "an earlier event of the case is in quarantine"
PASSED = "a risk event: applied alone at once, and once more in its place when the case is re-driven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One message in quarantine."""

    projection: str
    event_id: str
    tenant: str
    case_id: str
    position: int | None
    kind: Kind
    reason: str
    noted_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Why a message goes into quarantine."""

    event_id: str
    kind: Kind
    reason: str


class StillUnhandled(Exception):
    """The events of the case cannot be applied yet; nothing was changed."""

    def __init__(self, event_id: str, reason: str) -> None:
        self.event_id = event_id
        super().__init__(
            f"{event_id} still cannot be applied ({reason}); the case stays in quarantine. "
            "Mend the read model, then run `casetrail quarantine redrive` again"
        )


def why(error: Exception) -> str:
    """The reason to keep. The text of a failure may quote values: only that of our own is passed on."""
    return str(error) if isinstance(error, Unreadable) else type(error).__name__


def keep(write: Transaction, projection: str, arrival: Arrival, kept: Kept, now: datetime) -> None:
    """Keep a message with the reason. Keeping it twice keeps it once."""
    write.run(
        "INSERT INTO quarantine "
        "(projection, event_id, tenant, case_id, position, kind, reason, content, noted_at) VALUES "
        "(:projection, :event_id, :tenant, :case_id, :position, :kind, :reason, :content, :noted_at) "
        "ON CONFLICT DO NOTHING",
        {
            "projection": projection,
            "event_id": kept.event_id,
            "tenant": arrival.tenant,
            "case_id": arrival.case_id,
            "position": arrival.position,
            "kind": kept.kind,
            "reason": kept.reason,
            "content": arrival.delivery.content,
            "noted_at": instant_text(now),
        },
    )


def cases_behind(read_: Transaction, projection: str) -> set[tuple[str, str]]:
    """The cases whose events must line up behind one that failed."""
    rows = read_.run(
        "SELECT DISTINCT tenant, case_id FROM quarantine WHERE projection = :projection AND kind = 'failed'",
        {"projection": projection},
    )
    return {(row["tenant"], row["case_id"]) for row in rows}


def quarantined(database: Database, projection: str) -> list[Quarantined]:
    """What is in quarantine, oldest first."""
    with database.reading() as read_:
        rows = read_.run(
            "SELECT projection, event_id, tenant, case_id, position, kind, reason, noted_at "
            "FROM quarantine WHERE projection = :projection ORDER BY tenant, position, event_id",
            {"projection": projection},
        )
    return [Quarantined(**row) for row in rows]


def passes(record: Record) -> bool:
    """Whether an event is applied although earlier ones of its case are in quarantine.

    Risk events are self-contained: flags are shown and counted at once, wherever the case has a row. Each
    is also kept in its place of the line: applied again in order, after what it had overtaken, it leaves
    the rows as if nothing had ever failed.
    """
    return record.kind is not None and issubclass(record.kind, CareEvent)


class _OnlyTried(Exception):
    """Everything could be applied; nothing of it may stay."""


def redrive(
    database: Database, projection: ReadModel, tenant: str, case_id: str, *, dry_run: bool = False
) -> int:
    """Apply all that waits of a case, in order, and release it; how many events that were.

    Raises `StillUnhandled` at the first that fails, and changes nothing. A dry run changes nothing either.
    """
    applied = 0
    with suppress(_OnlyTried), database.writing() as write:
        applied = _redrive(write, projection, tenant, case_id, is_postgres=database.is_postgres)
        if dry_run:
            raise _OnlyTried
    return applied


def _redrive(
    write: Transaction, projection: ReadModel, tenant: str, case_id: str, *, is_postgres: bool
) -> int:
    case = {"projection": projection.name, "tenant": tenant, "case_id": case_id}
    waiting = "projection = :projection AND tenant = :tenant AND case_id = :case_id AND position IS NOT NULL"
    lock_positions(write, projection.name, [tenant], is_postgres=is_postgres)
    rows = write.run(f"SELECT event_id, content FROM quarantine WHERE {waiting} ORDER BY position", case)
    records = [_read(row["event_id"], bytes(row["content"])) for row in rows]
    before = projection.load(write, records)
    after = dict(before)
    for record in records:
        with _or_unhandled(record.event_id):
            state = projection.fold(after.get(record.case), record)
        if state is not None:
            after[record.case] = state
    if records:
        with _or_unhandled(records[0].event_id):
            projection.save(write, before, after)
    write.run(f"DELETE FROM quarantine WHERE {waiting}", case)
    return len(rows)


def _read(event_id: str, content: bytes) -> Record:
    with _or_unhandled(event_id):
        return read_record(content)


@contextmanager
def _or_unhandled(event_id: str) -> Iterator[None]:
    try:
        yield
    except AWAY_ERRORS:
        raise
    except Exception as error:
        raise StillUnhandled(event_id, why(error)) from error
