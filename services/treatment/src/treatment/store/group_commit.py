"""Many commands, one transaction: whoever comes first stores what the others are waiting with.

A commit ends with a sync of the disk, which takes as long for one event as for a hundred. While one
commit runs, the commands that arrive wait together; the first of them to get its turn stores them all.
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from eventsourcing.persistence import OperationalError

from casetrail_contracts import Event
from treatment.store.log import CommandRecord, Draft

MOST_TOGETHER = 256
"""Commands of one transaction: a few hundred kilobytes, and a few milliseconds for those who wait."""
TURN_SECONDS = 8.0
"""How long a command waits for its turn; a commit ends by then, with an answer or without one."""


class StoreBusy(OperationalError):
    """A command did not get its turn in time. Whether it was stored is not known: it may be sent again."""


@dataclass(slots=True, kw_only=True)
class Append:
    """What one command wants stored: all of its events, or none."""

    tenant: str
    drafts: Sequence[Draft]
    previous: str | None
    """The hash of the event that comes before the first of these, None where they are the first."""
    command: CommandRecord
    outcome: Sequence[Event] | Exception | None = None
    """None until it is settled: the events as they were stored, or why they were not."""

    def result(self) -> list[Event]:
        """The stored events. Raises why there are none."""
        match self.outcome:
            case None:
                raise StoreBusy("the store was busy")
            case Exception() as refused:
                raise refused
            case events:
                return list(events)


class GroupCommit:
    """Lets one caller at a time store everything that waits. Safe to use from several threads."""

    def __init__(
        self, commit: Callable[[Sequence[Append]], None], turn_seconds: float = TURN_SECONDS
    ) -> None:
        """`commit` settles each append that it is given, and raises nothing."""
        self._commit = commit
        self._turn_seconds = turn_seconds
        self._waiting: deque[Append] = deque()
        self._turn = Lock()

    @property
    def waiting(self) -> int:
        """How many appends nobody has taken along yet."""
        return len(self._waiting)

    def store(self, append: Append) -> list[Event]:
        """The stored events. Raises what the append was settled with, or `StoreBusy`."""
        self._waiting.append(append)
        if not self._turn.acquire(timeout=self._turn_seconds):
            # Another caller may have taken it along already: then nobody knows yet.
            with suppress(ValueError):
                self._waiting.remove(append)
            return append.result()
        try:
            while append.outcome is None:
                self._commit(self._next())
        finally:
            self._turn.release()
        return append.result()

    def _next(self) -> list[Append]:
        together = min(len(self._waiting), MOST_TOGETHER)
        return [self._waiting.popleft() for _ in range(together)]
