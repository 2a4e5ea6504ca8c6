"""How the store stands to the broker: while it lacks what the broker has, nothing may be added to it.

What was added meanwhile would take the places of events that readers have already, and they could never be
taken back. So the append looks at the newest row here, under its lock.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Standing(StrEnum):
    """What whoever compared the two last found."""

    TOGETHER = "together"
    """The store has everything that the stream has."""
    BEHIND = "behind"
    """The stream ends with something that the store does not have, or has with other bytes."""
    RESTORED = "restored"
    """The store was restored from a backup, and not compared with the stream since."""


class StoreBehindBroker(Exception):
    """Nothing may be added to the store until it has what the broker has. Nothing was stored."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(_WHY[standing])
        self.standing = standing


NEWEST_STANDING = "(SELECT standing FROM broker_standing ORDER BY id DESC LIMIT 1)"
"""As a part of a statement: null where nobody has compared them."""


def standing_of(noted: str | None) -> Standing:
    """The standing that a row says; a store that was never compared is taken as it is."""
    return Standing(noted) if noted is not None else Standing.TOGETHER


def require_together(row: Mapping[str, Any]) -> None:
    """Raise `StoreBehindBroker` unless the row's `standing` lets the store be added to."""
    standing = standing_of(row["standing"])
    if standing is not Standing.TOGETHER:
        raise StoreBehindBroker(standing)


_WHY = {
    Standing.TOGETHER: "the store has what the broker has",
    Standing.BEHIND: "the broker has events that the store has lost",
    Standing.RESTORED: "the store was restored, and the relay has not compared it with the broker yet",
}
