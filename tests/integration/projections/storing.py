"""A store and a read database side by side, and histories in it as its append would have put them there."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.builders import TENANT, History, because, case_id, flagged, goals_set, opened, scored, session
from tests.integration.projections.feeding import NOW, everything_in

from casetrail_contracts import Event
from treatment.projections import caseload
from treatment.projections.projection import ReadModel
from treatment.projections.rebuild.beside import Beside
from treatment.projections.rebuild.work import Rebuild
from treatment.projections.schema import migrate
from treatment.store.append_state import subject_key
from treatment.store.database import Database
from treatment.store.migrations import migrate as migrate_store
from treatment.store.opening import open_database
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase
from treatment.store.stored_log import StoredLog

SOFTWARE = "0.1.0"


@dataclass(frozen=True)
class Place:
    """One database of each kind, at one address."""

    url: str
    events: SqliteDatabase | PostgresDatabase
    live: Database
    log: StoredLog

    def store(self, events: Iterable[Event]) -> None:
        """Add the events in this order."""
        with self.events.writing() as write:
            write.run_many(
                "INSERT INTO events (originator_id, originator_version, topic, state, tenant, position) "
                "VALUES (:case_id, :version, :topic, :state, :tenant, :position)",
                [
                    {
                        "case_id": subject_key(self.events, event.envelope.subject),
                        "version": event.sequence,
                        "topic": event.envelope.type,
                        "state": event.bytes,
                        "tenant": event.tenant,
                        "position": event.position,
                    }
                    for event in events
                ],
            )

    def rebuild(self, projection: ReadModel = caseload.PROJECTION) -> Rebuild:
        """The rebuild of a read model, by small pages."""
        return Rebuild(
            read_url=self.url,
            live=self.live,
            projection=projection,
            log=self.log,
            software=SOFTWARE,
            now=lambda: NOW,
            beside=Beside(self.url, projection.name),
            page=7,
        )

    def made_anew(self, projection: ReadModel = caseload.PROJECTION) -> Rebuild:
        """A rebuild that is finished, and not switched to."""
        rebuild = self.rebuild(projection)
        rebuild.begin()
        assert rebuild.fill(stop=lambda: False)
        return rebuild

    def rows(self) -> dict[str, list[str]]:
        """All rows that are in use: those of former tables are not."""
        found = everything_in(self.live)
        return {table: [row for row in rows if "@former" not in row] for table, rows in found.items()}


def open_place(url: str) -> Place:
    """Migrated, and empty."""
    events, live = open_database(url, "store"), open_database(url, "read")
    migrate_store(events, "store")
    migrate(live)
    return Place(url, events, live, StoredLog(events))


def mixed(count: int, tenant: str = TENANT, first_case: int = 0) -> History:
    """Events of five cases, of several kinds, mixed."""
    history = History(tenant)
    for number in range(count):
        case = case_id(first_case + number % 5)
        match number if number < 5 else 5 + number % 11 % 5:
            case 0 | 1 | 2 | 3 | 4:
                history.add(case, opened(f"therapist-{number}"))
            case 5:
                history.add(case, session(f"s-{number}"))
            case 6:
                history.add(case, scored(f"a-{number}", number % 60))
            case 7:
                history.add(case, flagged(number % 3, history.events[-1].envelope.id))
            case 8:
                history.add(case, goals_set([f"g-{number}"], because()))
            case _:
                history.add_unknown(case)
    return history
