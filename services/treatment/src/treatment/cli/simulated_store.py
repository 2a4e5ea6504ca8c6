"""Drawn courses into the store of a data folder, which nobody else uses meanwhile."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.progress import track

from casetrail_contracts import read
from treatment.assembly.commands import open_application
from treatment.definitions.installed import Installed
from treatment.embedded.folder import DataFolder, locked
from treatment.fault import Fault
from treatment.settings import Settings
from treatment.simulator.course import ended_at
from treatment.simulator.draw import Cohort
from treatment.simulator.drawn import DrawnCourse
from treatment.simulator.run import SOFTWARE, Narrator, Told, simulated_application
from treatment.store.case_store import CaseStore

LATEST_ENTRY = timedelta(days=30)
"""After the last appointment nothing is entered later than this."""
ROWS_AT_ONCE = 5_000
FIRST = f"-{1:010d}"
"""How the id of the first event of a case ends."""


def tell_all(
    courses: Sequence[DrawnCourse], cohort: Cohort, sha256: str, installed: Installed, tenant: str, data: Path
) -> list[Told]:
    """Tell each course to the store of the data folder, with a progress bar on standard error.

    Raises `FolderInUse` while something else runs on the folder, and a `Fault` for a future course or where
    the folder holds cases that are not simulated.
    """
    if max(map(ended_at, courses)) + LATEST_ENTRY > datetime.now(UTC):
        raise Fault("some courses would end in the future; choose an earlier --first-day")
    folder = DataFolder(data.absolute())
    settings, software = folder.store_settings(), version("casetrail-treatment")
    with locked(folder), _store(settings, software, installed) as store:
        _check_that_all_are_simulated(store, folder)

        @cache
        def issuer(name: str) -> str:
            return store.log.issuer(name, settings.text("issuer"))

        application, time = simulated_application(store, installed, issuer, software)
        narrator = Narrator(
            application=application,
            time=time,
            installed=installed,
            cohort=cohort,
            sha256=sha256,
            tenant=tenant,
        )
        console = Console(file=sys.stderr)
        return [narrator.tell(course) for course in track(courses, "simulating", console=console)]


def _check_that_all_are_simulated(store: CaseStore, folder: DataFolder) -> None:
    """Invented patients do not stand among real ones, nor page the people who look after those."""
    after = 0
    while rows := store.log.after(after, ROWS_AT_ONCE):
        after = rows[-1].row_id
        for row in rows:
            if not row.event_id.endswith(FIRST):
                continue
            event = read(row.content)
            if event.collection == "cases" and event.envelope.authclient != SOFTWARE:
                raise Fault(
                    f"{folder.root} holds cases that are not simulated; name a folder for simulated ones "
                    "with --data, such as .casetrail/simulated, and start `casetrail up` with it once before"
                )


@contextmanager
def _store(settings: Settings, software: str, installed: Installed) -> Iterator[CaseStore]:
    # Not synced: the folder is locked, so nobody publishes what a loss of power could take, and the same
    # options tell it again. Closing syncs all of it, before the folder is free for others.
    store = open_application(settings, software, installed, synced=False).store
    try:
        yield store
    finally:
        store.log.close()
