"""The read models and the store that they are made from: all that an operator's commands need."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from treatment.assembly.log import open_log
from treatment.fault import Fault
from treatment.projections import PROJECTIONS
from treatment.projections.projection import ReadModel
from treatment.projections.rebuild.beside import Beside
from treatment.projections.rebuild.work import Rebuild
from treatment.projections.schema import SCHEMA, require_current
from treatment.settings import Settings
from treatment.store.database import AWAY_ERRORS, Database
from treatment.store.locks import WorkerLock, worker_lock
from treatment.store.log import EventLog
from treatment.store.opening import open_database


class NoSuchReadModel(Fault):
    """The name is not that of a read model."""

    def __init__(self, name: str) -> None:
        known = ", ".join(projection.name for projection in PROJECTIONS)
        super().__init__(f"there is no read model {name}; the read models are {known}")


def named(name: str) -> ReadModel:
    """The read model of that name. Raises `NoSuchReadModel`."""
    for projection in PROJECTIONS:
        if projection.name == name:
            return projection
    raise NoSuchReadModel(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadModels:
    """An open read database, and the store."""

    url: str
    live: Database
    log: EventLog
    software: str

    def rebuild(self, projection: ReadModel) -> Rebuild:
        """The rebuild of one of them. Only who holds `lock_of` may change anything with it."""
        return Rebuild(
            read_url=self.url,
            live=self.live,
            projection=projection,
            log=self.log,
            software=self.software,
            now=lambda: datetime.now(UTC),
            beside=Beside(self.url, projection.name),
        )

    def lock_of(self, projection: ReadModel) -> WorkerLock:
        """Held by whoever works on what stands beside a read model."""
        return worker_lock(self.url, f"rebuild-{projection.name}")


@contextmanager
def opened(settings: Settings, software: str) -> Iterator[ReadModels]:
    """Open both, and close them. Raises a `Fault` when one is away, or lacks migrations."""
    with opened_read_database(settings) as live:
        log = open_log(settings)
        try:
            yield ReadModels(url=settings.address("read_database_url"), live=live, log=log, software=software)
        finally:
            log.close()


@contextmanager
def opened_read_database(settings: Settings) -> Iterator[Database]:
    """Open the read database alone, and close it. Raises a `Fault` when it is away, or lacks migrations."""
    live = open_database(settings.address("read_database_url"), SCHEMA)
    try:
        require_current(live)
        yield live
    except AWAY_ERRORS as error:
        raise Fault(
            f"a database is away or busy ({type(error).__name__}); what was begun stays as it was. "
            "See that it runs, then run the command again"
        ) from error
    finally:
        live.close()
