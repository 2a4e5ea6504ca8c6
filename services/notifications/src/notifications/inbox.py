"""From messages to effects, each once: the event, its tasks and its deliveries in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from casetrail_contracts import Event, NotAnEvent, digest, read
from casetrail_contracts.events.care import RiskFlagRaised
from casetrail_contracts.events.case import CaseOpened, CaseTransferred
from casetrail_contracts.scalars import instant_text
from notifications.database import AWAY, PostgresDatabase, SqliteDatabase
from notifications.directory import Directory
from notifications.rules import CareTeam, Effect, effects, quarantined

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it came from the stream."""

    message_id: str
    """The event's id; when the broker gave none, its place in the stream."""
    subject: str
    content: bytes

    @property
    def tenant(self) -> str:
        """The tenant that the subject names."""
        return self.subject.split(".")[2]

    @property
    def case_id(self) -> str:
        """The case that the subject names."""
        return self.subject.split(".")[3]


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a batch."""

    quarantined: tuple[str, ...]
    """Ids of messages that could not be handled; each is a task now."""


class Inbox:
    """Handles messages. A message that was handled before has no effect."""

    def __init__(
        self, database: SqliteDatabase | PostgresDatabase, directory: Directory, service_lead: str
    ) -> None:
        self._database = database
        self._directory = directory
        self._service_lead = service_lead

    def receive(self, messages: Sequence[Arrived], now: datetime) -> Handled:
        """Handle a batch in one transaction; when it returns, every message may be acknowledged.

        A message that cannot be handled stops its case only: it and what follows it are kept, while
        risk events, which need no other event, are handled all the same.
        """
        with self._database.transaction():
            stopped = [message.message_id for message in messages if not self._receive(message, now)]
        return Handled(tuple(stopped))

    def _receive(self, message: Arrived, now: datetime) -> bool:
        try:
            event = read(message.content)
        except NotAnEvent:
            return self._keep(message, "unreadable", now)
        if self._is_known(event):
            return True
        if not isinstance(event.payload, RiskFlagRaised) and self._is_stopped(message):
            self._keep(message, "behind", now)
            return True
        try:
            with self._savepoint():
                self._handle(event, now)
        except AWAY:
            raise
        except Exception as bug:  # noqa: BLE001 (whatever it is, it must not stop the other cases)
            return self._keep(message, type(bug).__name__, now)
        return True

    def _handle(self, event: Event, now: datetime) -> None:
        self._note_hole(event)
        self._database.run(
            "INSERT INTO inbox (event_id, tenant, position, sha256, received_at) "
            "VALUES (:event_id, :tenant, :position, :sha256, :now)",
            {
                "event_id": event.envelope.id,
                "tenant": event.tenant,
                "position": event.position,
                "sha256": event.hash,
                "now": instant_text(now),
            },
        )
        case_id = event.envelope.subject
        if isinstance(event.payload, CaseOpened | CaseTransferred):
            self._remember_team(event.tenant, case_id, event.payload)
        team = self._team(event.tenant, case_id)
        for effect in effects(event, team, self._service_lead):
            self._store(effect, now)

    def _store(self, effect: Effect, now: datetime) -> None:
        """A task and the message about it; somebody who cannot be reached is the service lead's task."""
        values = {
            "id": effect.effect_id,
            "tenant": effect.tenant,
            "case_id": effect.case_id,
            "event_id": effect.event_id,
            "rule": effect.rule,
            "class": effect.urgency.value,
            "recipient": effect.recipient,
            "due_at": instant_text(effect.due_at),
            "now": instant_text(now),
        }
        if effect.kind == "task":
            self._database.run(
                "INSERT INTO task "
                "(task_id, tenant, case_id, event_id, rule, class, recipient, created_at, due_at) "
                "VALUES (:id, :tenant, :case_id, :event_id, :rule, :class, :recipient, :now, :due_at) "
                "ON CONFLICT DO NOTHING",
                values,
            )
        reach = self._directory.reach(effect.recipient)
        reachable = reach.channel != "none"
        self._database.run(
            "INSERT INTO delivery (delivery_id, task_id, tenant, event_id, rule, class, recipient, channel, "
            "address, state, next_attempt_at, created_at, due_at) "
            "VALUES (:id, :task_id, :tenant, :event_id, :rule, :class, :recipient, :channel, "
            ":address, :state, :now, :now, :due_at) ON CONFLICT DO NOTHING",
            values
            | {
                "task_id": effect.effect_id if effect.kind == "task" else None,
                "channel": reach.channel,
                "address": reach.address,
                "state": "pending" if reachable else "unroutable",
            },
        )
        if not reachable and effect.kind == "task" and effect.recipient != self._service_lead:
            self._store(_handed_on(effect, self._service_lead), now)

    def _remember_team(self, tenant: str, case_id: str, opened: CaseOpened | CaseTransferred) -> None:
        """An event is handled once, so the newest word counts."""
        self._database.run(
            "INSERT INTO care_team (tenant, case_id, therapist_id, supervisor_id, team_id) "
            "VALUES (:tenant, :case_id, :therapist, :supervisor, :team) "
            "ON CONFLICT (tenant, case_id) DO UPDATE SET therapist_id = excluded.therapist_id, "
            "supervisor_id = excluded.supervisor_id, team_id = excluded.team_id",
            {
                "tenant": tenant,
                "case_id": case_id,
                "therapist": opened.therapist_id,
                "supervisor": opened.supervisor_id,
                "team": opened.team_id,
            },
        )

    def _team(self, tenant: str, case_id: str) -> CareTeam | None:
        rows = self._database.run(
            "SELECT therapist_id, supervisor_id, team_id FROM care_team "
            "WHERE tenant = :tenant AND case_id = :case_id",
            {"tenant": tenant, "case_id": case_id},
        )
        return CareTeam(**rows[0]) if rows else None

    def _is_known(self, event: Event) -> bool:
        return bool(
            self._database.run(
                "SELECT 1 AS known FROM inbox WHERE event_id = :event_id", {"event_id": event.envelope.id}
            )
        )

    def _note_hole(self, event: Event) -> None:
        """Positions have no gaps: one that is skipped is missing. It is handled when it comes."""
        rows = self._database.run(
            "SELECT coalesce(max(position), 0) AS newest FROM inbox WHERE tenant = :tenant",
            {"tenant": event.tenant},
        )
        expected = int(rows[0]["newest"]) + 1
        if event.position > expected:
            _log.warning("hole", tenant=event.tenant, expected=expected, found=event.position)

    def _is_stopped(self, message: Arrived) -> bool:
        return bool(
            self._database.run(
                "SELECT 1 AS stopped FROM quarantine "
                "WHERE tenant = :tenant AND case_id = :case_id AND message_id <> :message_id LIMIT 1",
                {"tenant": message.tenant, "case_id": message.case_id, "message_id": message.message_id},
            )
        )

    def _keep(self, message: Arrived, reason: str, now: datetime) -> bool:
        """Keep a message that was not handled. Returns False: its case has stopped."""
        self._database.run(
            "INSERT INTO quarantine VALUES (:id, :tenant, :case_id, :reason, :sha256, :content, :now) "
            "ON CONFLICT DO NOTHING",
            {
                "id": message.message_id,
                "tenant": message.tenant,
                "case_id": message.case_id,
                "reason": reason,
                "sha256": digest(message.content),
                "content": message.content,
                "now": instant_text(now),
            },
        )
        if reason != "behind":
            effect = quarantined(message.message_id, message.tenant, message.case_id, self._service_lead, now)
            self._store(effect, now)
        return False

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._database.run("SAVEPOINT one_event")
        try:
            yield
        except Exception:
            self._database.run("ROLLBACK TO SAVEPOINT one_event")
            raise
        self._database.run("RELEASE SAVEPOINT one_event")


def _handed_on(effect: Effect, service_lead: str) -> Effect:
    """The same task for somebody who can see to it that it is done."""
    return Effect(
        event_id=effect.event_id,
        tenant=effect.tenant,
        case_id=effect.case_id,
        rule=effect.rule,
        kind="task",
        urgency=effect.urgency,
        recipient=service_lead,
        due_at=effect.due_at,
    )
