"""Facts of elapsed time, through the ordinary commands: for the review that was not done.

The clock notes for each case when something will be overdue, as a row, and asks the case then. What it asks
yields facts that have keys: each is told once, whoever asks how often, and after any restart. A row says by
which rules it was made: after an update, the first look plans every case anew.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog

from casetrail_contracts.identity import Claims, Role
from casetrail_contracts.scalars import instant_text
from treatment.application import Application, Caller, Request
from treatment.domain.commands import ReviewDue
from treatment.domain.refusals import CaseUnknown
from treatment.store.clock_rows import ClockRow, ClockRows
from treatment.store.database import AWAY_ERRORS
from treatment.store.locks import WorkerLock, alone, pause
from treatment.store.log import LostRace
from treatment.store.standing import StoreBehindBroker

NAME = "casetrail-clock"
ROWS = 500
"""Rows of the event log, and cases that are due, at a time."""

_log = structlog.get_logger(__name__)


class Clock:
    """One look at the time. Safe to repeat, and to stop anywhere."""

    def __init__(
        self,
        application: Application,
        rows: ClockRows,
        now: Callable[[], datetime],
        *,
        at_a_time: int = ROWS,
    ) -> None:
        self._application = application
        self._rows = rows
        self._now = now
        self._at_a_time = at_a_time
        self._seen: int | None = None

    def start_over(self) -> None:
        """Forget how far this clock has seen: others may have planned since, by other rules."""
        self._seen = None

    def tick(self) -> int:
        """Note what changed since the last look, and ask what is due; how many facts that told."""
        first = self._seen is None
        self._note_changes()
        if first:
            self._plan_anew()
        told = 0
        for row in self._rows.due(self._now(), self._at_a_time):
            told += self._ask(row)
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
            # In the order of the log: what is planned says how far it was read, should this clock die here.
            for (tenant, case_id), row_id in sorted(changed.items(), key=lambda change: change[1]):
                # The register of the tenant is no case: nothing in it is ever overdue.
                with suppress(CaseUnknown):
                    self._plan(tenant, case_id, row_id)
            seen = rows[-1].row_id
        self._seen = seen

    def _plan_anew(self) -> None:
        """An update may have brought rules by which a case is due earlier, later, or at all."""
        while rows := self._rows.planned_otherwise(self._application.rules_of_time, ROWS):
            for row in rows:
                self._plan(row.tenant, row.case_id, row.row_id)

    def _plan(self, tenant: str, case_id: str, row_id: int) -> None:
        case, due = self._application.due(_caller(tenant), case_id)
        self._rows.add(
            ClockRow(
                tenant=tenant,
                case_id=case_id,
                version=case.version,
                row_id=row_id,
                rules=self._application.rules_of_time,
                due_at=instant_text(due) if due is not None else None,
            )
        )

    def _ask(self, row: ClockRow) -> int:
        request = Request(
            caller=_caller(row.tenant),
            # What was asked at another time or by other rules may be answered otherwise.
            idempotency_key=f"clock/{row.case_id}/{row.version}/{row.due_at}/{row.rules}",
            name="review-due",
            body={},
            case_id=row.case_id,
        )
        try:
            told = len(self._application.handle(request, ReviewDue()).events)
        except LostRace:
            # Somebody records on this case just now: it is looked at again with what they recorded.
            return 0
        if not told:
            # Nobody waits behind a case that had nothing to say: its turn comes when it has.
            self._plan(row.tenant, row.case_id, row.row_id)
        return told


def _caller(tenant: str) -> Caller:
    claims = Claims(sub=NAME, tenant=tenant, roles=frozenset({Role.CLOCK}))
    return Caller(claims=claims, roles=(Role.CLOCK,))


async def run(clock: Clock, *, lock: WorkerLock, every_seconds: float, stop: asyncio.Event) -> None:
    """Look at the time every so often until `stop` is set, as the only clock that does."""

    async def work(ending: asyncio.Event) -> None:
        clock.start_over()
        while not ending.is_set():
            try:
                told = await asyncio.to_thread(clock.tick)
            except AWAY_ERRORS as error:
                _log.warning("store_away", reason=type(error).__name__)
            except StoreBehindBroker as behind:
                _log.warning("clock_waits", reason=str(behind))
            else:
                if told:
                    _log.info("overdue", facts=told)
            await pause(ending, every_seconds)

    await alone(lock, work, stop=stop)
