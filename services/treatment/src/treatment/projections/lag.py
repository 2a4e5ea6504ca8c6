"""How far a read model is behind the store, whether it catches up, and when: as numbers and a sentence."""

from dataclasses import dataclass

from treatment.projections.positions import positions_of
from treatment.store.database import Database
from treatment.store.log import EventLog

SLOWEST = 0.05
"""Events a second; less is no movement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a read model holds at one moment."""

    at: float
    """In seconds, by any clock that only goes forward."""
    behind: int
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How a read model stands. `slope` and `seconds_left` are told only while it is behind."""

    projection: str
    behind: int
    """Events that are stored and not yet in the read model."""
    stored: int
    slope: float | None
    """By how many events a second `behind` changes: below zero it catches up."""
    seconds_left: float | None
    """Until it has caught up, if it goes on like this; None when it does not."""


def held(database: Database, log: EventLog, projection: str, at: float) -> Held:
    """What the read model holds of all tenants together."""
    positions = positions_of(database, projection)
    heads = log.heads()
    behind = sum(max(0, head - positions.get(tenant, 0)) for tenant, head in heads.items())
    return Held(at=at, behind=behind, stored=sum(heads.values()))


def lag(projection: str, before: Held, after: Held) -> Lag:
    """What two looks say."""
    if after.behind == 0:
        return Lag(projection=projection, behind=0, stored=after.stored, slope=None, seconds_left=None)
    slope = (after.behind - before.behind) / (after.at - before.at)
    left = after.behind / -slope if slope < -SLOWEST else None
    return Lag(
        projection=projection, behind=after.behind, stored=after.stored, slope=slope, seconds_left=left
    )


def sentence(lag: Lag) -> str:
    """The same for a person, with what to do where something must be done."""
    if lag.slope is None:
        return f"{lag.projection} is up to date: it holds all {_events(lag.stored)}."
    behind = f"{lag.projection} is {_events(lag.behind)} behind"
    if lag.seconds_left is not None:
        return (
            f"{behind} and catches up by {-lag.slope:,.1f} a second: done in about {_time(lag.seconds_left)}."
        )
    if lag.slope > SLOWEST:
        return (
            f"{behind}, and {lag.slope:,.1f} more every second: more is stored than it applies. "
            "Look at the load of its database, or make it anew with `casetrail projections rebuild`."
        )
    return (
        f"{behind} and stands still: see that the relay and the projector run, and what their logs say; "
        "if the log says `hole`, make it anew with `casetrail projections rebuild`."
    )


def _events(count: int) -> str:
    return f"{count:,} event" if count == 1 else f"{count:,} events"


def _time(seconds: float) -> str:
    if seconds < 90:  # noqa: PLR2004 (up to a minute and a half in seconds, then in minutes, then in hours)
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"  # noqa: PLR2004
