"""Sends what is due, writes down every attempt, and never gives up in silence."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from casetrail_contracts.scalars import instant_text
from notifications.channels import Channel, NotDelivered, Outgoing
from notifications.database import AWAY, PostgresDatabase, Row, SqliteDatabase
from notifications.failpoints import failpoint
from notifications.rules import Class
from notifications.wording import message

AT_ONCE = 50
IDLE_SECONDS = 0.1
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=15)
PENDING_ATTEMPTS = 3
"""After so many attempts a delivery is `failing`: seen by operators, and still tried."""

_log = structlog.get_logger(__name__)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: doubling, with a longest pause."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends due deliveries. A crash between sending and noting sends again, with the same id."""

    database: SqliteDatabase | PostgresDatabase
    channels: Mapping[str, Channel]
    link_base: str
    now: Callable[[], datetime]

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set."""
        while not stop.is_set():
            try:
                sent = await self.send_due()
            except AWAY as error:
                _log.warning("database_away", reason=type(error).__name__)
                sent = 0
            if not sent:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), IDLE_SECONDS)

    async def send_due(self) -> int:
        """Try everything that is due now, once; how many that were."""
        due = await asyncio.to_thread(
            self.database.run,
            "SELECT * FROM delivery WHERE state IN ('pending', 'failing') AND next_attempt_at <= :now "
            f"ORDER BY next_attempt_at, delivery_id LIMIT {AT_ONCE}",
            {"now": instant_text(self.now())},
        )
        for delivery in due:
            outcome = await self._try(delivery)
            failpoint("sender.before_record")
            await asyncio.to_thread(self._note, delivery, outcome)
            failpoint("sender.recorded")
        return len(due)

    async def _try(self, delivery: Row) -> str | None:
        """None when it was taken, otherwise the kind of failure."""
        channel = self.channels.get(delivery["channel"])
        if channel is None:
            return "ChannelNotConfigured"
        outgoing = Outgoing(
            delivery_id=delivery["delivery_id"],
            tenant=delivery["tenant"],
            recipient=delivery["recipient"],
            address=delivery["address"],
            message=message(
                delivery_id=delivery["delivery_id"],
                task_id=delivery["task_id"],
                urgency=Class(delivery["class"]),
                due_at=delivery["due_at"],
                link_base=self.link_base,
            ),
        )
        failpoint("sender.before_send")
        try:
            await channel.send(outgoing, self.now())
        except NotDelivered as failure:
            return str(failure)
        return None

    def _note(self, delivery: Row, failure: str | None) -> None:
        number = delivery["attempts"] + 1
        now = self.now()
        state = "delivered" if failure is None else "failing" if number >= PENDING_ATTEMPTS else "pending"
        with self.database.transaction():
            self.database.run(
                "INSERT INTO attempt VALUES (:id, :number, :now, :outcome) ON CONFLICT DO NOTHING",
                {
                    "id": delivery["delivery_id"],
                    "number": number,
                    "now": instant_text(now),
                    "outcome": failure or "delivered",
                },
            )
            self.database.run(
                "UPDATE delivery SET state = :state, attempts = :number, next_attempt_at = :next, "
                "delivered_at = :delivered WHERE delivery_id = :id",
                {
                    "id": delivery["delivery_id"],
                    "state": state,
                    "number": number,
                    "next": instant_text(now + pause_after(number)),
                    "delivered": instant_text(now) if failure is None else None,
                },
            )
        if failure is not None:
            _log.warning("not_delivered", delivery=delivery["delivery_id"], attempt=number, reason=failure)
