"""Mistakes that can be planted in a process of an installation, to see that the checkers find them.

Each is one that a careful person could make. A process gets them when the nursery starts it: nothing of this
is in what is released.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake, and the invariants of which at least one must speak."""

    plant: Callable[[], None]
    """Make it, in this process, for good."""
    part: str
    found_by: frozenset[str]


def _put(owner: object, **mistakes: object) -> None:
    for name, mistake in mistakes.items():
        # A mistake in the place of nothing would be no mistake.
        getattr(owner, name)
        setattr(owner, name, mistake)


def ack_before_commit() -> None:
    """The read models acknowledge what they have not stored yet."""
    from treatment.projections.consumer import Consumer

    handle = Consumer._handle  # noqa: SLF001 (a mistake is made inside)

    async def too_early(self: Consumer, messages: list[Any]) -> None:
        for message in messages:
            await message.ack()
        await asyncio.sleep(0.05)  # The acknowledgements leave.
        await handle(self, [_Acknowledged(message) for message in messages])  # type: ignore[misc]

    _put(Consumer, _handle=too_early)


class _Acknowledged:
    """A message that cannot be acknowledged again."""

    def __init__(self, message: Any) -> None:
        self._message = message

    def __getattr__(self, name: str) -> Any:
        return getattr(self._message, name)

    async def ack(self) -> None:
        """It was."""

    async def nak(self, delay: float) -> None:
        """It is too late."""


def checkpoint_before_publish() -> None:
    """The relay writes down how far it is before it has published, and reads on from what is written."""
    from treatment.relay.follower import Follower

    look = Follower._look  # noqa: SLF001

    async def from_the_note(self: Follower) -> Any:
        log = self._event_log
        seen = log.broker_seen()
        place = await look(self)
        if not isinstance(log, _Noting):
            self._event_log = _Noting(log)
        row = log.find(seen.last_event_id) if seen is not None and seen.last_event_id else None
        return place if row is None else replace(place, row_id=row.row_id, event_id=row.event_id)

    _put(Follower, _look=from_the_note)


class _Noting:
    """An event log that takes what was read for what is published."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def after(self, row_id: int, limit: int) -> list[Any]:
        """Rows, of which the last one is noted."""
        rows: list[Any] = self._log.after(row_id, limit)
        seen = self._log.broker_seen()
        if rows and seen is not None:
            self._log.note_broker(seen.created, rows[-1].event_id, seen.last_sequence, behind=seen.number)
        return rows


def no_dedupe() -> None:
    """The relay begins a little before where it was, and the broker is not told what it has already."""
    from casetrail_contracts.broker import MESSAGE_ID_HEADER
    from casetrail_contracts.broker import headers_of as named
    from treatment.relay import messages, stream
    from treatment.relay.follower import Follower

    end, look = stream.Stream.end, Follower._look  # noqa: SLF001

    def unnamed(event_id: str) -> dict[str, str]:
        return {**named(event_id), MESSAGE_ID_HEADER: str(uuid4())}

    async def end_by_content(self: stream.Stream) -> Any:
        found = await end(self)
        if found.last is None:
            return found
        return replace(found, last=replace(found.last, event_id=json.loads(found.last.content)["id"]))

    async def a_little_before(self: Follower) -> Any:
        place = await look(self)
        return replace(place, row_id=max(place.row_id - 1, 0))

    _put(messages, headers_of=unnamed)
    _put(stream.Stream, end=end_by_content)
    _put(Follower, _look=a_little_before)


def no_lock() -> None:
    """Two writers append at once: rows are committed in another order than that of their ids."""
    from treatment.store import append_state

    def unlocked(write: Any, _: object, questions: Sequence[Any]) -> Any:
        return write.run_together(questions)

    _put(append_state, _under_the_lock=unlocked)


def conflict_on_commit_unknown() -> None:
    """A commit whose answer was lost is told to be a conflict."""
    from treatment.application.once import Look, Once
    from treatment.store import append_transaction
    from treatment.store.log import LostRace

    def lost(
        self: append_transaction.AppendTransaction, group: Sequence[Any], placed: Any, error: Exception
    ) -> None:
        append_transaction._settle(group, {}, LostRace())  # noqa: SLF001

    def without_looking(self: Once, request: Any, attempt: Callable[..., Any]) -> Any:
        return attempt(request, Look.AT_THE_LOG)

    _put(append_transaction.AppendTransaction, _look_up=lost)
    _put(Once, carry_out=without_looking)


def _nothing(*_: object) -> None:
    """In the place of something that matters."""


def lost_version_check() -> None:
    """What the caller based the decision on is not compared."""
    from treatment.application import cases

    _put(cases, check_version=_nothing)


def unordered_publish() -> None:
    """A group is published with the newest row first."""
    from treatment.relay import follower
    from treatment.relay.decisions import next_group as together

    def reversed_group(rows: Sequence[Any]) -> Any:
        group = together(rows)
        return replace(group, rows=tuple(reversed(group.rows)))

    _put(follower, next_group=reversed_group)


def truncated_proof() -> None:
    """The chain of hashes ends at a case's third event."""
    from treatment.store import append_transaction
    from treatment.store.codec import encode

    def unlinked(envelope: Any) -> bytes:
        cut = {"previoushash": None} if int(envelope.sequence) > 2 else {}
        return encode(envelope.model_copy(update=cut))

    _put(append_transaction, encode=unlinked)


def _an_hour(ahead: int) -> Callable[[], None]:
    """The clock of a process is wrong: no mistake of ours, and none of the checkers may speak."""

    def move() -> None:
        import datetime as dt
        import importlib

        class Moved(dt.datetime):
            @classmethod
            def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
                return dt.datetime.now(tz) + dt.timedelta(hours=ahead)

        for name in (
            "treatment.assembly.commands",
            "treatment.assembly.service",
            "treatment.api.commands",
            "treatment.projections.runner",
            "notifications.run",
        ):
            _put(importlib.import_module(name), datetime=Moved)

    return move


BUGS: Mapping[str, Bug] = {
    "ack before commit": Bug(ack_before_commit, "projector", frozenset({"I6", "I12"})),
    "checkpoint before publish": Bug(checkpoint_before_publish, "relay", frozenset({"I5"})),
    "no dedupe": Bug(no_dedupe, "relay", frozenset({"I5"})),
    "no lock": Bug(no_lock, "api", frozenset({"I5"})),
    "conflict on commit unknown": Bug(conflict_on_commit_unknown, "api", frozenset({"I2"})),
    "lost version check": Bug(lost_version_check, "api", frozenset({"I3"})),
    "unordered publish": Bug(unordered_publish, "relay", frozenset({"I5"})),
    "truncated proof": Bug(truncated_proof, "api", frozenset({"I9"})),
}
"""What must be found in an installation; the mistakes of a rebuild are in `rebuilding`."""

CLOCKS: Mapping[str, Bug] = {
    "an hour ahead": Bug(_an_hour(1), "notifications", frozenset()),
    "an hour behind": Bug(_an_hour(-1), "api", frozenset()),
}
