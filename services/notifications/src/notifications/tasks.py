"""Tasks and deliveries as people see them, and the word that somebody has looked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from casetrail_contracts.identity import Claims, Role
from casetrail_contracts.scalars import instant_text
from notifications.database import PostgresDatabase, Row, SqliteDatabase, Value

MOST_LISTED = 500


class _Shown(BaseModel):
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


class TaskState(StrEnum):
    """Whether somebody has looked."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"


class Task(_Shown):
    """Something that somebody must do."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=lambda name: "class" if name == "urgency" else to_camel(name),
        validate_by_name=True,
        serialize_by_alias=True,
    )

    task_id: str
    case_id: str | None
    event_id: str
    rule: str
    urgency: Literal["routine", "review", "urgent"]
    recipient: str
    state: TaskState
    created_at: str
    due_at: str
    acknowledged_at: str | None
    acknowledged_by: str | None


class Delivery(_Shown):
    """A message to one person, and what became of it."""

    model_config = Task.model_config

    delivery_id: str
    task_id: str | None
    event_id: str
    rule: str
    urgency: Literal["routine", "review", "urgent"]
    recipient: str
    channel: str
    state: Literal["pending", "failing", "delivered", "unroutable"]
    attempts: int
    created_at: str
    delivered_at: str | None


class OutboxMessage(_Shown):
    """A message of the local channel."""

    delivery_id: str
    recipient: str
    subject: str
    body: str
    stored_at: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on whose desk."""

    database: SqliteDatabase | PostgresDatabase

    def tasks(self, claims: Claims, state: TaskState | None) -> list[Task]:
        """The caller's own tasks and those of the caller's teams; an auditor sees the tenant's."""
        condition, parameters = _mine(claims)
        if state is not None:
            condition += f" AND acknowledged_at IS {'' if state is TaskState.OPEN else 'NOT '}NULL"
        rows = self.database.run(
            f"SELECT * FROM task WHERE {condition} ORDER BY due_at, task_id LIMIT {MOST_LISTED}", parameters
        )
        return [_task(row) for row in rows]

    def acknowledge(self, claims: Claims, task_id: str, now: datetime) -> Task | None:
        """Note who has looked, and when; the first word stays. None: no such task for this caller."""
        condition, parameters = _mine(claims)
        with self.database.transaction():
            self.database.run(
                "UPDATE task SET acknowledged_at = :now, acknowledged_by = :who "
                f"WHERE task_id = :task_id AND acknowledged_at IS NULL AND {condition}",
                {**parameters, "task_id": task_id, "now": instant_text(now), "who": claims.sub},
            )
            rows = self.database.run(
                f"SELECT * FROM task WHERE task_id = :task_id AND {condition}",
                {**parameters, "task_id": task_id},
            )
        return _task(rows[0]) if rows else None

    def deliveries(self, tenant: str) -> list[Delivery]:
        """The tenant's messages, newest first."""
        rows = self.database.run(
            "SELECT * FROM delivery WHERE tenant = :tenant "
            f"ORDER BY created_at DESC, delivery_id LIMIT {MOST_LISTED}",
            {"tenant": tenant},
        )
        return [
            Delivery(
                delivery_id=row["delivery_id"],
                task_id=row["task_id"],
                event_id=row["event_id"],
                rule=row["rule"],
                urgency=row["class"],
                recipient=row["recipient"],
                channel=row["channel"],
                state=row["state"],
                attempts=row["attempts"],
                created_at=row["created_at"],
                delivered_at=row["delivered_at"],
            )
            for row in rows
        ]

    def outbox(self, tenant: str) -> list[OutboxMessage]:
        """The messages of the local channel, newest first."""
        rows = self.database.run(
            "SELECT delivery_id, recipient, subject, body, stored_at FROM outbox WHERE tenant = :tenant "
            f"ORDER BY stored_at DESC, delivery_id LIMIT {MOST_LISTED}",
            {"tenant": tenant},
        )
        return [OutboxMessage(**row) for row in rows]


def _mine(claims: Claims) -> tuple[str, dict[str, Value]]:
    """Which tasks are the caller's, as SQL."""
    parameters: dict[str, Value] = {"tenant": claims.tenant}
    if Role.AUDITOR in claims.roles:
        return "tenant = :tenant", parameters
    names = {f"me_{number}": name for number, name in enumerate(sorted({claims.sub, *claims.teams}))}
    return (
        f"tenant = :tenant AND recipient IN ({', '.join(f':{name}' for name in names)})",
        parameters | names,
    )


def _task(row: Row) -> Task:
    return Task(
        task_id=row["task_id"],
        case_id=row["case_id"],
        event_id=row["event_id"],
        rule=row["rule"],
        urgency=row["class"],
        recipient=row["recipient"],
        state=TaskState.ACKNOWLEDGED if row["acknowledged_at"] else TaskState.OPEN,
        created_at=row["created_at"],
        due_at=row["due_at"],
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["acknowledged_by"],
    )
