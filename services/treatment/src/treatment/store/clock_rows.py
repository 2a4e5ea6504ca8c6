"""The rows of the policy clock: when each case is looked at next. They are added, never changed."""

from dataclasses import dataclass
from datetime import datetime

from casetrail_contracts.scalars import instant_text
from treatment.store.database import Row
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase

_NEWEST = (
    "NOT EXISTS (SELECT 1 FROM clock_plan AS later WHERE later.tenant = one.tenant "
    "AND later.case_id = one.case_id AND later.id > one.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """A case as the clock saw it last."""

    tenant: str
    case_id: str
    version: int
    row_id: int
    """The event log's row that made this version."""
    rules: str
    """The digest of everything by which the time was found: other rules may find another one."""
    due_at: str | None
    """When something will be overdue, if nothing happens until then, in UTC; None: never."""


class ClockRows:
    """Keeps the rows on either database."""

    def __init__(self, database: SqliteDatabase | PostgresDatabase) -> None:
        self._database = database

    def add(self, row: ClockRow) -> None:
        """Remember when a case is due, instead of what was remembered of it before."""
        with self._database.writing() as write:
            write.run(
                "INSERT INTO clock_plan (tenant, case_id, version, row_id, rules, due_at) "
                "VALUES (:tenant, :case_id, :version, :row_id, :rules, :due_at)",
                {
                    "tenant": row.tenant,
                    "case_id": row.case_id,
                    "version": row.version,
                    "row_id": row.row_id,
                    "rules": row.rules,
                    "due_at": row.due_at,
                },
            )

    def seen(self) -> int:
        """The newest row of the event log that the clock has looked at; 0 before the first."""
        with self._database.reading() as read:
            return int(read.run("SELECT coalesce(max(row_id), 0) AS seen FROM clock_plan")[0]["seen"])

    def due(self, now: datetime, limit: int) -> list[ClockRow]:
        """The newest rows of cases that are overdue, the longest overdue first."""
        with self._database.reading() as read:
            rows = read.run(
                f"SELECT * FROM clock_plan AS one WHERE due_at <= :now AND {_NEWEST} "
                "ORDER BY due_at LIMIT :limit",
                {"now": instant_text(now), "limit": limit},
            )
        return [_row(row) for row in rows]

    def planned_otherwise(self, rules: str, limit: int) -> list[ClockRow]:
        """The newest rows of cases whose time was found by other rules than these."""
        with self._database.reading() as read:
            rows = read.run(
                f"SELECT * FROM clock_plan AS one WHERE rules <> :rules AND {_NEWEST} "
                "ORDER BY id LIMIT :limit",
                {"rules": rules, "limit": limit},
            )
        return [_row(row) for row in rows]


def _row(row: Row) -> ClockRow:
    return ClockRow(
        tenant=row["tenant"],
        case_id=row["case_id"],
        version=row["version"],
        row_id=row["row_id"],
        rules=row["rules"],
        due_at=row["due_at"],
    )
