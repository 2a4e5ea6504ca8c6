"""The service as one process: consumer, sender and HTTP on one event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI

from notifications.api import build_app
from notifications.api.auth import TokenVerifier
from notifications.channels import channels
from notifications.consumer import BrokerAddress, Consumer
from notifications.database import PostgresDatabase, SqliteDatabase, migrate, open_database, require_current
from notifications.directory import read_directory
from notifications.inbox import Inbox
from notifications.locks import hold_alone
from notifications.sender import Sender
from notifications.settings import Settings, secret
from notifications.tasks import Desk

_log = structlog.get_logger(__name__)


class WorkerEnded(RuntimeError):
    """A part of the process ended by itself: the whole process ends, to be started again."""


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises `SchemaBehind` or `SettingMissing`."""
    database = open_database(settings.database_address())
    if not database.is_postgres:
        migrate(database)
    require_current(database)
    server = uvicorn.Server(
        uvicorn.Config(
            _app(settings, database),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    server.run()
    database.close()


def _app(settings: Settings, database: SqliteDatabase | PostgresDatabase) -> FastAPI:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 (an argument for several parts)
    directory = read_directory(settings.directory_file, settings.default_channel)
    address = BrokerAddress(
        url=settings.text("nats_url"),
        user=settings.nats_user,
        password=secret(Path(settings.text("nats_password_file"))),
    )
    consumer = Consumer(address, Inbox(database, directory, settings.service_lead), now)
    ways = channels(database, settings.smtp_url, settings.smtp_from)
    sender = Sender(database, ways, settings.link_base, now)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        work = asyncio.create_task(_alone(settings, consumer, sender, stop))
        work.add_done_callback(_end_process_on_failure)
        yield
        stop.set()
        await asyncio.gather(work, return_exceptions=True)

    return build_app(
        Desk(database),
        TokenVerifier(Path(settings.text("jwks_file")), settings.text("oidc_issuer"), settings.oidc_audience),
        version=version("casetrail-notifications"),
        is_ready=consumer.is_connected,
        lifespan=lifespan,
    )


async def _alone(settings: Settings, consumer: Consumer, sender: Sender, stop: asyncio.Event) -> None:
    """Consume and send while no other process does: two would tell people twice, and stall each other."""
    async with hold_alone(settings.database_address(), stop), asyncio.TaskGroup() as workers:
        workers.create_task(consumer.run(stop))
        workers.create_task(sender.run(stop))


def _end_process_on_failure(work: "asyncio.Task[None]") -> None:
    if not work.cancelled() and work.exception() is not None:
        _log.critical("worker_ended", error=repr(work.exception()))
        raise SystemExit(1)
