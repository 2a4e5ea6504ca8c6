"""What an operator can do with a read model: make it anew, switch to it, go back, throw it away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from casetrail_contracts.scalars import instant_text
from treatment.fault import Fault
from treatment.projections.positions import positions_of
from treatment.projections.projection import ReadModel
from treatment.projections.rebuild.beside import Beside, Build, Origin
from treatment.projections.rebuild.exchange import exchange_of
from treatment.projections.rebuild.feeding import PAGE, catch_up
from treatment.projections.rebuild.former import Former, former_of, newest_migration
from treatment.projections.rebuild.switching import switch
from treatment.projections.rebuild.tables import migrations_of
from treatment.store.database import Database
from treatment.store.log import EventLog


class NothingBeside(Fault):
    """There are no finished tables to switch to."""

    def __init__(self, projection: str) -> None:
        super().__init__(
            f"no finished rebuild of {projection} is there; "
            f"run `casetrail projections rebuild {projection}` first, to its end"
        )


class NoWayBack(Fault):
    """There are no former tables of use."""

    def __init__(self, projection: str, why: str) -> None:
        super().__init__(
            f"{projection} cannot go back: {why}; make it anew with `casetrail projections rebuild`"
        )


class NotTheOwner(Fault):
    """Tables are moved by their owner only."""

    def __init__(self) -> None:
        super().__init__(
            "the read models' tables belong to another user of the database; run this as their owner, "
            "with the addresses with which `casetrail store migrate` is run"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How much of the history the tables beside hold."""

    held: int
    stored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """The rebuild of one read model; used by one process at a time.

    Readers and the runner go on meanwhile, and wait for nothing but the moment of the switch.
    """

    read_url: str
    live: Database
    projection: ReadModel
    log: EventLog
    software: str
    now: Callable[[], datetime]
    beside: Beside
    page: int = PAGE
    """Events in one transaction."""

    def begin(self) -> bool:
        """Go on where an earlier run stopped, or begin; whether there was something to go on with.

        What another version began is thrown away: its rows may be others. Raises `NotTheOwner`.
        """
        require_owner(self.live)
        build = self.standing()
        if build is not None and build.origin == "store" and self._is_of_now(build):
            return True
        self.beside.begin(self._new("store"))
        return False

    def fill(self, *, stop: Callable[[], bool], told: Callable[[int], None] = lambda _: None) -> bool:
        """Bring the tables beside up to what is stored; False when `stop` came first."""
        whole = catch_up(
            self.beside.database,
            self.projection,
            self.log,
            self.now,
            stop=stop,
            told=told,
            page=self.page,
        )
        if whole:
            self.beside.finish()
        return whole

    def progress(self) -> Progress:
        """How far the tables beside are."""
        held = positions_of(self.beside.database, self.projection.name)
        return Progress(held=sum(held.values()), stored=sum(self.log.heads().values()))

    def switch(self) -> None:
        """Use the tables beside from now on. Raises `NothingBeside` or `NotTheOwner`."""
        require_owner(self.live)
        build = self.standing()
        if build is None or not build.ready or not self._is_of_now(build):
            raise NothingBeside(self.projection.name)
        # Most of what came since, while nobody waits.
        self.fill(stop=lambda: False)
        exchange = exchange_of(self.read_url, self.beside)
        switch(self.live, self.beside, build, self.projection, exchange, self.log, self.now)

    def back(self) -> None:
        """Use the former tables again, brought up to date; those in use become the former ones.

        Raises `NoWayBack`, or `NotTheOwner`.
        """
        require_owner(self.live)
        former = former_of(self.live, self.projection.name)
        if former is None:
            raise NoWayBack(self.projection.name, "no former tables are kept")
        if former.migration != newest_migration(self.live):
            raise NoWayBack(self.projection.name, "the tables were migrated since")
        self.beside.begin(self._new("former"))
        exchange_of(self.read_url, self.beside).restore(self.beside)
        self.fill(stop=lambda: False)
        self.switch()

    def standing(self) -> Build | None:
        """What stands beside. What was switched to already is thrown away first."""
        build = self.beside.build()
        former = self.former()
        if build is not None and former is not None and former.build == build.id:
            # The process that switched was killed before it could clean up.
            self.beside.discard()
            return None
        return build

    def former(self) -> Former | None:
        """The former tables, if any are kept."""
        return former_of(self.live, self.projection.name)

    def _new(self, origin: Origin) -> Build:
        begun_at = instant_text(self.now())
        return Build(id=str(uuid4()), origin=origin, software=self.software, begun_at=begun_at, ready=False)

    def _is_of_now(self, build: Build) -> bool:
        of_now = migrations_of(self.live) == migrations_of(self.beside.database)
        return build.software == self.software and of_now


def require_owner(live: Database) -> None:
    """Raise `NotTheOwner` unless this user of the database may make and move tables."""
    if not live.is_postgres:
        return
    with live.reading() as read:
        (row,) = read.run(
            "SELECT has_database_privilege(current_database(), 'CREATE') "
            "AND bool_and(pg_has_role(tableowner, 'USAGE')) AS may FROM pg_tables "
            "WHERE schemaname = current_schema()"
        )
    if not row["may"]:
        raise NotTheOwner
