"""Many commands, one transaction: whoever comes first stores what the others are waiting with.

A commit ends with a sync of the disk, which takes as long for one event as for a hundred. While one
commit runs, the commands that arrive wait together; when it ends, the first of them stores them all.
Those that it stored are answered without a turn of their own: a lock that each of them had to take
once more would let the next commit begin with whoever happened to be quickest, alone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event as Signal
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


@dataclass(slots=True, kw_only=True, eq=False)
class Append:
    """What one command wants stored: all of its events, or none."""

    tenant: str
    drafts: Sequence[Draft]
    previous: str | None
    """The hash of the event that comes before the first of these, None where they are the first."""
    command: CommandRecord
    outcome: Sequence[Event] | Exception | None = None
    """None until it is settled: the events as they were stored, or why they were not."""
    called: Signal = field(default_factory=Signal)
    """Set when it is settled, or when it is its caller's turn to store what waits."""

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
        self._lock = Lock()
        """Of the two below, never held during a commit."""
        self._waiting: deque[Append] = deque()
        self._storing = False

    @property
    def waiting(self) -> int:
        """How many appends nobody has taken along yet."""
        return len(self._waiting)

    def store(self, append: Append) -> list[Event]:
        """The stored events. Raises what the append was settled with, or `StoreBusy`."""
        with self._lock:
            its_turn = not self._storing
            self._storing = True
            if not its_turn:
                self._waiting.append(append)
        if its_turn or self._has_turn(append):
            self._store_with_others(append)
        return append.result()

    def _has_turn(self, append: Append) -> bool:
        """Wait until it is settled, which is no turn, or called to store. Gives up when time is out."""
        if not append.called.wait(self._turn_seconds):
            with self._lock:
                # It may have been taken along, or called, while the time ran out.
                if append in self._waiting:
                    self._waiting.remove(append)
        return append.called.is_set() and append.outcome is None

    def _store_with_others(self, append: Append) -> None:
        with self._lock:
            group = [append, *self._next(MOST_TOGETHER - 1)]
        try:
            self._commit(group)
        finally:
            for one in group:
                if one.outcome is None:
                    one.outcome = StoreBusy("the store was interrupted")
            with self._lock:
                turn = self._next(1)
                self._storing = bool(turn)
                # Under the lock: whose time is out at this moment still learns of its turn.
                for one in (*turn, *group):
                    one.called.set()

    def _next(self, most: int) -> list[Append]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), most))]
