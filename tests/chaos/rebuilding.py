"""A rebuild in small: the mistakes that can be made in one, as the record that they leave behind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.chaos.record import Checkpoint, Effects, Record

LOG = ("opened", "scored", "flagged")
EFFECT = "flagged"


@dataclass
class SmallModel:
    """A read model of a log of three events, an effect of the third, and a rebuild of it in two steps."""

    fires_again: bool = False
    """Mistake: the rebuild does not know that it is one."""
    switches_in_steps: bool = False
    """Mistake: rows and position change in two transactions, and the process dies in between."""
    rows: list[str] = field(default_factory=list)
    position: int = 0
    received: list[str] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)

    def follow(self) -> None:
        """Apply the log as it comes."""
        for event in LOG:
            self._apply(event, self.rows, rebuilding=False)
            self._move(self.position + 1)

    def rebuild(self) -> None:
        """Make the rows anew beside the old ones, and switch."""
        beside: list[str] = []
        for event in LOG[: 2 if self.switches_in_steps else None]:
            self._apply(event, beside, rebuilding=True)
        self.rows = beside
        if not self.switches_in_steps:
            self._move(len(beside))

    def record(self) -> Record:
        """What is seen of it afterwards."""
        return Record(
            read_models={"model": tuple(self.rows)},
            folded={"model": LOG[: self.position]},
            # The other side keeps each delivery apart: one that it was never to get is a new one.
            effects=Effects(
                expected=frozenset({EFFECT}), ledger={EFFECT: "delivered"}, received=tuple(self.received)
            ),
            checkpoints=tuple(self.checkpoints),
        )

    def _apply(self, event: str, rows: list[str], *, rebuilding: bool) -> None:
        rows.append(event)
        if event == EFFECT and (not rebuilding or self.fires_again):
            self.received.append(f"{event} again" if rebuilding else event)

    def _move(self, position: int) -> None:
        self.position = position
        self.checkpoints.append(Checkpoint("model", position))


MISTAKES: Mapping[str, tuple[Callable[[], SmallModel], str]] = {
    "effect fired on rebuild": (lambda: SmallModel(fires_again=True), "I7"),
    "switch that is not atomic": (lambda: SmallModel(switches_in_steps=True), "I6"),
}
"""And the invariant that must speak."""
