"""Looks on while commands run: follows the feed, and remembers heads, states and checkpoints."""

import hashlib
import threading
from contextlib import suppress

import httpx
from eventsourcing.persistence import PersistenceError
from tests.chaos import dumps
from tests.chaos.installation import Installation
from tests.chaos.parts import NOBODY
from tests.chaos.record import Checkpoint, stored
from tests.services.house import slices

from casetrail_contracts import read
from casetrail_contracts.identity import Role
from treatment.domain.folding import fold
from treatment.store.database import AWAY_ERRORS

LOOK_SECONDS = 0.4
PAGE = 500


class Observer:
    """One thread that looks around every now and then."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._rewound: set[str] = set()
        self._newest: dict[str, int] = {}
        self.followed: list[bytes] = []
        """The feed of the tenant, as a reader at its end got it."""
        self.heads: set[tuple[str, int, str]] = set()
        self.states: dict[tuple[str, int], str] = {}
        self.checkpoints: list[Checkpoint] = []

    def begin(self) -> None:
        """Look on in the background."""
        self._thread.start()

    def end(self) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join(30)
        assert not self._thread.is_alive(), "the observer did not end"

    def look_once_more(self) -> None:
        """Read what the feed has by now."""
        self._follow()

    def rewinds(self, name: str) -> None:
        """An operator moves this checkpoint back now."""
        self._rewound.add(name)

    def _look_on(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            with suppress(httpx.HTTPError):
                self._follow()
            # While the database is away there is nothing to see.
            with suppress(*AWAY_ERRORS, PersistenceError):
                self._look_at_checkpoints()

    def _follow(self) -> None:
        """Read on in the feed, as an integrator does."""
        after = stored(self.followed[-1]).position if self.followed else 0
        answer = httpx.get(
            f"{self._installation.api()}/v1/events",
            params={"after": str(after), "limit": PAGE},
            headers=self._installation.headers("integrator-1", Role.INTEGRATOR),
            timeout=5,
            verify=NOBODY,
        )
        if answer.status_code != httpx.codes.OK:
            return
        came = slices(answer.content)
        self.followed += came
        if came:
            newest = stored(came[-1])
            self.heads.add((newest.tenant, newest.position, newest.hash))
            self.states[newest.case, newest.sequence] = state_of(newest.case, tuple(self.followed))

    def _look_at_checkpoints(self) -> None:
        now = dumps.standing(self._installation)
        for name, place in {**now.positions, "relay": now.noted}.items():
            rewound = name in self._rewound and place < self._newest.get(name, 0)
            if rewound:
                self._rewound.discard(name)
            self._newest[name] = place
            self.checkpoints.append(Checkpoint(name, place, rewound))


def state_of(case: str, contents: tuple[bytes, ...]) -> str:
    """A digest of a case as these events make it."""
    events = [read(content) for content in contents if stored(content).case == case]
    return hashlib.sha256(repr(fold(case, events)).encode()).hexdigest()


def state_at(case: str, version: int, contents: tuple[bytes, ...]) -> str:
    """A digest of a case as it was at a version."""
    return state_of(case, tuple(one for one in contents if stored(one).sequence <= version))
