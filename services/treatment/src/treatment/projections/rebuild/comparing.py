"""Compares the tables in use with those beside, or with the former ones, whatever arrives meanwhile."""

from dataclasses import dataclass
from typing import Literal

from treatment.fault import Fault
from treatment.projections.positions import positions_of
from treatment.projections.quarantine import quarantined
from treatment.projections.rebuild.beside import file_of
from treatment.projections.rebuild.differences import Difference, Side, differences, moved_on
from treatment.projections.rebuild.exchange import exchange_of
from treatment.projections.rebuild.former import former_name
from treatment.projections.rebuild.work import Rebuild
from treatment.store.opening import open_database


class NothingToCompare(Fault):
    """There are no other tables, or they are not finished."""

    def __init__(self, projection: str, why: str) -> None:
        super().__init__(f"{why}; run `casetrail projections rebuild {projection}` first, to its end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the tables in use and the others differ."""

    projection: str
    other: Literal["rebuild", "former"]
    differences: tuple[Difference, ...]
    left_out: int
    """Cases that have events which only one of the two holds: they say nothing."""
    quarantined_in_use: int
    quarantined_other: int


def compare(rebuild: Rebuild) -> Comparison:
    """With the rebuild, brought up to date, or else with the former tables. Raises `NothingToCompare`."""
    name = rebuild.projection.name
    build = rebuild.standing()
    if build is not None and not build.ready:
        raise NothingToCompare(name, f"the rebuild of {name} is not finished")
    if build is not None:
        rebuild.fill(stop=lambda: False)
        return _compared(rebuild, Side(database=rebuild.beside.database), "rebuild", name)
    if rebuild.former() is None:
        raise NothingToCompare(name, f"there are no other tables of {name}")
    prefix = exchange_of(rebuild.read_url, rebuild.beside).former
    if file_of(rebuild.read_url, "") is not None:
        return _compared(rebuild, Side(database=rebuild.live, prefix=prefix), "former", former_name(name))
    former = open_database(rebuild.read_url, prefix.removesuffix("."))
    try:
        return _compared(rebuild, Side(database=former), "former", former_name(name))
    finally:
        former.close()


def _compared(
    rebuild: Rebuild, other: Side, which: Literal["rebuild", "former"], positions_name: str
) -> Comparison:
    name = rebuild.projection.name
    keeper = rebuild.beside.database if which == "rebuild" else rebuild.live
    reached, before = positions_of(keeper, positions_name), positions_of(rebuild.live, name)
    found = differences(rebuild.live, other, name)
    after = positions_of(rebuild.live, name)
    tenants = reached.keys() | after.keys()
    low = {one: min(reached.get(one, 0), before.get(one, 0)) for one in tenants}
    high = {one: max(reached.get(one, 0), after.get(one, 0)) for one in tenants}
    moved = moved_on(rebuild.log, low, high)
    return Comparison(
        projection=name,
        other=which,
        differences=tuple(one for one in found if (one.tenant, one.case_id) not in moved),
        left_out=len(moved),
        quarantined_in_use=len(quarantined(rebuild.live, name)),
        quarantined_other=len(quarantined(keeper, positions_name)),
    )
