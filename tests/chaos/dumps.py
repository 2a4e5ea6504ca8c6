"""What everything holds: store, stream, read models, the ledger of deliveries."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nats.js.api import AckPolicy, ConsumerConfig
from tests.chaos.installation import TENANT, Installation
from tests.chaos.record import Effects

import notifications.database
from casetrail_contracts import read
from casetrail_contracts.broker import ALL_SUBJECTS, STREAM
from notifications.rules import CareTeam, effects
from treatment.projections import PROJECTIONS
from treatment.projections.arrivals import Delivery
from treatment.projections.batch import apply_batch
from treatment.projections.schema import migrate
from treatment.store.database import Database, Transaction
from treatment.store.opening import open_database

BATCH = 200
LOOK_SECONDS = 10.0
NOT_ROWS = frozenset(
    {"projection_position", "projection_former", "quarantine", "schema_migration", "sqlite_sequence"}
)
LEAD = "service-lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far everything is."""

    stored: int
    heads: Mapping[str, int]
    """The newest position of each tenant."""
    positions: Mapping[str, int]
    """By read model and tenant, such as `caseload local`."""
    told: int
    """Events of which the notifications know."""
    waiting: int
    """Deliveries that are still to be made."""
    noted: int
    """The last sequence of the stream that the relay wrote down."""

    @property
    def lag(self) -> int:
        """How many events have not arrived somewhere."""
        behind = [
            self.heads[tenant] - self.positions.get(f"{projection.name} {tenant}", 0)
            for projection in PROJECTIONS
            for tenant in self.heads
        ]
        return max([*behind, self.stored - self.told, self.waiting, 0])


@contextmanager
def opened(installation: Installation, schema: str) -> Iterator[Database]:
    """A database, past the proxies."""
    database = open_database(installation.database_url, schema)
    try:
        yield database
    finally:
        database.close()


def rows(database: Database, statement: str) -> list[dict[str, Any]]:
    """What a query finds."""
    with database.reading() as reading:
        return reading.run(statement)


def told_rows(installation: Installation, statement: str) -> list[dict[str, Any]]:
    """What a query finds in the database of the notifications."""
    database = notifications.database.open_database(installation.database_url)
    try:
        return database.run(statement)
    finally:
        database.close()


def store(installation: Installation) -> tuple[bytes, ...]:
    """Every event, in the order of rows."""
    order = "rowid" if installation.kind == "sqlite" else "notification_id"
    with opened(installation, "store") as database:
        return tuple(
            bytes(row["state"]) for row in rows(database, f"SELECT state FROM events ORDER BY {order}")
        )


def stream(installation: Installation) -> tuple[bytes, ...]:
    """Every message, in order."""
    return asyncio.run(_stream(installation))


def stream_size(installation: Installation) -> int:
    """How many messages the stream has."""

    async def ask() -> int:
        async with installation.broker.connected("provisioner") as connection:
            return int((await connection.jetstream(timeout=5).stream_info(STREAM)).state.messages)

    return asyncio.run(ask())


async def _stream(installation: Installation) -> tuple[bytes, ...]:
    async with installation.broker.connected("provisioner") as connection:
        jetstream = connection.jetstream(timeout=5)
        size = (await jetstream.stream_info(STREAM)).state.messages
        # It is only looked at: nothing is acknowledged, and the consumer goes with the connection.
        looking = ConsumerConfig(ack_policy=AckPolicy.NONE, inactive_threshold=LOOK_SECONDS)
        subscription = await jetstream.pull_subscribe(ALL_SUBJECTS, stream=STREAM, config=looking)
        found: list[bytes] = []
        while len(found) < size:
            found += [one.data for one in await subscription.fetch(min(BATCH, size - len(found)), timeout=5)]
        return tuple(found)


def tables(installation: Installation) -> dict[str, tuple[str, ...]]:
    """The rows of every table of the read models."""
    with opened(installation, "read") as database:
        return _tables(database)


def read_models_of(installation: Installation) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """Positions, by read model and tenant, and the rows of every table, from one moment."""
    with opened(installation, "read") as database, database.reading() as read:
        if database.is_postgres:
            read.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = read.run("SELECT projection, tenant, position FROM projection_position")
        positions = {f"{row['projection']} {row['tenant']}": int(row["position"]) for row in found}
        return positions, _tables_in(read)


