"""The cases that were used last, folded already, so that a command reads only what is newer."""

from collections import OrderedDict
from threading import Lock

from treatment.domain.case import Case

MOST_EVENTS = 20_000
"""Of all kept cases together: about two hundred courses, 40 MB."""


class KnownCases:
    """Keeps cases in memory, the most recently used ones. Safe to use from several threads.

    What is kept may be outdated: whoever asks compares it with the log. It holds what a case holds, codes
    and sealed texts, so that a destroyed key makes unreadable what is kept here too.
    """

    def __init__(self, most_events: int = MOST_EVENTS) -> None:
        self._most_events = most_events
        self._lock = Lock()
        # By case alone: who destroys keys does not know the tenant.
        self._cases: OrderedDict[str, tuple[str, Case]] = OrderedDict()
        self._events = 0

    def get(self, tenant: str, case_id: str) -> Case | None:
        """The case as it was kept last, if this tenant has it."""
        with self._lock:
            found = self._cases.get(case_id)
            if found is None or found[0] != tenant:
                return None
            self._cases.move_to_end(case_id)
            return found[1]

    def keep(self, tenant: str, case: Case) -> None:
        """Keep this state of a case instead of another one; the longest unused cases make room."""
        with self._lock:
            self._drop(case.case_id)
            self._cases[case.case_id] = tenant, case
            self._events += case.version
            while self._events > self._most_events:
                self._drop(next(iter(self._cases)))

    def forget(self, case_id: str) -> None:
        """Keep nothing of this case."""
        with self._lock:
            self._drop(case_id)

    def _drop(self, case_id: str) -> None:
        _, case = self._cases.pop(case_id, ("", None))
        self._events -= case.version if case is not None else 0
