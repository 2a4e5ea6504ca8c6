"""The event log: what the rest of the house relies on, whichever database keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from casetrail_contracts import Event
from casetrail_contracts.envelope import Envelope
from treatment.store.standing import Standing


class Draft(Protocol):
    """An envelope that still lacks what only the holder of the append lock can know."""

    def __call__(self, *, position: str, recordedtime: datetime, previoushash: str | None) -> Envelope:
        """The envelope in its place."""


class LostRace(Exception):
    """Another command was stored on this case, or under this command id, in between. Look again."""


# A named tuple is made in a third of the time of a frozen dataclass, and a rebuild makes one for each event.
class Row(NamedTuple):
    """One stored event."""

    row_id: int
    """Order of commit over all tenants of this database; increasing, not contiguous."""
    tenant: str
    position: int
    """Place in the tenant's history: from 1, without gaps."""
    event_id: str
    content: bytes
    """The exact bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """What is remembered of an accepted command. The fingerprint is an HMAC of its body."""

    command_id: str
    fingerprint: bytes
    case_id: str
    """The case, or the register."""
    first_version: int
    """One more than `last_version` when the command had nothing new to say."""
    last_version: int


@dataclass(frozen=True, slots=True)
class BrokerSeen:
    """What the relay last wrote down about the stream."""

    created: str
    last_event_id: str | None
    last_sequence: int
    noted_at: str
    number: int
    """Larger than that of each note before."""


class NotedByAnother(Exception):
    """Another relay wrote down since what the stream has: one that was thought to be dead, or its heir."""


@dataclass(frozen=True, slots=True)
class RelayLag:
    """What is stored and, by the relay's newest note, not on the stream yet."""

    events: int
    """Counted up to a million."""
    oldest: Event | None
    """The one that waits longest."""


class EventLog(Protocol):
    """What the rest of the house relies on; SQLite and PostgreSQL keep it alike."""

    def close(self) -> None:
        """Close all connections."""

    def append(
        self, tenant: str, drafts: Sequence[Draft], previous: str | None, command: CommandRecord
    ) -> list[Event]:
        """Store a command's events, all or none. Raises `LostRace`, or `StoreBehindBroker`."""

    def events_of(self, tenant: str, subject: str, after: int = 0) -> list[Event]:
        """What is stored of a case or of a register beyond a version, in order; none of another tenant's."""

    def command(self, command_id: str) -> CommandRecord | None:
        """The accepted command with this id."""

    def after(self, row_id: int, limit: int) -> list[Row]:
        """Rows with a larger row id, in order of commit."""

    def feed(self, tenant: str, after: int, limit: int, types: Sequence[str] = ()) -> list[Row]:
        """A tenant's rows beyond a position, optionally of some event types only."""

    def head(self, tenant: str) -> int:
        """The tenant's newest position; 0 before the first event."""

    def heads(self) -> dict[str, int]:
        """The newest position of each tenant that has events."""

    def find(self, event_id: str) -> Row | None:
        """The row of an event."""

    def last(self) -> Row | None:
        """The newest row in order of commit."""

    def issuer(self, tenant: str, proposed: str) -> str:
        """The tenant's issuer name: fixed at its first start, whatever is proposed later."""

    def note_broker(self, created: str, last_event_id: str | None, last_sequence: int, *, behind: int) -> int:
        """Write down what the relay saw of the stream, and return the number of the note.

        `behind` is the number of the newest note that the relay knows, 0 for none. Raises `NotedByAnother`
        when there is a newer one, and writes nothing.
        """

    def broker_seen(self) -> BrokerSeen | None:
        """What was written down last."""

    def relay_lag(self) -> RelayLag:
        """How far the relay is behind, as it noted last: some seconds old, and true of a dead relay too."""

    def standing(self) -> Standing:
        """How the store stands to the broker, as it was noted last."""

    def note_standing(self, standing: Standing, reason: str) -> None:
        """Write down how the store stands to the broker."""

    def require_together(self) -> None:
        """Raise `StoreBehindBroker` unless the store may be added to."""
