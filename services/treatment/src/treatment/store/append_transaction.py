"""The one transaction that adds events: places without gaps, and each command whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import structlog
from eventsourcing.persistence import IntegrityError

from casetrail_contracts import Event, read
from treatment.failpoints import failpoint
from treatment.store.append_state import Known, Stores, Tail, known_of, stored_commands, subject_key
from treatment.store.codec import EventTooLarge, encode
from treatment.store.database import AWAY_ERRORS, Transaction
from treatment.store.group_commit import Append
from treatment.store.log import LostRace

APPEND_SECONDS = 6.0
"""A transaction that takes longer is cut off: waiting for the lock ends after five, the rest is quick."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AppendTransaction:
    """Stores groups of appends on either database."""

    database: Stores
    now: Callable[[], datetime]

    def commit(self, group: Sequence[Append]) -> None:
        """Settle each append: with its events, with `LostRace`, or with why the store failed.

        An answer that was lost on the way is looked up: the lock is free only when the transaction of
        the lost answer has ended, so what the log then says of a command is final.
        """
        placed: dict[str, list[Event]] = {}
        try:
            with self.database.appending(APPEND_SECONDS) as write:
                placed = self._placed(write, group)
                failpoint("append.before_commit")
        except IntegrityError:
            # A writer that does not know the lock. The driver's message quotes keys: it is not passed on.
            _settle(group, {}, LostRace())
        except AWAY_ERRORS as error:
            self._look_up(group, placed, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
            _settle(group, {}, error)
        else:
            failpoint("append.committed")
            _settle(group, placed, None)

    def _look_up(self, group: Sequence[Append], placed: Mapping[str, list[Event]], error: Exception) -> None:
        waiting = [append for append in group if append.command.command_id in placed]
        try:
            with self.database.appending(APPEND_SECONDS) as write:
                stored = stored_commands(write, self.database, waiting)
        except AWAY_ERRORS:
            stored = set()
        else:
            _log.warning("commit_looked_up", stored=len(stored), not_stored=len(waiting) - len(stored))
        _settle(group, {name: events for name, events in placed.items() if name in stored}, error)

    def _placed(self, write: Transaction, group: Sequence[Append]) -> dict[str, list[Event]]:
        """Insert what can be stored; the events by command. The others of the group are settled."""
        known = known_of(write, self.database, group, self.now)
        placed: dict[str, list[Event]] = {}
        stored: list[Append] = []
        for append in group:
            try:
                placed[append.command.command_id] = _place(append, known)
                stored.append(append)
            except (LostRace, EventTooLarge) as refused:
                append.outcome = refused
        failpoint("append.before_insert")
        write.run_many(
            "INSERT INTO events (originator_id, originator_version, topic, state, tenant, position) "
            "VALUES (:case_id, :version, :topic, :state, :tenant, :position)",
            [self._row(event) for event in chain.from_iterable(placed.values())],
        )
        write.run_many(
            "INSERT INTO command_log VALUES (:command_id, :fingerprint, :case_id, :first, :last)",
            [
                {
                    "command_id": append.command.command_id,
                    "fingerprint": append.command.fingerprint,
                    "case_id": append.command.case_id,
                    "first": append.command.first_version,
                    "last": append.command.last_version,
                }
                for append in stored
            ],
        )
        return placed

    def _row(self, event: Event) -> dict[str, str | int | bytes]:
        return {
            "case_id": subject_key(self.database, event.envelope.subject),
            "version": event.sequence,
            "topic": event.envelope.type,
            "state": event.bytes,
            "tenant": event.tenant,
            "position": event.position,
        }


def _settle(group: Sequence[Append], placed: Mapping[str, list[Event]], error: Exception | None) -> None:
    for append in group:
        if append.outcome is None:
            append.outcome = placed.get(append.command.command_id, error)


def _place(append: Append, known: Known) -> list[Event]:
    """The events of an append, with their bytes. Raises `LostRace` or `EventTooLarge`, and places none."""
    command = append.command
    expected = (command.first_version - 1, append.previous)
    if command.command_id in known.commands or known.heads.get(command.case_id, (0, None)) != expected:
        raise LostRace
    tail = known.tails[append.tenant]
    recorded, previous = max(known.now, tail.recorded), append.previous
    events: list[Event] = []
    for offset, draft in enumerate(append.drafts, start=1):
        position = f"{tail.position + offset:016d}"
        envelope = draft(position=position, recordedtime=recorded, previoushash=previous)
        events.append(read(encode(envelope)))
        previous = events[-1].hash
    known.commands.add(command.command_id)
    if previous is not None:
        known.heads[command.case_id] = command.last_version, previous
    known.tails[append.tenant] = Tail(tail.position + len(events), recorded)
    return events