def folded(installation: Installation, contents: Sequence[bytes]) -> dict[str, tuple[str, ...]]:
    """The same tables, made from nothing by the same handlers, on the same kind of database."""
    other = _Elsewhere(installation)
    with other as url:
        database = open_database(url, "read")
        try:
            migrate(database)
            deliveries = [
                Delivery(key=str(number), subject="", content=one) for number, one in enumerate(contents)
            ]
            for projection in PROJECTIONS:
                for first in range(0, len(deliveries), BATCH):
                    apply_batch(database, projection, deliveries[first : first + BATCH], datetime.now(UTC))
            return _tables(database)
        finally:
            database.close()


def standing(installation: Installation) -> Standing:
    """How far everything is now."""
    with opened(installation, "store") as database:
        heads = rows(database, "SELECT tenant, max(position) AS head FROM events GROUP BY tenant")
        seen = rows(database, "SELECT last_sequence FROM broker_seen ORDER BY id DESC LIMIT 1")
    with opened(installation, "read") as database:
        positions = rows(database, "SELECT projection, tenant, position FROM projection_position")
    told = told_rows(installation, "SELECT tenant, count(*) AS found FROM inbox GROUP BY tenant")
    waiting = told_rows(
        installation, "SELECT count(*) AS found FROM delivery WHERE state IN ('pending', 'failing')"
    )
    return Standing(
        stored=sum(int(row["head"]) for row in heads),
        heads={row["tenant"]: int(row["head"]) for row in heads},
        positions={f"{row['projection']} {row['tenant']}": int(row["position"]) for row in positions},
        told=sum(int(row["found"]) for row in told if row["tenant"] in {one["tenant"] for one in heads}),
        waiting=int(waiting[0]["found"]),
        noted=int(seen[0]["last_sequence"]) if seen else 0,
    )


def quarantined(installation: Installation) -> frozenset[str]:
    """What any consumer could not handle."""
    with opened(installation, "read") as database:
        kept = {row["event_id"] for row in rows(database, "SELECT event_id FROM quarantine")}
    told = {row["message_id"] for row in told_rows(installation, "SELECT message_id FROM quarantine")}
    return frozenset(kept | told)


def told(installation: Installation, contents: Sequence[bytes]) -> Effects:
    """Who was to be told by the log, and who was; what quarantine itself tells is not counted."""
    team = CareTeam(therapist_id="therapist-1", supervisor_id="supervisor-1", team_id="team-east")
    expected = {effect.effect_id for content in contents for effect in effects(read(content), team, LEAD)}
    ledger = told_rows(installation, "SELECT delivery_id, state FROM delivery WHERE rule <> 'quarantine'")
    aside = {
        row["delivery_id"]
        for row in told_rows(installation, "SELECT delivery_id FROM delivery WHERE rule = 'quarantine'")
    }
    return Effects(
        expected=frozenset(expected),
        ledger={row["delivery_id"]: row["state"] for row in ledger},
        received=tuple(one for one in installation.mails.taken() if one not in aside),
    )


def of_tenant(contents: Sequence[bytes], tenant: str = TENANT) -> tuple[bytes, ...]:
    """The events of one tenant."""
    return tuple(content for content in contents if read(content).tenant == tenant)


class _Elsewhere:
    """An empty database of the same kind, for as long as the block runs."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def __enter__(self) -> str:
        url = self._installation.database_url
        if self._installation.kind == "sqlite":
            return f"{url}-again"
        self._installation.administer("CREATE DATABASE again")
        return url.rsplit("/", 1)[0] + "/again"

    def __exit__(self, *_: object) -> None:
        if self._installation.kind == "postgresql":
            self._installation.administer("DROP DATABASE again WITH (FORCE)")


def _tables(database: Database) -> dict[str, tuple[str, ...]]:
    with database.reading() as read:
        return _tables_in(read)


def _tables_in(read: Transaction) -> dict[str, tuple[str, ...]]:
    names = (
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'read'"
        if read.is_postgres
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    return {
        row["name"]: tuple(
            sorted(
                json.dumps(one, sort_keys=True, default=str)
                for one in read.run(f"SELECT * FROM {row['name']}")
            )
        )
        for row in read.run(names)
        if row["name"] not in NOT_ROWS
    }
