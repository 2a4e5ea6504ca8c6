"""An event log in memory: what the relay reads and writes, without a database."""

from collections.abc import Sequence
from threading import Lock

from casetrail_contracts import Event
from treatment.store.log import BrokerSeen, NotedByAnother, Row
from treatment.store.standing import Standing


class MemoryLog:
    """Keeps rows in commit order. Row ids have gaps, as PostgreSQL's have."""

    def __init__(self, events: Sequence[Event] = ()) -> None:
        self._lock = Lock()
        self._rows: list[Row] = []
        self.notes: list[BrokerSeen] = []
        self.standings: list[tuple[Standing, str]] = []
        self.add(events)

    def add(self, events: Sequence[Event]) -> None:
        """Store events in this order."""
        with self._lock:
            for event in events:
                row_id = (self._rows[-1].row_id if self._rows else 0) + 2
                self._rows.append(Row(row_id, event.tenant, event.position, event.envelope.id, event.bytes))

    def after(self, row_id: int, limit: int) -> list[Row]:
        """Rows with a larger row id."""
        with self._lock:
            start = row_id // 2
            return self._rows[start : start + limit]

    def find(self, event_id: str) -> Row | None:
        """The row of an event."""
        with self._lock:
            return next((row for row in self._rows if row.event_id == event_id), None)

    def note_broker(self, created: str, last_event_id: str | None, last_sequence: int, *, behind: int) -> int:
        """Remember a note; its time does not matter here."""
        if behind != len(self.notes):
            raise NotedByAnother
        noted_at, number = "2026-03-02T09:00:00.000000Z", behind + 1
        self.notes.append(BrokerSeen(created, last_event_id, last_sequence, noted_at, number))
        return number

    def broker_seen(self) -> BrokerSeen | None:
        """The newest note."""
        return self.notes[-1] if self.notes else None

    def standing(self) -> Standing:
        """The newest standing."""
        return self.standings[-1][0] if self.standings else Standing.TOGETHER

    def note_standing(self, standing: Standing, reason: str) -> None:
        """Remember a standing."""
        self.standings.append((standing, reason))
