"""How far a read model is in each tenant's history: written with its rows, waited for by queries."""

import asyncio
from collections.abc import Iterable

from treatment.store.database import Database, Transaction

FIRST_POLL_SECONDS = 0.01
LONGEST_POLL_SECONDS = 0.05


def position_of(database: Database, projection: str, tenant: str) -> int:
    """The last position that the read model holds of this tenant; 0 before the first."""
    with database.reading() as read:
        rows = read.run(
            "SELECT position FROM projection_position WHERE projection = :projection AND tenant = :tenant",
            {"projection": projection, "tenant": tenant},
        )
    return int(rows[0]["position"]) if rows else 0


def positions_of(database: Database, projection: str) -> dict[str, int]:
    """The last position that the read model holds of each tenant."""
    with database.reading() as read:
        rows = read.run(
            "SELECT tenant, position FROM projection_position WHERE projection = :projection",
            {"projection": projection},
        )
    return {row["tenant"]: int(row["position"]) for row in rows}


async def wait_for(database: Database, projection: str, tenant: str, position: int, deadline: float) -> bool:
    """Wait until the read model holds `position`; False when the deadline, by the loop's clock, is first."""
    clock = asyncio.get_running_loop().time
    pause = FIRST_POLL_SECONDS
    while await asyncio.to_thread(position_of, database, projection, tenant) < position:
        if clock() + pause > deadline:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_POLL_SECONDS)
    return True


def lock_positions(
    write: Transaction, projection: str, tenants: Iterable[str], *, is_postgres: bool
) -> dict[str, int]:
    """The positions of these tenants; nobody else moves them until the transaction ends."""
    named = sorted(set(tenants))
    for tenant in named:
        write.run(
            "INSERT INTO projection_position (projection, tenant, position) "
            "VALUES (:projection, :tenant, 0) ON CONFLICT DO NOTHING",
            {"projection": projection, "tenant": tenant},
        )
    # SQLite's writer has the whole file to itself.
    lock = " FOR UPDATE" if is_postgres else ""
    rows = write.run(
        "SELECT tenant, position FROM projection_position WHERE projection = :projection "
        f"ORDER BY tenant{lock}",
        {"projection": projection},
    )
    return {row["tenant"]: int(row["position"]) for row in rows}


def move_position(write: Transaction, projection: str, tenant: str, position: int) -> None:
    """The read model now holds everything up to this position."""
    write.run(
        "UPDATE projection_position SET position = :position "
        "WHERE projection = :projection AND tenant = :tenant",
        {"projection": projection, "tenant": tenant, "position": position},
    )
