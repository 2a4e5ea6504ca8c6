"""Commands on one case take turns: in one process they would only overtake each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

STRIPES = 512
"""Locks for all cases together: two cases share one now and then, which costs a wait and nothing else."""
TURN_SECONDS = 5.0


class Turns:
    """Lets one command after the other work on a case. Safe to use from several threads.

    Nothing depends on it but speed: other processes have turns of their own, and the append compares.
    """

    def __init__(self) -> None:
        self._locks = tuple(Lock() for _ in range(STRIPES))

    @contextmanager
    def on(self, case_id: str | None) -> Iterator[None]:
        """The turn of a command on this case, or no turn at all when it does not come in time."""
        lock = self._locks[hash(case_id) % STRIPES]
        taken = case_id is not None and lock.acquire(timeout=TURN_SECONDS)
        try:
            yield
        finally:
            if taken:
                lock.release()
