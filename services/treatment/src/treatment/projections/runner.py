"""Feeds the read models from the stream: one worker each, in order, for as long as it takes."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from treatment.broker_address import NatsOptions
from treatment.projections import PROJECTIONS
from treatment.projections.consumer import Consumer
from treatment.projections.projection import ReadModel
from treatment.projections.schema import SCHEMA, require_current
from treatment.store.locks import alone, worker_lock
from treatment.store.opening import open_database


async def run(
    read_url: str,
    nats_options: NatsOptions,
    *,
    stop: asyncio.Event,
    projections: Sequence[ReadModel] = PROJECTIONS,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Keep these read models up to date until `stop` is set, each by one process at a time.

    `on_ready` is called once all of them follow the stream. Raises `SchemaBehind` when the read
    database was not migrated.
    """
    database = open_database(read_url, SCHEMA)
    try:
        require_current(database)
        following: set[str] = set()

        def follows(name: str) -> None:
            following.add(name)
            if len(following) == len(projections):
                on_ready()

        async with asyncio.TaskGroup() as workers:
            for projection in projections:
                consumer = Consumer(
                    projection, database, nats_options, now, partial(follows, projection.name)
                )
                lock = worker_lock(read_url, projection.durable)
                workers.create_task(alone(lock, consumer.work, stop=stop))
    finally:
        database.close()
