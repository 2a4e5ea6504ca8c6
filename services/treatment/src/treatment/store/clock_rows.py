"""The rows of the policy clock: when each case is looked at next. They are added, never changed."""

from dataclasses import dataclass
from datetime import datetime

from casetrail_contracts.scalars import instant_text
from treatment.store.database import PostgresDatabase, SqliteDatabase


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """A case as the clock saw it last."""

    tenant: str
    case_id: str
    version: int
    row_id: int
    """The event log's row that made this version."""
    due_at: datetime | None
    """When something will be overdue, if nothing happens until then; None: never."""


class ClockRows:
    """Keeps the rows on either database."""

    def __init__(self, database: SqliteDatabase | PostgresDatabase) -> None:
        self._database = database

    def add(self, row: ClockRow) -> None:
        """Remember when a case is due. The same version again changes nothing."""
        with self._database.writing() as write:
            write.run(
                "INSERT INTO clock_row (tenant, case_id, version, row_id, due_at) "
                "VALUES (:tenant, :case_id, :version, :row_id, :due_at) ON CONFLICT DO NOTHING",
                {
                    "tenant": row.tenant,
                    "case_id": row.case_id,
                    "version": row.version,
                    "row_id": row.row_id,
                    "due_at": instant_text(row.due_at) if row.due_at is not None else None,
                },
            )

    def seen(self) -> int:
        """The newest row of the event log that the clock has looked at; 0 before the first."""
        with self._database.reading() as read:
            return int(read.run("SELECT coalesce(max(row_id), 0) AS seen FROM clock_row")[0]["seen"])

    def due(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """Tenant and case of those whose newest version is overdue, the longest overdue first."""
        with self._database.reading() as read:
            rows = read.run(
                "SELECT tenant, case_id FROM clock_row AS one WHERE due_at <= :now AND NOT EXISTS ("
                "SELECT 1 FROM clock_row AS later WHERE later.tenant = one.tenant "
                "AND later.case_id = one.case_id AND later.version > one.version) "
                "ORDER BY due_at LIMIT :limit",
                {"now": instant_text(now), "limit": limit},
            )
        return [(row["tenant"], row["case_id"]) for row in rows]
