"""Hands events to read models as the broker would, without one."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tests.builders import TENANT, case_id

from casetrail_contracts.broker import SUBJECT_ROOT
from treatment.projections import PROJECTIONS
from treatment.projections.arrivals import Delivery
from treatment.projections.batch import Outcome, apply_batch
from treatment.projections.projection import ReadModel
from treatment.store.database import Database

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
TABLES = (
    "projection_position",
    "quarantine",
    "caseload",
    "case_summary",
    "case_summary_entry",
)


def deliveries(contents: Sequence[bytes]) -> list[Delivery]:
    """Messages that carry these bytes."""
    subject = f"{SUBJECT_ROOT}.{TENANT}.{case_id(1)}.case"
    return [
        Delivery(key=f"message-{number}", subject=subject, content=content)
        for number, content in enumerate(contents, start=1)
    ]


def feed(database: Database, projection: ReadModel, contents: Sequence[bytes]) -> Outcome:
    """One batch into one read model."""
    return apply_batch(database, projection, deliveries(contents), NOW)


def feed_all(database: Database, contents: Sequence[bytes]) -> None:
    """One batch into every read model."""
    for projection in PROJECTIONS:
        feed(database, projection, contents)


def everything_in(database: Database) -> dict[str, list[str]]:
    """All rows of all read models."""
    with database.reading() as read:
        return {
            table: sorted(str(sorted(row.items())) for row in read.run(f"SELECT * FROM {table}"))
            for table in TABLES
        }
