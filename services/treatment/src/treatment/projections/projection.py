"""What a read model is to the runner: a name, what it holds of a case, and what an event makes of that."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from treatment.projections.records import Case, Record
from treatment.store.database import Transaction

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection(Generic[S]):
    """A read model holds a state `S` of each case: the rows of that case."""

    name: str
    fold: Callable[[S | None, Record], S | None]
    """What is held of the event's case after it; None while that is nothing.

    It depends on nothing else and changes nothing: the state of before stays as it was. What it raises
    puts the event into quarantine.
    """
    load: Callable[[Transaction, Iterable[Record]], dict[Case, S]]
    """What is held of the cases of these events, as far as folding them needs it."""
    save: Callable[[Transaction, Mapping[Case, S], Mapping[Case, S]], None]
    """Write the rows in which the second differs from the first, which is what was loaded."""

    @property
    def durable(self) -> str:
        """The name of its consumer on the broker."""
        return f"projection-{self.name}"


ReadModel: TypeAlias = Projection[Any]
"""Any of them: the runner hands a read model back what it got from it."""


def apply_all(write: Transaction, projection: Projection[S], records: Iterable[Record]) -> None:
    """Bring the rows of the read model up to these events, which follow on what it holds.

    Moves no position. Raises what folding raises; then nothing was written.
    """
    given = tuple(records)
    before = projection.load(write, given)
    after = dict(before)
    for record in given:
        state = projection.fold(after.get(record.case), record)
        if state is not None:
            after[record.case] = state
    projection.save(write, before, after)
