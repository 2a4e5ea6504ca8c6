"""What is kept beside a read model's tables, looked at without changing anything."""

from dataclasses import dataclass
from typing import Literal

from treatment.projections.positions import positions_of
from treatment.projections.rebuild.work import Rebuild


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A rebuild that was begun, and the tables that were in use before."""

    rebuild: Literal["none", "unfinished", "ready"]
    held: int
    """Events that the rebuild holds."""
    former_since: str | None
    """When the former tables were put aside; None when none are kept."""


def look(rebuild: Rebuild) -> Kept:
    """May be asked by whoever may read, also while a rebuild runs."""
    former = rebuild.former()
    build = rebuild.beside.build()
    since = former.switched_at if former else None
    if build is None or (former is not None and former.build == build.id):
        return Kept(rebuild="none", held=0, former_since=since)
    held = sum(positions_of(rebuild.beside.database, rebuild.projection.name).values())
    return Kept(rebuild="ready" if build.ready else "unfinished", held=held, former_since=since)
