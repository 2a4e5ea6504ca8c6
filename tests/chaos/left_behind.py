"""What a rebuild that was killed leaves in use, before it is run again: old rows or new ones, whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.chaos import dumps
from tests.chaos.installation import TENANT, Installation
from tests.chaos.parts import REBUILT
from tests.chaos.record import stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The tables of the read model that was being made anew, at one moment."""

    when: str
    position: int
    """Up to here they say to hold the history."""
    tables: Mapping[str, tuple[str, ...]]


def left(installation: Installation, when: str) -> Left:
    """Look at what is in use now. Events may be applied meanwhile."""
    positions, tables = dumps.read_models_of(installation)
    ours = {name: rows for name, rows in tables.items() if f"{name}_".startswith(f"{REBUILT}_")}
    return Left(when=when, position=positions.get(f"{REBUILT} {TENANT}", 0), tables=ours)


def by_name(looks: Sequence[Left]) -> dict[str, tuple[str, ...]]:
    """The rows of each look, named so that they can stand beside those at the end of the run."""
    return {f"{name} {look.when}": rows for look in looks for name, rows in look.tables.items()}


def folded(
    installation: Installation, looks: Sequence[Left], contents: Sequence[bytes]
) -> dict[str, tuple[str, ...]]:
    """What they should be: made from nothing, from the history up to where each look was."""
    made: dict[str, tuple[str, ...]] = {}
    for look in looks:
        until_then = [content for content in contents if stored(content).position <= look.position]
        tables = dumps.folded(installation, until_then)
        made |= {f"{name} {look.when}": tables[name] for name in look.tables}
    return made
