"""The library's recorders over our event table: they read; rows are added by `stored_log` alone."""

from collections.abc import Sequence
from typing import Any, NoReturn

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

EVENTS_TABLE = "events"


class AppendElsewhere(TypeError):
    """`insert_events` would store events without position, link and command: use `StoredLog.append`."""


def _refuse() -> NoReturn:
    raise AppendElsewhere("events are stored by StoredLog.append, which gives them their place")


class SqliteRecorder(SQLiteApplicationRecorder):
    """Reads the event table in SQLite."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore, EVENTS_TABLE)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> NoReturn:
        """Refused: see `AppendElsewhere`."""
        _refuse()


class PostgresRecorder(PostgresApplicationRecorder):
    """Reads the event table in PostgreSQL."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore, events_table_name=EVENTS_TABLE)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> NoReturn:
        """Refused: see `AppendElsewhere`."""
        _refuse()
