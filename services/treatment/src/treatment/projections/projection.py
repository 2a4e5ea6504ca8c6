"""What a read model is to the runner: a name, and what it does with one event."""

from collections.abc import Callable
from dataclasses import dataclass

from casetrail_contracts import Event
from treatment.store.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """`apply` changes rows inside the given transaction and does nothing else: it may run again."""

    name: str
    apply: Callable[[Transaction, Event], None]

    @property
    def durable(self) -> str:
        """The name of its consumer on the broker."""
        return f"projection-{self.name}"
