"""Facts of elapsed time, through the ordinary commands: for the review that was not done.

The clock notes for each case when something will be overdue, as a row, and asks the case then. What it asks
yields facts that have keys: each is told once, whoever asks how often, and after any restart.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from casetrail_contracts.identity import Claims, Role
from treatment.application import Application, Caller, Request
from treatment.domain.commands import ReviewDue
from treatment.domain.refusals import CaseUnknown
from treatment.store.clock_rows import ClockRow, ClockRows
from treatment.store.database import AWAY_ERRORS
from treatment.store.locks import WorkerLock, alone, pause
from treatment.store.log import LostRace

NAME = "casetrail-clock"
ROWS = 500
"""Rows of the event log, and cases that are due, at a time."""

_log = structlog.get_logger(__name__)


class Clock:
    """One look at the time. Safe to repeat, and to stop anywhere."""

    def __init__(self, application: Application, rows: ClockRows, now: Callable[[], datetime]) -> None:
        self._application = application
        self._rows = rows
        self._now = now
        self._seen: int | None = None

    def tick(self) -> int:
        """Note what changed since the last look, and ask what is due; how many facts that told."""
        self._note_changes()
        told = 0
        for tenant, case_id in self._rows.due(self._now(), ROWS):
            told += self._ask(tenant, case_id)
        if told:
            self._note_changes()
        return told

    def _note_changes(self) -> None:
        """A row for each case that changed: its newest version, and when it is due."""
        seen = self._rows.seen() if self._seen is None else self._seen
        while rows := self._application.store.log.after(seen, ROWS):
            changed: dict[tuple[str, str], int] = {}
            for row in rows:
                changed[row.tenant, row.event_id[:36]] = row.row_id
            for (tenant, case_id), row_id in changed.items():
                try:
                    case, due = self._application.due(_caller(tenant), case_id)
                except CaseUnknown:
                    # The register of the tenant: nothing in it is ever overdue.
                    continue
                self._rows.add(
                    ClockRow(tenant=tenant, case_id=case_id, version=case.version, row_id=row_id, due_at=due)
                )
            seen = rows[-1].row_id
        self._seen = seen

    def _ask(self, tenant: str, case_id: str) -> int:
        case, _ = self._application.due(_caller(tenant), case_id)
        request = Request(
            caller=_caller(tenant),
            idempotency_key=f"clock/{case_id}/{case.version}",
            name="review-due",
            body={},
            case_id=case_id,
        )
        try:
            return len(self._application.handle(request, ReviewDue()).events)
        except LostRace:
            # Somebody records on this case just now: it is looked at again with what they recorded.
            return 0


def _caller(tenant: str) -> Caller:
    claims = Claims(sub=NAME, tenant=tenant, roles=frozenset({Role.CLOCK}))
    return Caller(claims=claims, roles=(Role.CLOCK,))


async def run(clock: Clock, *, lock: WorkerLock, every_seconds: float, stop: asyncio.Event) -> None:
    """Look at the time every so often until `stop` is set, as the only clock that does."""

    async def work(ending: asyncio.Event) -> None:
        while not ending.is_set():
            try:
                told = await asyncio.to_thread(clock.tick)
            except AWAY_ERRORS as error:
                _log.warning("store_away", reason=type(error).__name__)
            else:
                if told:
                    _log.info("overdue", facts=told)
            await pause(ending, every_seconds)

    await alone(lock, work, stop=stop)
